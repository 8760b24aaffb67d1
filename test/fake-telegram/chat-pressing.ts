import { type BotMessage, type ShownButton, showMessage } from './bot-message.js';
import { type CallbackAnswer, messageIn, type Press } from './chat-state.js';
import type { ChatView } from './chat-view.js';
import type { InlineAnswer, InlineQuestion } from './methods/answering.js';
import { type Actor, act } from './stage.js';
import type { UpdateRecord } from './update-queue.js';

export interface Pressed {
  readonly update: UpdateRecord | undefined;
  /** Waits for the bot's answer to the press. */
  readonly answered: (timeoutMs?: number) => Promise<CallbackAnswer>;
}

export interface PressOptions {
  /** The message with the button; by default the newest one that has such a button. */
  readonly on?: { readonly id: number };
  /** The message is too old for Telegram to show it to the bot. */
  readonly isInaccessible?: boolean;
}

export interface ForgeOptions extends PressOptions {
  readonly on: { readonly id: number };
}

export interface Pressing {
  /** Presses a button by its label (or a part of it) or by its data. Throws when no message has such a button. */
  readonly press: (button: string, options?: PressOptions) => Pressed;
  /** Presses what is no longer there, or never was: any data on any message. */
  readonly forge: (data: string, options: ForgeOptions) => Pressed;
  readonly askInline: (query: string) => { readonly answered: (timeoutMs?: number) => Promise<InlineAnswer> };
}

export function createPressing(actor: Actor, view: ChatView): Pressing {
  const { chat, user, stage } = actor;
  const pressData = (data: string, label: string, { on, isInaccessible }: ForgeOptions): Pressed => {
    const { presses } = stage.queries;
    const queryId = String(700_000_000_000 + presses.size);
    const press: Press = { queryId, user, label, pressedAt: stage.world.now() };
    presses.set(queryId, press);
    chat.events.push({ kind: 'press', press });
    const { json } = messageIn(chat, on.id);
    const message = isInaccessible ? { chat: json.chat, message_id: json.message_id, date: 0 } : json;
    const query = { id: queryId, from: user, message, chat_instance: String(chat.json.id), data };
    const update = act(actor, 'callback_query', query);
    return { update, answered: (timeoutMs) => view.waitUntil(() => press.answer, timeoutMs) };
  };

  return {
    press: (button, options = {}) => {
      for (const message of pressable(actor, options)) {
        const found = findButton(message, button);
        if (found?.data === undefined) continue;
        return pressData(found.data, found.text, { ...options, on: message });
      }
      throw new Error(`no button ${JSON.stringify(button)} here:\n${view.transcript()}`);
    },
    forge: (data, options) => pressData(data, `forged: ${data}`, options),
    askInline: (query) => {
      const id = String(10_000 + stage.queries.inline.size);
      const question: InlineQuestion = { askedAt: stage.world.now() };
      stage.queries.inline.set(id, question);
      act(actor, 'inline_query', { id, from: user, query, offset: '' });
      return { answered: (timeoutMs) => view.waitUntil(() => question.answer, timeoutMs) };
    },
  };
}

/** Newest first. */
function pressable({ chat, stage }: Actor, { on }: PressOptions): BotMessage[] {
  const candidates = on ? [messageIn(chat, on.id)] : [...chat.messages.values()].reverse();
  return candidates.filter(({ isDeleted }) => !isDeleted).map((message) => showMessage(message, stage.files));
}

function findButton({ buttons }: BotMessage, wanted: string): ShownButton | undefined {
  const all = buttons.flat();
  const exact = all.find(({ text, data }) => text === wanted || data === wanted);
  return exact ?? all.find(({ text }) => text.includes(wanted));
}
