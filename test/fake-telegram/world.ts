import type { Chat, User, UserFromGetMe } from 'grammy/types';
import type { Changes } from './changes.js';
import { type ChatState, createChatState } from './chat-state.js';
import type { MessageContent, MessageJson, ServiceContent, StoredMessage, Surroundings } from './messages.js';
import { badRequest, forbidden, migrated } from './refusal.js';

export interface WorldOptions {
  readonly bot: UserFromGetMe;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly changes: Changes;
}

export interface NewMessage extends MessageContent, ServiceContent, Surroundings {
  readonly from: User;
  readonly sender_chat?: Chat;
  readonly replyTo?: StoredMessage;
  readonly replyKeyboard?: readonly string[];
  /** Unix time in seconds; now by default. */
  readonly date?: number;
}

/** All chats and messages. */
export interface World extends WorldOptions {
  readonly chats: ReadonlyMap<number, ChatState>;
  readonly openChat: (chat: Chat, members: readonly User[]) => ChatState;
  /**
   * Finds a chat in which the bot may read, or also write.
   *
   * @throws {Refusal} unknown chat, one that became a supergroup, bot blocked, kicked or left.
   */
  readonly findChat: (chatId: number | string, access: 'read' | 'write') => ChatState;
  readonly post: (chat: ChatState, message: NewMessage) => StoredMessage;
  /** Replaces the whole content. */
  readonly edit: (message: StoredMessage, content: MessageContent) => void;
  readonly remove: (message: StoredMessage) => void;
}

export function createWorld({ bot, now, changes }: WorldOptions): World {
  const chats = new Map<number, ChatState>();
  const nowS = () => Math.floor(now() / 1000);

  const openChat = (json: Chat, members: readonly User[]) => {
    const chat = chats.get(json.id) ?? createChatState(json);
    for (const member of members) chat.members.set(member.id, member);
    chats.set(json.id, chat);
    return chat;
  };

  const findChat = (chatId: number | string, access: 'read' | 'write') => {
    const chat = chats.get(Number(chatId));
    if (!chat) throw badRequest('chat not found');
    if (chat.migratedTo !== undefined) throw migrated(chat.migratedTo);
    if (access === 'write') checkWriteAccess(chat);
    return chat;
  };

  const post = (chat: ChatState, { replyKeyboard, ...message }: NewMessage) => {
    const isByBot = message.from.id === bot.id;
    const json = describeMessage(chat, message, message.date ?? nowS());
    const atMs = performance.now();
    const revision = changes.note();
    const times = { postedAtMs: atMs, changedAtMs: atMs, revision };
    const stored: StoredMessage = { json, isByBot, isDeleted: false, edits: 0, replyKeyboard, ...times };
    chat.messages.set(json.message_id, stored);
    chat.events.push({ kind: 'message', message: stored });
    return stored;
  };

  const mark = (message: StoredMessage) => {
    message.revision = changes.note();
    message.changedAtMs = performance.now();
  };

  const edit = (message: StoredMessage, content: MessageContent) => {
    const { message_id, from, sender_chat, chat, date, reply_to_message } = message.json;
    const { message_thread_id, is_topic_message } = message.json;
    message.json = {
      message_id,
      from,
      sender_chat,
      chat,
      date,
      reply_to_message,
      message_thread_id,
      is_topic_message,
      ...content,
      edit_date: nowS(),
    };
    message.edits += 1;
    mark(message);
  };

  const remove = (message: StoredMessage) => {
    message.isDeleted = true;
    mark(message);
  };

  return { bot, now, changes, chats, openChat, findChat, post, edit, remove };
}

function describeMessage(
  chat: ChatState,
  { from, replyTo, ...content }: Omit<NewMessage, 'replyKeyboard'>,
  date: number,
): MessageJson {
  return {
    message_id: chat.nextMessageId(),
    // What is posted in a channel comes from the channel.
    ...(chat.json.type === 'channel' ? { sender_chat: chat.json } : { from: authorOf(from) }),
    chat: chat.json,
    ...content,
    date,
    // A message that is replied to does not show what it replies to itself.
    ...(replyTo && { reply_to_message: { ...replyTo.json, reply_to_message: undefined } }),
  };
}

/** Only getMe shows what the bot is able to. */
function authorOf({ id, is_bot, first_name, last_name, username, language_code }: User): User {
  return {
    id,
    is_bot,
    first_name,
    ...(last_name !== undefined && { last_name }),
    ...(username !== undefined && { username }),
    ...(language_code !== undefined && { language_code }),
  };
}

function checkWriteAccess({ json, botStatus }: ChatState): void {
  if (botStatus === 'member') return;
  if (json.type === 'private') throw forbidden('bot was blocked by the user');
  if (botStatus === 'kicked') throw forbidden(`bot was kicked from the ${json.type} chat`);
  throw forbidden(`bot is not a member of the ${json.type} chat`);
}
