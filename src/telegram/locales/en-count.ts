import { formatCount } from './display.js';

/** `1 call`, `1,200 calls` */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}
