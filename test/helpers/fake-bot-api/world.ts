import type { Chat, User, UserFromGetMe } from 'grammy/types';
import { type ChatState, createChatState } from './chat-state.js';
import type { MessageContent, MessageJson, StoredMessage } from './messages.js';
import { badRequest, forbidden } from './refusal.js';

export interface WorldOptions {
  readonly bot: UserFromGetMe;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface NewMessage extends MessageContent {
  readonly from: User;
  readonly replyTo?: StoredMessage | undefined;
  readonly replyKeyboard?: readonly string[] | undefined;
  /** Unix time in seconds; now by default. */
  readonly date?: number | undefined;
}

/** All chats and messages, and who is told of changes. */
export interface World {
  readonly bot: UserFromGetMe;
  readonly now: () => number;
  readonly chats: ReadonlyMap<number, ChatState>;
  readonly openChat: (chat: Chat, members: readonly User[]) => ChatState;
  /**
   * Finds a chat in which the bot may read, or also write.
   *
   * @throws {Refusal} unknown chat, bot blocked, kicked or left.
   */
  readonly findChat: (chatId: number | string, access: 'read' | 'write') => ChatState;
  readonly post: (chat: ChatState, message: NewMessage) => StoredMessage;
  /** Replaces the whole content. */
  readonly edit: (message: StoredMessage, content: MessageContent) => void;
  readonly remove: (message: StoredMessage) => void;
  /** Tells listeners that something changed which a waiting test may look for. */
  readonly touch: () => number;
  /** Calls back after each change; the result takes the listener off. */
  readonly onChange: (listener: () => void) => () => void;
  /** Of the latest change. */
  readonly revision: () => number;
}

export function createWorld({ bot, now }: WorldOptions): World {
  const chats = new Map<number, ChatState>();
  const listeners = new Set<() => void>();
  let revision = 0;

  const touch = () => {
    revision += 1;
    // After the change is complete, and after the answer that caused it is on its way.
    for (const listener of listeners) queueMicrotask(listener);
    return revision;
  };

  const openChat = (json: Chat, members: readonly User[]) => {
    const chat = chats.get(json.id) ?? createChatState(json);
    for (const member of members) chat.members.set(member.id, member);
    chats.set(json.id, chat);
    return chat;
  };

  const findChat = (chatId: number | string, access: 'read' | 'write') => {
    const chat = chats.get(Number(chatId));
    if (!chat) throw badRequest('chat not found');
    if (access === 'write') checkWriteAccess(chat);
    return chat;
  };

  const post = (chat: ChatState, { from, replyTo, replyKeyboard, date, ...content }: NewMessage) => {
    const json: MessageJson = {
      message_id: chat.nextMessageId(),
      from,
      chat: chat.json,
      date: date ?? Math.floor(now() / 1000),
      ...(replyTo && { reply_to_message: { ...replyTo.json, reply_to_message: undefined } }),
      ...content,
    };
    const atMs = performance.now();
    const message: StoredMessage = {
      json,
      isByBot: from.id === bot.id,
      isDeleted: false,
      edits: 0,
      revision: touch(),
      postedAtMs: atMs,
      changedAtMs: atMs,
      replyKeyboard,
    };
    chat.messages.set(json.message_id, message);
    chat.events.push({ kind: 'message', message });
    return message;
  };

  const mark = (message: StoredMessage) => {
    message.revision = touch();
    message.changedAtMs = performance.now();
  };

  const edit = (message: StoredMessage, content: MessageContent) => {
    const { message_id, from, chat, date, reply_to_message } = message.json;
    const kept = { message_id, ...(from && { from }), chat, date, reply_to_message };
    message.json = { ...kept, ...content, edit_date: Math.floor(now() / 1000) };
    message.edits += 1;
    mark(message);
  };

  const remove = (message: StoredMessage) => {
    message.isDeleted = true;
    mark(message);
  };

  const onChange = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return {
    bot,
    now,
    chats,
    openChat,
    findChat,
    post,
    edit,
    remove,
    touch,
    onChange,
    revision: () => revision,
  };
}

function checkWriteAccess({ json, botStatus }: ChatState): void {
  if (botStatus === 'member') return;
  if (json.type === 'private') throw forbidden('bot was blocked by the user');
  if (botStatus === 'kicked') throw forbidden(`bot was kicked from the ${json.type} chat`);
  throw forbidden(`bot is not a member of the ${json.type} chat`);
}
