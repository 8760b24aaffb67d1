import type { MessageEntity, User } from 'grammy/types';
import { type ChatState, messageIn } from './chat-state.js';
import { documentJson, photoJson } from './file-store.js';
import { typedText } from './formatted-text.js';
import type { MessageContent, MessageJson, ServiceContent, Surroundings } from './messages.js';
import { isSeenByBot } from './privacy-mode.js';
import { type Actor, act, type Stage } from './stage.js';
import type { UpdateRecord } from './update-queue.js';

export interface SendOptions {
  /** Entities that a person can set, such as `text_link`; links, commands and mentions are found by themselves. */
  readonly entities?: readonly MessageEntity[];
  /** A message of this chat, the bot's or a person's. */
  readonly replyTo?: { readonly id: number };
  /** How long ago the message was sent, as after a pause of the bot. */
  readonly sentAgoMs?: number;
  /** Delivers the update twice, with the same id. */
  readonly isDuplicated?: boolean;
  /** Buttons under a post that is forwarded, each with its address. */
  readonly buttonUrls?: readonly string[];
  /** Its quote, preview, album. */
  readonly with?: Surroundings;
  /** Of a forum. */
  readonly topic?: number;
}

export interface FileOptions extends SendOptions {
  readonly caption?: string;
}

/** A file's content, or only the size it claims to have. */
export type FileInput = Uint8Array | string | { readonly sizeBytes: number };

export interface Sent {
  readonly id: number;
  readonly message: MessageJson;
  /** Absent when the bot does not get to see it: privacy mode, not a member, unwanted kind. */
  readonly update: UpdateRecord | undefined;
}

/** What a person writes and sends. */
export interface Writing {
  readonly send: (text: string, options?: SendOptions) => Sent;
  readonly reply: (to: { readonly id: number }, text: string, options?: SendOptions) => Sent;
  readonly sendDocument: (
    content: FileInput,
    fileName: string | undefined,
    mimeType?: string,
    options?: FileOptions,
  ) => Sent;
  readonly sendPhoto: (content: FileInput, options?: FileOptions) => Sent;
  readonly edit: (sent: { readonly id: number }, text: string) => Sent;
}

/** The service messages of a group that became a supergroup, one in each. */
export function announceMove(stage: Stage, user: User, from: ChatState, to: ChatState): void {
  const announceIn = (chat: ChatState, content: ServiceContent) => {
    const { json } = stage.world.post(chat, { from: user, ...content });
    announce({ stage, chat, user }, 'message', json);
  };
  announceIn(from, { migrate_to_chat_id: to.json.id });
  announceIn(to, { migrate_from_chat_id: from.json.id });
}

export function createWriting(actor: Actor): Writing {
  const { files, world } = actor.stage;
  const send = (text: string, options: SendOptions = {}) =>
    post(actor, typedText(text, options.entities), options);
  return {
    send,
    reply: (to, text, options = {}) => send(text, { ...options, replyTo: to }),
    sendDocument: (input, fileName, mimeType, options = {}) => {
      const file = files.add({ kind: 'document', ...contentOf(input), fileName, mimeType });
      return post(actor, { document: documentJson(file), ...captionOf(options) }, options);
    },
    sendPhoto: (input, options = {}) => {
      const file = files.add({ kind: 'photo', ...contentOf(input) });
      const preview = files.add({ kind: 'photo', ...contentOf(input) });
      return post(actor, { photo: photoJson(file, preview), ...captionOf(options) }, options);
    },
    edit: ({ id }, text) => {
      const message = messageIn(actor.chat, id);
      world.edit(message, typedText(text));
      return announce(actor, 'edited_message', message.json);
    },
  };
}

function post(actor: Actor, content: MessageContent, options: SendOptions): Sent {
  const { chat, user, senderChat, stage } = actor;
  const { replyTo, sentAgoMs = 0, isDuplicated, buttonUrls, topic } = options;
  const buttons = buttonUrls?.map((url) => [{ text: '去看看', url }]);
  if (chat.json.type === 'private' && chat.botStatus !== 'member') throw new Error('the bot is blocked here');
  const date = Math.floor((stage.world.now() - sentAgoMs) / 1000);
  const replied = replyTo && messageIn(chat, replyTo.id);
  const { json } = stage.world.post(chat, {
    from: user,
    date,
    replyTo: replied,
    ...(senderChat && { sender_chat: senderChat }),
    ...(topic !== undefined && { message_thread_id: topic, is_topic_message: true }),
    ...(buttons && { reply_markup: { inline_keyboard: buttons } }),
    ...options.with,
    ...content,
  });
  const sent = announce(actor, 'message', json);
  if (sent.update && isDuplicated) stage.updates.repeat(sent.update);
  return sent;
}

function announce(actor: Actor, kind: 'message' | 'edited_message', json: MessageJson): Sent {
  const { chat, stage } = actor;
  if (isSeenByBot(chat, json, stage.world.bot)) {
    const ofChannel = kind === 'message' ? 'channel_post' : 'edited_channel_post';
    const ownKind = chat.json.type === 'channel' ? ofChannel : kind;
    return { id: json.message_id, message: json, update: act(actor, ownKind, json) };
  }
  chat.lastActRevision = stage.world.changes.note();
  return { id: json.message_id, message: json, update: undefined };
}

function captionOf({ caption, entities }: FileOptions): MessageContent {
  if (caption === undefined) return {};
  const typed = typedText(caption, entities);
  return { caption: typed.text, caption_entities: typed.entities };
}

function contentOf(input: FileInput): { content: Uint8Array | undefined; sizeBytes: number } {
  if (typeof input === 'string') return { content: Buffer.from(input), sizeBytes: Buffer.byteLength(input) };
  if (input instanceof Uint8Array) return { content: input, sizeBytes: input.length };
  return { content: undefined, sizeBytes: input.sizeBytes };
}
