import type { MessageEntity, Update, User } from 'grammy/types';
import { z } from 'zod';

/** A parameter of the Bot API that this server does not model: sending it is refused. */
export const unsupported = z.never('is not modelled by this fake').optional();

export const chatId = z.union([z.int(), z.string()]);

export const parseMode = z.enum(['Markdown', 'MarkdownV2', 'HTML']);

const span = { offset: z.int(), length: z.int() };

function isUser(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'number';
}

export const messageEntity: z.ZodType<MessageEntity> = z.union([
  z.strictObject({
    ...span,
    type: z.enum([
      'mention',
      'hashtag',
      'cashtag',
      'bot_command',
      'url',
      'email',
      'phone_number',
      'bold',
      'italic',
      'underline',
      'strikethrough',
      'spoiler',
      'blockquote',
      'expandable_blockquote',
      'code',
    ]),
  }),
  z.strictObject({ ...span, type: z.literal('pre'), language: z.string().exactOptional() }),
  z.strictObject({ ...span, type: z.literal('text_link'), url: z.string().min(1) }),
  z.strictObject({ ...span, type: z.literal('text_mention'), user: z.custom<User>(isUser) }),
  z.strictObject({ ...span, type: z.literal('custom_emoji'), custom_emoji_id: z.string() }),
]);

export const linkPreviewOptions = z.strictObject({
  is_disabled: z.boolean().optional(),
  url: z.string().optional(),
  prefer_small_media: z.boolean().optional(),
  prefer_large_media: z.boolean().optional(),
  show_above_text: z.boolean().optional(),
});

export const replyParameters = z.strictObject({
  message_id: z.int(),
  chat_id: chatId.optional(),
  allow_sending_without_reply: z.boolean().optional(),
  quote: z.string().optional(),
  quote_parse_mode: parseMode.optional(),
  quote_entities: z.array(messageEntity).optional(),
  quote_position: z.int().optional(),
});

const buttonLook = {
  text: z.string(),
  icon_custom_emoji_id: z.string().optional(),
  style: z.enum(['danger', 'success', 'primary']).optional(),
};

/** Which one of the actions a button has, and that it has one, is checked with Telegram's words in reply-markup.ts. */
export const inlineKeyboardButton = z.strictObject({
  ...buttonLook,
  url: z.string().optional(),
  callback_data: z.string().optional(),
  copy_text: z.strictObject({ text: z.string() }).optional(),
  web_app: z.strictObject({ url: z.string() }).optional(),
  switch_inline_query: z.string().optional(),
  switch_inline_query_current_chat: z.string().optional(),
});

export const inlineKeyboardMarkup = z.strictObject({
  inline_keyboard: z.array(z.array(inlineKeyboardButton)),
});

const replyKeyboardMarkup = z.strictObject({
  keyboard: z.array(z.array(z.union([z.string(), z.strictObject(buttonLook)]))),
  is_persistent: z.boolean().optional(),
  resize_keyboard: z.boolean().optional(),
  one_time_keyboard: z.boolean().optional(),
  input_field_placeholder: z.string().min(1).max(64).optional(),
  selective: z.boolean().optional(),
});

export const replyMarkup = z.union([
  inlineKeyboardMarkup,
  replyKeyboardMarkup,
  z.strictObject({ remove_keyboard: z.literal(true), selective: z.boolean().optional() }),
  z.strictObject({
    force_reply: z.literal(true),
    input_field_placeholder: z.string().min(1).max(64).optional(),
    selective: z.boolean().optional(),
  }),
]);

const caption = {
  caption: z.string().optional(),
  parse_mode: parseMode.optional(),
  caption_entities: z.array(messageEntity).optional(),
};

export const captionParameters = caption;

export const inputMedia = z.discriminatedUnion('type', [
  z.strictObject({
    ...caption,
    type: z.literal('photo'),
    media: z.string(),
    show_caption_above_media: z.boolean().optional(),
    has_spoiler: z.boolean().optional(),
  }),
  z.strictObject({
    ...caption,
    type: z.literal('document'),
    media: z.string(),
    thumbnail: z.string().optional(),
    disable_content_type_detection: z.boolean().optional(),
  }),
]);

export const botCommandScope = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.enum(['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators']),
  }),
  z.strictObject({ type: z.enum(['chat', 'chat_administrators']), chat_id: chatId }),
  z.strictObject({ type: z.literal('chat_member'), chat_id: chatId, user_id: z.int() }),
]);

/** Two letters of ISO 639-1; absent or empty means all languages without commands of their own. */
export const languageCode = z.string().regex(/^([a-z]{2})?$/);

export const botCommand = z.strictObject({ command: z.string(), description: z.string() });

export const inlineQueryResult = z.looseObject({ type: z.string(), id: z.string().min(1).max(64) });

const UPDATE_KINDS = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
  'guest_message',
  'stopped_message_generation',
  'message_reaction',
  'message_reaction_count',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'purchased_paid_media',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
  'managed_bot',
  'subscription',
] as const satisfies readonly Exclude<keyof Update, 'update_id'>[];

export type UpdateKind = (typeof UPDATE_KINDS)[number];

export const allowedUpdates = z.array(z.enum(UPDATE_KINDS));
