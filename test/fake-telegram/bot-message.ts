import type { InlineKeyboardButton, MessageEntity } from 'grammy/types';
import type { FileStore } from './file-store.js';
import type { StoredMessage } from './messages.js';

/** A button as a person sees it, with what it does. */
export interface ShownButton {
  readonly text: string;
  readonly data: string | undefined;
  readonly url: string | undefined;
  readonly copyText: string | undefined;
}

export interface ShownFile {
  readonly fileId: string;
  readonly fileName: string | undefined;
  readonly mimeType: string | undefined;
  /** Absent when Telegram was asked to load the file from {@link url}. */
  readonly content: Uint8Array | undefined;
  readonly url: string | undefined;
}

/** A message by the bot as it looks now. Taken once; it does not follow later edits. */
export interface BotMessage {
  readonly id: number;
  readonly chatId: number;
  /** The text, or the caption of a photo or document. */
  readonly text: string;
  readonly entities: readonly MessageEntity[];
  readonly photo: ShownFile | undefined;
  readonly document: ShownFile | undefined;
  readonly buttons: readonly (readonly ShownButton[])[];
  /** Labels under the input field; empty when the keyboard was taken away. */
  readonly replyKeyboard: readonly string[] | undefined;
  readonly replyTo: number | undefined;
  readonly edits: number;
  readonly isDeleted: boolean;
  /** Monotonic milliseconds, comparable with the request log. */
  readonly postedAtMs: number;
  readonly changedAtMs: number;
}

export function showMessage(message: StoredMessage, files: FileStore): BotMessage {
  const { json } = message;
  return {
    id: json.message_id,
    chatId: json.chat.id,
    text: json.text ?? json.caption ?? '',
    entities: json.entities ?? json.caption_entities ?? [],
    photo: showFile(json.photo?.at(-1)?.file_id, files),
    document: showFile(json.document?.file_id, files),
    buttons: json.reply_markup?.inline_keyboard.map((row) => row.map(showButton)) ?? [],
    replyKeyboard: message.replyKeyboard,
    replyTo: json.reply_to_message?.message_id,
    edits: message.edits,
    isDeleted: message.isDeleted,
    postedAtMs: message.postedAtMs,
    changedAtMs: message.changedAtMs,
  };
}

function showButton(button: InlineKeyboardButton): ShownButton {
  return {
    text: button.text,
    data: 'callback_data' in button ? button.callback_data : undefined,
    url: 'url' in button ? button.url : undefined,
    copyText: 'copy_text' in button ? button.copy_text.text : undefined,
  };
}

function showFile(fileId: string | undefined, files: FileStore): ShownFile | undefined {
  const file = fileId === undefined ? undefined : files.get(fileId);
  if (!file) return undefined;
  const { fileName, mimeType, content, url } = file;
  return { fileId: file.fileId, fileName, mimeType, content, url };
}
