/** How chats and people of Telegram are named where alerts are kept: `telegram:<chat>`, `telegram:<chat>/<topic>`. */
const PREFIX = 'telegram:';

export interface Place {
  readonly chatId: number;
  /** Topic of a forum. */
  readonly threadId?: number;
}

export const toPlace = (chatId: number, threadId?: number): string =>
  `${PREFIX}${chatId}${threadId === undefined ? '' : `/${threadId}`}`;

/** @returns undefined for what is none of Telegram's */
export function fromPlace(place: string): Place | undefined {
  const [, chatId, threadId] = /^telegram:(-?\d{1,16})(?:\/(\d{1,10}))?$/.exec(place) ?? [];
  if (chatId === undefined) return undefined;
  return { chatId: Number(chatId), ...(threadId !== undefined && { threadId: Number(threadId) }) };
}

export const isOfTelegram = (place: string): boolean => fromPlace(place) !== undefined;
