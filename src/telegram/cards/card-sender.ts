import { type Api, type InlineKeyboard, InputFile } from 'grammy';
import type { Message } from 'grammy/types';
import { LRUCache } from 'lru-cache';
import type { Marketplace } from '../../core/index.js';
import { isChatGone, isRefused } from '../bot-api/api-errors.js';
import type { ImageDownload } from '../bot-api/image-download.js';
import type { Rich } from './card-view.js';

/** Where a message goes. */
export interface Address {
  readonly chatId: number;
  /** The message it answers; one that is gone does not matter. */
  readonly replyTo?: number;
  /** Topic of a forum. */
  readonly threadId?: number;
}

export interface Card {
  readonly text: Rich;
  readonly keyboard: InlineKeyboard;
  readonly image?: string;
  readonly marketplace?: Marketplace;
}

/** Sends cards with their picture as well as Telegram lets it. */
export type CardSender = ReturnType<typeof createCardSender>;

const REMEMBERED_IMAGES = 5000;
const RETRY_IMAGE_AFTER_MS = 600_000;
/** Telegram could not load it, nor could we. */
const NO_IMAGE = '';

/**
 * Tries, in turn: the file that Telegram already has, the picture's address, the picture uploaded by us, and text
 * alone. Only what Telegram clearly refused is tried in the next way; a lost answer is not, the card may be there.
 */
export function createCardSender(api: Api, images: ImageDownload) {
  const fileIds = new LRUCache<string, string>({ max: REMEMBERED_IMAGES, ttl: 24 * 3_600_000 });

  const sendPhoto = async (address: Address, card: Card, photo: string | InputFile) => {
    const message = await api.sendPhoto(address.chatId, photo, {
      ...toSendOptions(address),
      caption: card.text.caption,
      caption_entities: card.text.caption_entities,
      reply_markup: card.keyboard,
    });
    const fileId = message.photo.at(-1)?.file_id;
    if (card.image && fileId) fileIds.set(card.image, fileId);
    return message;
  };

  const upload = async (card: Card): Promise<InputFile | undefined> => {
    const image = card.image && card.marketplace && (await images.find(card.image, card.marketplace));
    return image ? new InputFile(image, 'photo.jpg') : undefined;
  };

  const sendWithImage = async (address: Address, card: Card, image: string): Promise<Message | undefined> => {
    const fileId = fileIds.get(image);
    if (fileId === NO_IMAGE) return undefined;
    const ways = [async () => fileId, async () => image, () => upload(card)];
    for (const way of ways) {
      const photo = await way();
      if (photo === undefined) continue;
      try {
        return await sendPhoto(address, card, photo);
      } catch (error) {
        if (!isRefused(error) || isChatGone(error)) throw error;
      }
    }
    fileIds.set(image, NO_IMAGE, { ttl: RETRY_IMAGE_AFTER_MS });
    return undefined;
  };

  return {
    /** @throws GrammyError, HttpError when not even text gets through */
    send: async (address: Address, card: Card) =>
      (card.image && (await sendWithImage(address, card, card.image))) ||
      sendText(api, address, card.text, card.keyboard),
  };
}

/** A message of text with entities, without the preview of a page. */
export function sendText(
  api: Api,
  address: Address,
  text: Rich | string,
  keyboard?: InlineKeyboard,
): Promise<Message.TextMessage> {
  const { text: words, entities = [] } = typeof text === 'string' ? { text } : text;
  return api.sendMessage(address.chatId, words, {
    ...toSendOptions(address),
    entities,
    link_preview_options: { is_disabled: true },
    ...(keyboard && { reply_markup: keyboard }),
  });
}

export function toSendOptions({ replyTo, threadId }: Address) {
  return {
    ...(replyTo !== undefined && {
      reply_parameters: { message_id: replyTo, allow_sending_without_reply: true },
    }),
    ...(threadId !== undefined && { message_thread_id: threadId }),
  };
}
