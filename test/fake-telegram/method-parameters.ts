import type { Opts, Update } from 'grammy/types';
import { z } from 'zod';
import {
  allowedUpdates,
  botCommand,
  botCommandScope,
  captionParameters,
  chatId,
  inlineKeyboardMarkup,
  inlineQueryResult,
  inputMedia,
  languageCode,
  linkPreviewOptions,
  messageEntity,
  parseMode,
  replyMarkup,
  replyParameters,
  type UpdateKind,
  unsupported,
} from './parameter-types.js';

const flag = z.boolean().optional();

const sendingParameters = {
  chat_id: chatId,
  disable_notification: flag,
  protect_content: flag,
  reply_parameters: replyParameters.optional(),
  reply_markup: replyMarkup.optional(),
  business_connection_id: unsupported,
  message_thread_id: z.int().optional(),
  direct_messages_topic_id: unsupported,
  ephemeral_message_parameters: unsupported,
  allow_paid_broadcast: unsupported,
  suggested_post_parameters: unsupported,
  message_effect_id: unsupported,
  reply_to_message_id: unsupported,
};

const editingParameters = {
  chat_id: chatId.optional(),
  message_id: z.int().optional(),
  reply_markup: inlineKeyboardMarkup.optional(),
  inline_message_id: unsupported,
  business_connection_id: unsupported,
};

const commandsOf = { scope: botCommandScope.optional(), language_code: languageCode.optional() };

/** Every parameter of every method this server knows, by the Bot API's types. */
export const METHOD_PARAMETERS = {
  getMe: z.strictObject({}),
  getUpdates: z.strictObject({
    offset: z.int().optional(),
    limit: z.int().min(1).max(100).optional(),
    timeout: z.int().min(0).max(50).optional(),
    allowed_updates: allowedUpdates.optional(),
  }),
  setWebhook: z.strictObject({
    url: z.string(),
    certificate: unsupported,
    ip_address: z.string().optional(),
    max_connections: z.int().min(1).max(100).optional(),
    allowed_updates: allowedUpdates.optional(),
    drop_pending_updates: flag,
    secret_token: z.string().optional(),
  }),
  deleteWebhook: z.strictObject({ drop_pending_updates: flag }),
  getWebhookInfo: z.strictObject({}),
  sendMessage: z.strictObject({
    ...sendingParameters,
    text: z.string(),
    parse_mode: parseMode.optional(),
    entities: z.array(messageEntity).optional(),
    link_preview_options: linkPreviewOptions.optional(),
  }),
  sendPhoto: z.strictObject({
    ...sendingParameters,
    ...captionParameters,
    photo: z.string(),
    show_caption_above_media: flag,
    has_spoiler: flag,
  }),
  sendDocument: z.strictObject({
    ...sendingParameters,
    ...captionParameters,
    document: z.string(),
    thumbnail: z.string().optional(),
    disable_content_type_detection: flag,
  }),
  sendChatAction: z.strictObject({
    chat_id: chatId,
    action: z.enum([
      'typing',
      'upload_photo',
      'record_video',
      'upload_video',
      'record_voice',
      'upload_voice',
      'upload_document',
      'choose_sticker',
      'find_location',
      'record_video_note',
      'upload_video_note',
    ]),
    business_connection_id: unsupported,
    message_thread_id: unsupported,
  }),
  editMessageText: z.strictObject({
    ...editingParameters,
    text: z.string(),
    parse_mode: parseMode.optional(),
    entities: z.array(messageEntity).optional(),
    link_preview_options: linkPreviewOptions.optional(),
    rich_message: unsupported,
  }),
  editMessageCaption: z.strictObject({
    ...editingParameters,
    ...captionParameters,
    show_caption_above_media: flag,
  }),
  editMessageMedia: z.strictObject({ ...editingParameters, media: inputMedia }),
  editMessageReplyMarkup: z.strictObject(editingParameters),
  deleteMessage: z.strictObject({ chat_id: chatId, message_id: z.int() }),
  answerCallbackQuery: z.strictObject({
    callback_query_id: z.string(),
    text: z.string().optional(),
    show_alert: flag,
    url: z.string().optional(),
    cache_time: z.int().min(0).optional(),
  }),
  answerInlineQuery: z.strictObject({
    inline_query_id: z.string(),
    results: z.array(inlineQueryResult),
    cache_time: z.int().min(0).optional(),
    is_personal: flag,
    next_offset: z.string().max(64).optional(),
    button: z.strictObject({ text: z.string(), start_parameter: z.string().optional() }).optional(),
  }),
  getFile: z.strictObject({ file_id: z.string() }),
  setMyCommands: z.strictObject({ ...commandsOf, commands: z.array(botCommand) }),
  getMyCommands: z.strictObject(commandsOf),
  deleteMyCommands: z.strictObject(commandsOf),
  getChat: z.strictObject({ chat_id: chatId }),
  getChatMember: z.strictObject({ chat_id: chatId, user_id: z.int() }),
  leaveChat: z.strictObject({ chat_id: chatId }),
};

export type Method = keyof typeof METHOD_PARAMETERS;
export type ParametersOf<M extends Method> = z.output<(typeof METHOD_PARAMETERS)[M]>;

type Same<A, B> = [Exclude<A, B>, Exclude<B, A>] extends [never, never] ? true : false;
type AllTrue<T extends Record<string, true>> = T;
/**
 * Fails to compile when the names here are not exactly those of the Bot API's published types.
 * @public nobody else needs it
 */
export type AgreesWithTheBotApi = AllTrue<{
  updates: Same<Exclude<keyof Update, 'update_id'>, UpdateKind>;
}> &
  AllTrue<{
    [M in Method]: Same<keyof Opts<M>, keyof (typeof METHOD_PARAMETERS)[M]['shape']>;
  }>;
