import type {
  Chat,
  Document,
  ExternalReplyInfo,
  InlineKeyboardMarkup,
  LinkPreviewOptions,
  MessageEntity,
  PhotoSize,
  TextQuote,
  User,
} from 'grammy/types';

/** A message as the Bot API shows it, in the fields that this server models. */
export interface MessageJson {
  readonly message_id: number;
  /** Absent in channels. */
  readonly from?: User;
  /** The chat that somebody writes as. */
  readonly sender_chat?: Chat;
  readonly chat: Chat;
  /** Topic of a forum. */
  readonly message_thread_id?: number;
  readonly is_topic_message?: true;
  /** Unix time in seconds. */
  readonly date: number;
  readonly edit_date?: number;
  readonly reply_to_message?: MessageJson;
  /** Service messages of a group that became a supergroup: to the old chat, and to the new one. */
  readonly migrate_to_chat_id?: number;
  readonly migrate_from_chat_id?: number;
  readonly text?: string;
  readonly entities?: readonly MessageEntity[];
  readonly photo?: readonly PhotoSize[];
  readonly document?: Document;
  readonly caption?: string;
  readonly caption_entities?: readonly MessageEntity[];
  readonly reply_markup?: InlineKeyboardMarkup;
  /** The part of the message replied to that somebody quotes. */
  readonly quote?: TextQuote;
  /** What is replied to in another chat. */
  readonly external_reply?: Partial<ExternalReplyInfo>;
  readonly link_preview_options?: LinkPreviewOptions;
  /** The album that the message is part of. */
  readonly media_group_id?: string;
}

/** What makes one message differ from another: all that an edit can replace. */
export type MessageContent = Pick<
  MessageJson,
  'text' | 'entities' | 'photo' | 'document' | 'caption' | 'caption_entities' | 'reply_markup'
>;

/** What Telegram itself says in a chat. */
export type ServiceContent = Pick<MessageJson, 'migrate_to_chat_id' | 'migrate_from_chat_id'>;

/** What a message may be sent with beside its content. */
export type Surroundings = Pick<
  MessageJson,
  | 'quote'
  | 'external_reply'
  | 'link_preview_options'
  | 'media_group_id'
  | 'message_thread_id'
  | 'is_topic_message'
>;

export interface StoredMessage {
  /** Replaced by every edit. */
  json: MessageJson;
  readonly isByBot: boolean;
  isDeleted: boolean;
  edits: number;
  /** Counts all changes of the world; a message with a higher number changed later. */
  revision: number;
  /** Monotonic milliseconds, comparable with the request log. */
  readonly postedAtMs: number;
  changedAtMs: number;
  /** A keyboard under the input field, or its removal. Not part of the message once it is sent. */
  readonly replyKeyboard: readonly string[] | undefined;
}

export function sameContent(a: MessageContent, b: MessageContent): boolean {
  return comparable(a) === comparable(b);
}

function comparable(content: MessageContent): string {
  const { text, entities, photo, document, caption, caption_entities, reply_markup } = content;
  const media = [photo?.at(-1)?.file_unique_id, document?.file_unique_id];
  return JSON.stringify([text, entities ?? [], media, caption, caption_entities ?? [], reply_markup ?? null]);
}
