import { formatIsoTime, parseDateTime } from '../../clock.js';

const DAY_MS = 86_400_000;

/** ISO 8601 of `yyyy-MM-dd HH:mm:ss` in GMT+8; undefined for anything else. */
export const parseStart = (value: unknown) => formatIsoTime(parseDateTime(String(value)));

/** The same of an end: a day alone ends when it is over. */
export function parseEnd(value: unknown): string | undefined {
  const isDay = !String(value).includes(':');
  const atMs = parseDateTime(String(value));
  return formatIsoTime(atMs !== undefined && isDay ? atMs + DAY_MS - 1000 : atMs);
}
