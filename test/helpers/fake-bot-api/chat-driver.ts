import type { User } from 'grammy/types';
import { type BotMessage, type ShownButton, showMessage } from './bot-message.js';
import type {
  ChatDriver,
  FileInput,
  FileOptions,
  MessageMatch,
  PressOptions,
  SendOptions,
  Sent,
} from './chat-driver-types.js';
import type { ChatState, Press } from './chat-state.js';
import { documentJson, type FileStore, photoJson } from './file-store.js';
import { typedText } from './formatted-text.js';
import type { MessageContent, StoredMessage } from './messages.js';
import type { InlineAnswer, OpenQueries } from './methods/answering.js';
import type { UpdateKind } from './parameter-types.js';
import { isSeenByBot } from './privacy-mode.js';
import { formatTranscript } from './transcript.js';
import type { UpdateQueue } from './update-queue.js';
import { DEFAULT_TIMEOUT_MS, waitFor } from './waiting.js';
import type { World } from './world.js';

export interface Stage {
  readonly world: World;
  readonly updates: UpdateQueue;
  readonly files: FileStore;
  readonly queries: OpenQueries;
}

export function createChatDriver(stage: Stage, chat: ChatState, user: User): ChatDriver {
  const { world, updates, files } = stage;

  const act = (kind: UpdateKind, content: unknown, isSeen = true) => {
    chat.lastActRevision = world.touch();
    return isSeen ? updates.push(kind, content, chat.json.id) : undefined;
  };

  const post = (
    content: MessageContent,
    { replyTo, sentAgoMs = 0, isDuplicated }: SendOptions = {},
  ): Sent => {
    if (chat.json.type === 'private' && chat.botStatus !== 'member')
      throw new Error('the bot is blocked here');
    const date = Math.floor((world.now() - sentAgoMs) / 1000);
    const replied = replyTo && chat.messages.get(replyTo.id);
    const { json } = world.post(chat, { from: user, date, replyTo: replied, ...content });
    const update = act('message', json, isSeenByBot(chat, json, world.bot));
    if (update && isDuplicated) updates.repeat(update);
    return { id: json.message_id, message: json, update };
  };

  const caption = ({ caption: text, entities }: FileOptions): MessageContent => {
    if (text === undefined) return {};
    const typed = typedText(text, entities);
    return { caption: typed.text, caption_entities: typed.entities };
  };

  const driver: ChatDriver = {
    id: chat.json.id,
    user,
    send: (text, options = {}) => post(typedText(text, options.entities), options),
    reply: (to, text, options = {}) => driver.send(text, { ...options, replyTo: to }),
    sendDocument: (input, fileName, mimeType, options = {}) => {
      const file = files.add({ kind: 'document', ...contentOf(input), fileName, mimeType });
      return post({ document: documentJson(file), ...caption(options) }, options);
    },
    sendPhoto: (input, options = {}) => {
      const file = files.add({ kind: 'photo', ...contentOf(input) });
      const preview = files.add({ kind: 'photo', ...contentOf(input) });
      return post({ photo: photoJson(file, preview), ...caption(options) }, options);
    },
    edit: ({ id }, text) => {
      const message = messageOf(chat, id);
      world.edit(message, { ...message.json, ...typedText(text) });
      const update = act('edited_message', message.json, isSeenByBot(chat, message.json, world.bot));
      return { id, message: message.json, update };
    },
    press: (button, options = {}) => {
      const candidates = options.on
        ? [messageOf(chat, options.on.id)]
        : [...chat.messages.values()].reverse();
      const shown = candidates
        .filter(({ isDeleted }) => !isDeleted)
        .map((message) => showMessage(message, files));
      for (const message of shown) {
        const found = findButton(message, button);
        if (found?.data === undefined) continue;
        return pressData(found.data, found.text, { ...options, on: message });
      }
      throw new Error(`no button ${JSON.stringify(button)} here:\n${driver.transcript()}`);
    },
    forge: (data, options) => pressData(data, `forged: ${data}`, options),
    askInline: (query) => {
      const id = String(10_000 + stage.queries.inline.size);
      const question: { readonly askedAt: number; answer?: InlineAnswer } = { askedAt: world.now() };
      stage.queries.inline.set(id, question);
      act('inline_query', { id, from: user, query, offset: '' });
      return { answered: (timeoutMs) => driver.waitUntil(() => question.answer, timeoutMs) };
    },
    block: () => setBotStatus('kicked'),
    unblock: () => setBotStatus('member'),
    messages: () => ownMessages(chat).map((message) => showMessage(message, files)),
    last: () => driver.messages().findLast(({ isDeleted }) => !isDeleted),
    actions: () => chat.actions,
    waitForMessage: (match, timeoutMs) => {
      const since = chat.lastActRevision;
      return driver.waitUntil(() => {
        const fresh = ownMessages(chat).filter(({ revision, isDeleted }) => revision > since && !isDeleted);
        return fresh.map((message) => showMessage(message, files)).find((message) => matches(match, message));
      }, timeoutMs);
    },
    waitUntil: (look, timeoutMs = DEFAULT_TIMEOUT_MS) =>
      waitFor(
        world,
        () => look(driver),
        timeoutMs,
        () => driver.transcript(),
      ),
    transcript: (style) => formatTranscript(chat, world.bot, style),
  };

  const pressData = (
    data: string,
    label: string,
    options: PressOptions & { readonly on: { readonly id: number } },
  ) => {
    const queryId = String(700_000_000_000 + stage.queries.presses.size);
    const press: Press = { queryId, user, label, pressedAt: world.now() };
    stage.queries.presses.set(queryId, press);
    chat.events.push({ kind: 'press', press });
    const { json } = messageOf(chat, options.on.id);
    const message = options.isInaccessible ? { chat: json.chat, message_id: json.message_id, date: 0 } : json;
    const update = act('callback_query', {
      id: queryId,
      from: user,
      message,
      chat_instance: `${chat.json.id}`,
      data,
    });
    return { update, answered: (timeoutMs?: number) => driver.waitUntil(() => press.answer, timeoutMs) };
  };

  const setBotStatus = (status: 'member' | 'kicked') => {
    const member = (of: string) => ({
      user: world.bot,
      status: of,
      ...(of === 'kicked' && { until_date: 0 }),
    });
    const change = { old_chat_member: member(chat.botStatus), new_chat_member: member(status) };
    chat.botStatus = status;
    chat.events.push({
      kind: 'note',
      text: `${user.first_name} ${status === 'kicked' ? 'blocks' : 'unblocks'} the bot`,
    });
    return act('my_chat_member', {
      chat: chat.json,
      from: user,
      date: Math.floor(world.now() / 1000),
      ...change,
    });
  };

  return driver;
}

function messageOf(chat: ChatState, id: number): StoredMessage {
  const message = chat.messages.get(id);
  if (!message) throw new Error(`there is no message ${id} in this chat`);
  return message;
}

function ownMessages(chat: ChatState): StoredMessage[] {
  return [...chat.messages.values()].filter(({ isByBot }) => isByBot);
}

function findButton({ buttons }: BotMessage, wanted: string): ShownButton | undefined {
  const all = buttons.flat();
  return (
    all.find(({ text, data }) => text === wanted || data === wanted) ??
    all.find(({ text }) => text.includes(wanted))
  );
}

function matches(match: MessageMatch, message: BotMessage): boolean {
  if (typeof match === 'string') return message.text.includes(match);
  return match instanceof RegExp ? match.test(message.text) : match(message);
}

function contentOf(input: FileInput): { content: Uint8Array | undefined; sizeBytes: number } {
  if (typeof input === 'string') return { content: Buffer.from(input), sizeBytes: Buffer.byteLength(input) };
  if (input instanceof Uint8Array) return { content: input, sizeBytes: input.length };
  return { content: undefined, sizeBytes: input.sizeBytes };
}
