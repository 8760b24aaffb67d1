import { cleanText } from '../core/index.js';

const MAX_ECHO_CHARS = 200;

/** What the asker gave, fit to be repeated: on one line, without invisible characters, and not too long. */
export function cleanInput(text: string): string {
  return cleanText(text.slice(0, 10 * MAX_ECHO_CHARS), MAX_ECHO_CHARS) ?? '';
}
