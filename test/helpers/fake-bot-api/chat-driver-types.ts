import type { MessageEntity, User } from 'grammy/types';
import type { BotMessage } from './bot-message.js';
import type { CallbackAnswer } from './chat-state.js';
import type { MessageJson } from './messages.js';
import type { InlineAnswer } from './methods/answering.js';
import type { TranscriptStyle } from './transcript.js';
import type { UpdateRecord } from './update-queue.js';

export interface SendOptions {
  /** Entities that a person can set, such as `text_link`; links, commands and mentions are found by themselves. */
  readonly entities?: readonly MessageEntity[] | undefined;
  /** A message of this chat, the bot's or a person's. */
  readonly replyTo?: { readonly id: number } | undefined;
  /** How long ago the message was sent, as after a pause of the bot. */
  readonly sentAgoMs?: number | undefined;
  /** Delivers the update twice, with the same id. */
  readonly isDuplicated?: boolean | undefined;
}

export interface FileOptions extends SendOptions {
  readonly caption?: string | undefined;
}

/** A file's content, or only the size it claims to have. */
export type FileInput = Uint8Array | string | { readonly sizeBytes: number };

export interface Sent {
  readonly id: number;
  readonly message: MessageJson;
  /** Absent when the bot does not get to see it: privacy mode, not a member, unwanted kind. */
  readonly update: UpdateRecord | undefined;
}

export interface Pressed {
  readonly update: UpdateRecord | undefined;
  /** Waits for the bot's answer to the press. */
  readonly answered: (timeoutMs?: number) => Promise<CallbackAnswer>;
}

export interface PressOptions {
  /** The message with the button; by default the newest one that has such a button. */
  readonly on?: { readonly id: number } | undefined;
  /** The message is too old for Telegram to show it to the bot. */
  readonly isInaccessible?: boolean | undefined;
}

/** Text that a message contains, a pattern, or any test. */
export type MessageMatch = string | RegExp | ((message: BotMessage) => boolean);

/** A chat as one person uses it. */
export interface ChatDriver {
  readonly id: number;
  readonly user: User;
  readonly send: (text: string, options?: SendOptions) => Sent;
  readonly reply: (to: { readonly id: number }, text: string, options?: SendOptions) => Sent;
  readonly sendDocument: (
    content: FileInput,
    fileName: string,
    mimeType?: string,
    options?: FileOptions,
  ) => Sent;
  readonly sendPhoto: (content: FileInput, options?: FileOptions) => Sent;
  readonly edit: (sent: { readonly id: number }, text: string) => Sent;
  /** Presses a button by its label (or a part of it) or by its data. Throws when no message has such a button. */
  readonly press: (button: string, options?: PressOptions) => Pressed;
  /** Presses what is no longer there, or never was: any data on any message. */
  readonly forge: (data: string, options: PressOptions & { readonly on: { readonly id: number } }) => Pressed;
  readonly askInline: (query: string) => { readonly answered: (timeoutMs?: number) => Promise<InlineAnswer> };
  /** In a private chat: blocks the bot. In a group: removes it. */
  readonly block: () => UpdateRecord | undefined;
  readonly unblock: () => UpdateRecord | undefined;
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
  /** Like {@link waitForMessage}, for anything that can be seen in this chat at any time. */
  readonly waitUntil: <T>(look: (chat: ChatDriver) => T | undefined, timeoutMs?: number) => Promise<T>;
  readonly transcript: (style?: TranscriptStyle) => string;
}
