import { formatDateTime, formatDay, WORDS } from '../../core/index.js';

/** How numbers, times and strangers' words are shown in a chat. */

/** Chat language. */
export type Locale = 'zh' | 'en';

/** Fen as `¥5,699` or `¥15.60`, in both languages. */
export const formatMoney = WORDS.zh.money;

/** `1,223` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** Wall-clock milliseconds as `14:03`, with the day when it is not today's. */
export function formatTime(atMs: number, nowMs: number): string {
  const text = formatDateTime(atMs);
  return formatDay(atMs) === formatDay(nowMs) ? text.slice('yyyy-mm-dd '.length) : text.slice('yyyy-'.length);
}

/** At most `max` characters as a reader counts them, with `…` in place of the rest. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  // No reader's character takes more than a few units, except those stacked to break things: they are cut too.
  const bounded = text.slice(0, max * 8).replace(/[\uD800-\uDBFF]$/, '');
  const characters = Array.from(new Intl.Segmenter().segment(bounded), ({ segment }) => segment);
  if (characters.length <= max && bounded === text) return text;
  return `${characters
    .slice(0, max - 1)
    .join('')
    .trimEnd()}…`;
}

/** Pieces of at most `max` units: cut at ends of lines, else at spaces, so that links stay whole; never through an emoji. */
export function* splitText(text: string, max: number): Generator<string> {
  let rest = text.trim();
  while (rest.length > max) {
    const [space] = [rest.lastIndexOf('\n', max), rest.lastIndexOf(' ', max)].filter((at) => at > 0);
    const end = space ?? rest.slice(0, max).replace(/[\uD800-\uDBFF]$/, '').length;
    yield rest.slice(0, end).trimEnd();
    rest = rest.slice(end).trimStart();
  }
  if (rest !== '') yield rest;
}

/**
 * Takes the life out of words that Telegram would turn into mentions, tags, commands and links by itself: a
 * stranger's shop name must not notify people or lead them away. Look-alikes of full width replace the signs.
 */
export function defuse(text: string): string {
  return text
    .replaceAll('@', '＠')
    .replaceAll('#', '＃')
    .replaceAll('$', '＄')
    .replaceAll('://', '：//')
    .replace(/(^|[^\p{L}\p{N}/])\/(?=\w)/gu, '$1／')
    .replace(/(?<=[\p{L}\p{N}])\.(?!(?:txt|[ct]sv|jsonl|ndjson|xlsx)\b)(?=\p{L}{2,})/gu, '．')
    .replace(/\+(?=\d{6,})/g, '＋');
}
