import { cleanTexts } from '../../product/normalizer.js';

const MAX_DEPTH = 4;
const MAX_TEXTS = 20;
/** Addresses, colours and names of styles: for the page that shows it, not for who reads it. */
const NOT_SAID = /^(?:(?:https?:)?\/\/|#[\da-f]{3,8}$)/i;

/**
 * The texts in a part of the answer whose shape is unknown: a text, a list of texts, or objects that hold them.
 * A number comes with its name: `{"desc": 4.8}` is `desc 4.8`.
 */
export function collectTexts(value: unknown): string[] | undefined {
  return cleanTexts(listTexts(value, MAX_DEPTH).slice(0, MAX_TEXTS));
}

function listTexts(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return NOT_SAID.test(value.trim()) ? [] : [value];
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => listTexts(entry, depth - 1));
  return Object.entries(value).flatMap(([name, entry]) =>
    typeof entry === 'number' ? [`${name} ${entry}`] : listTexts(entry, depth - 1),
  );
}
