import type { ChatState } from '../chat-state.js';
import { formatCaption, formatText } from '../formatted-text.js';
import type { MessageContent, MessageJson, StoredMessage } from '../messages.js';
import type { ParametersOf } from '../method-parameters.js';
import type { RateLimit } from '../rate-limit.js';
import { badRequest, Violation } from '../refusal.js';
import { checkInlineKeyboard, type ReplyMarkup } from '../reply-markup.js';
import type { World } from '../world.js';
import type { Handlers } from './call.js';
import type { Media } from './media.js';

export const MAX_TEXT_LENGTH = 4096;
export const MAX_CAPTION_LENGTH = 1024;

export interface SendingOptions {
  readonly world: World;
  readonly media: Media;
  readonly rateLimit: RateLimit;
}

type Sending = Pick<
  ParametersOf<'sendMessage'>,
  'chat_id' | 'message_thread_id' | 'reply_markup' | 'reply_parameters'
>;
type SendingMethod = 'sendMessage' | 'sendPhoto' | 'sendDocument' | 'sendChatAction';

export function createSendingMethods({ world, media, rateLimit }: SendingOptions): Handlers<SendingMethod> {
  /** Checks in the order of the real server: content first, then the keyboard, then the chat. */
  const send = (parameters: Sending, readContent: () => MessageContent): MessageJson => {
    const markup = splitMarkup(parameters.reply_markup);
    const chat = world.findChat(parameters.chat_id, 'write');
    const topic = readTopic(chat, parameters);
    const replyTo = findReplied(chat, parameters);
    const content = readContent();
    rateLimit.spend(chat);
    return world.post(chat, { from: world.bot, replyTo, ...topic, ...content, ...markup }).json;
  };

  return {
    sendMessage: (parameters) => {
      if (parameters.text === '') throw badRequest('message text is empty');
      const shown = formatText({
        text: parameters.text,
        parseMode: parameters.parse_mode,
        entities: parameters.entities,
      });
      return send(parameters, () => {
        if (shown.text.length > MAX_TEXT_LENGTH) throw badRequest('message is too long');
        return shown;
      });
    },
    sendPhoto: (parameters, call) => {
      const caption = readCaption(parameters);
      return send(parameters, () => ({
        ...media.load('photo', parameters.photo, call),
        ...checkLength(caption),
      }));
    },
    sendDocument: (parameters, call) => {
      if (parameters.thumbnail !== undefined) throw new Violation('thumbnail of a document is not modelled');
      const caption = readCaption(parameters);
      return send(parameters, () => ({
        ...media.load('document', parameters.document, call),
        ...checkLength(caption),
      }));
    },
    sendChatAction: (parameters) => {
      world.findChat(parameters.chat_id, 'write').actions.push(parameters.action);
      world.changes.note();
      return true;
    },
  };
}

export type CaptionContent = Pick<MessageContent, 'caption' | 'caption_entities'>;

/** @throws {Refusal} "can't parse entities: …" and the like; the length is the caller's business. */
export function readCaption(
  parameters: Pick<ParametersOf<'sendPhoto'>, 'caption' | 'parse_mode' | 'caption_entities'>,
): CaptionContent {
  const { caption, parse_mode, caption_entities } = parameters;
  const shown = formatCaption({ text: caption, parseMode: parse_mode, entities: caption_entities });
  return shown ? { caption: shown.text, caption_entities: shown.entities } : {};
}

/** @throws {Refusal} "message caption is too long". */
export function checkLength(content: CaptionContent): CaptionContent {
  if ((content.caption?.length ?? 0) > MAX_CAPTION_LENGTH) throw badRequest('message caption is too long');
  return content;
}

function readTopic({ topics }: ChatState, { message_thread_id: id }: Sending) {
  if (id === undefined) return {};
  if (!topics.has(id)) throw badRequest('message thread not found');
  return { message_thread_id: id, is_topic_message: true as const };
}

function splitMarkup(markup: ReplyMarkup | undefined) {
  if (markup === undefined) return {};
  if ('inline_keyboard' in markup) return { reply_markup: checkInlineKeyboard(markup) };
  if (!('keyboard' in markup)) return { replyKeyboard: [] };
  const labels = markup.keyboard.flat().map((button) => (typeof button === 'string' ? button : button.text));
  return { replyKeyboard: labels };
}

function findReplied(chat: ChatState, { reply_parameters: reply }: Sending): StoredMessage | undefined {
  if (!reply) return undefined;
  if (reply.chat_id !== undefined && Number(reply.chat_id) !== chat.json.id) {
    throw new Violation('a reply to another chat is not modelled');
  }
  const message = chat.messages.get(reply.message_id);
  if (message && !message.isDeleted) return message;
  if (reply.allow_sending_without_reply) return undefined;
  throw badRequest('message to be replied not found');
}
