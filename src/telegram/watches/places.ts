/** How chats and people of Telegram are named where alerts are kept. */
const PREFIX = 'telegram:';

export const toPlace = (id: number): string => `${PREFIX}${id}`;

/** @returns the id; undefined for what is none of Telegram's */
export function fromPlace(place: string): number | undefined {
  const [, id] = /^telegram:(-?\d{1,16})$/.exec(place) ?? [];
  return id === undefined ? undefined : Number(id);
}

export const isOfTelegram = (place: string): boolean => fromPlace(place) !== undefined;
