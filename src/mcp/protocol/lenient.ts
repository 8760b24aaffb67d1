import { InputError } from '../../core/index.js';

/** Models write these words where they mean that nothing is given. */
const NOTHING = /^\s*(null|undefined|none|nil)?\s*$/i;

export const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'string' && NOTHING.test(value));

const TRUE = /^\s*(true|yes|1)\s*$/i;
const FALSE = /^\s*(false|no|0)\s*$/i;

export function readBoolean(value: unknown): unknown {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return value;
  if (TRUE.test(text)) return true;
  return FALSE.test(text) ? false : value;
}

const NUMBER = /^\s*(\d{1,9}(?:\.\d{1,9})?)\s*$/;

/** Also `"5"`, `"5.0"` and `"99.5"`. */
export function readNumber(value: unknown): unknown {
  const digits = typeof value === 'string' ? NUMBER.exec(value)?.[1] : undefined;
  return digits === undefined ? value : Number(digits);
}

/**
 * Also a list of one text.
 * @throws InputError for a number whose digits may be lost
 */
export function readText(value: unknown, name: string): unknown {
  if (Array.isArray(value)) {
    const [text, ...others] = value.filter((entry) => !isBlank(entry));
    return others.length === 0 && !Array.isArray(text) ? readText(text, name) : value;
  }
  if (typeof value !== 'number') return value;
  if (Number.isSafeInteger(value)) return String(value);
  throw new InputError(
    `A number in "${name}" is too large to be exact, and its last digits may be lost. Give ids as strings.`,
    { code: 'invalid_arguments' },
  );
}

/** A list, or a text with one entry per line, or one that holds a JSON list. What is not a list stays as it is. */
export function readEntries(value: unknown, name: string): unknown {
  const list = toList(value);
  if (!Array.isArray(list)) return list;
  return list.flatMap((entry: unknown): unknown[] => {
    const text = isNothing(entry) ? '' : readText(entry, name);
    return typeof text === 'string' ? splitIds(text) : [text];
  });
}

const isNothing = (entry: unknown) => entry === null || entry === undefined;

function toList(value: unknown): unknown {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'string') return value;
  try {
    const list: unknown = JSON.parse(value);
    if (Array.isArray(list)) return list;
  } catch {
    // Not JSON: read as lines.
  }
  return value.split('\n').filter((line) => line.trim() !== '');
}

const ID_LIST = /^\s*\d{5,20}(?:[\s,，、;；|]+\d{5,20})+[\s,，、;；|]*$/;

/** Several bare ids in one text; everything else is one entry. */
function splitIds(text: string): string[] {
  return ID_LIST.test(text) ? text.split(/[\s,，、;；|]+/).filter((id) => id !== '') : [text];
}
