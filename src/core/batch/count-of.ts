import { formatExact } from '../words/format.js';

/** `1 call`, `2 calls`, `1,000 calls`: for nouns whose plural ends in s. */
export function countOf(count: number, noun: string): string {
  return `${formatExact(count)} ${noun}${count === 1 ? '' : 's'}`;
}
