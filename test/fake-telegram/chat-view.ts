import { type BotMessage, showMessage } from './bot-message.js';
import type { ChatState } from './chat-state.js';
import type { Stage } from './stage.js';
import { formatTranscript, type TranscriptStyle } from './transcript.js';
import { waitFor } from './waiting.js';

/** Text that a message contains, a pattern, or any test. */
export type MessageMatch = string | RegExp | ((message: BotMessage) => boolean);

/** What can be seen in a chat. */
export interface ChatView {
  /** All messages by the bot in their present state, deleted ones included. */
  readonly messages: () => BotMessage[];
  /** The newest message by the bot that is not deleted. */
  readonly last: () => BotMessage | undefined;
  /** Chat actions by the bot so far, such as `typing`. */
  readonly actions: () => readonly string[];
  /**
   * Waits for a message by the bot that was posted or edited since the latest act of a person in this chat.
   *
   * @throws {Error} after the timeout, with the transcript.
   */
  readonly waitForMessage: (match: MessageMatch, timeoutMs?: number) => Promise<BotMessage>;
  /** Like {@link waitForMessage}, for anything: asked now and after every change. */
  readonly waitUntil: <T>(look: () => T | undefined, timeoutMs?: number) => Promise<T>;
  readonly transcript: (style?: TranscriptStyle) => string;
}

export function createChatView({ world, files }: Stage, chat: ChatState): ChatView {
  const own = () => [...chat.messages.values()].filter(({ isByBot }) => isByBot);
  const messages = () => own().map((message) => showMessage(message, files));
  const transcript = (style?: TranscriptStyle) => formatTranscript(chat, world.bot, style);
  const waitUntil = <T>(look: () => T | undefined, timeoutMs?: number) =>
    waitFor(look, { changes: world.changes, timeoutMs, explain: transcript });
  const waitForMessage = (match: MessageMatch, timeoutMs?: number) => {
    const since = chat.lastActRevision;
    const find = () =>
      own()
        .filter(({ revision, isDeleted }) => revision > since && !isDeleted)
        .map((message) => showMessage(message, files))
        .find((message) => matches(match, message));
    return waitUntil(find, timeoutMs);
  };
  return {
    messages,
    last: () => messages().findLast(({ isDeleted }) => !isDeleted),
    actions: () => chat.actions,
    waitForMessage,
    waitUntil,
    transcript,
  };
}

function matches(match: MessageMatch, message: BotMessage): boolean {
  if (typeof match === 'string') return message.text.includes(match);
  return match instanceof RegExp ? match.test(message.text) : match(message);
}
