import type { InputLine } from './input-lines.js';
import { type ColumnRules, findByHeader } from './input-table.js';

/**
 * Takes from each line, a JSON string, number or object, what asks for a product. Objects are read by the names of
 * their keys, as tables are by their headers. Numbers keep all their digits.
 */
export async function* parseJsonLines(
  lines: AsyncIterable<InputLine>,
  rules: ColumnRules,
): AsyncGenerator<InputLine> {
  for await (const { line, text } of lines) yield { line, ...readValue(text, rules) };
}

type Reading = Omit<InputLine, 'line'>;

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function readValue(json: string, rules: ColumnRules): Reading {
  // A number becomes a string before parsing: ids do not fit into a JavaScript number.
  const quoted = json.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`));
  try {
    const value: unknown = JSON.parse(quoted);
    if (typeof value === 'string') return { text: value.trim() };
    return readObject(value, json, rules);
  } catch {
    return {
      text: json,
      problem: 'The line is no JSON; expected a string, or an object such as {"url":"…"}.',
    };
  }
}

function readObject(value: unknown, json: string, rules: ColumnRules): Reading {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value) : [];
  const keys = findByHeader({ line: 0, cells: entries.map(([key]) => key) }, rules);
  if (!keys) return { text: json, problem: 'The line has no known key, such as id or url.' };
  const textAt = (at: number | undefined) => toText(at === undefined ? undefined : entries[at]?.[1]);
  const source = keys.sources.find(({ at }) => textAt(at) !== '');
  return {
    text: textAt(source?.at),
    platformHint: rules.findPlatform(textAt(keys.platformAt)) ?? source?.platform,
  };
}

const toText = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
