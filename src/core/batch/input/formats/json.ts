import { InputError } from '../../../errors.js';
import { splitBlocks } from '../../../text/lines.js';
import type { TableRow } from '../../../text/table-row.js';
import { type InputLine, toInputLine } from '../lines.js';
import { readTable, type TableOptions } from '../table/table.js';
import {
  type Entry,
  flatten,
  formatValue,
  hasColumn,
  isRecord,
  listNames,
  MAX_DEPTH,
  toEntry,
  toRow,
} from './json-rows.js';

/** A JSON document is held in memory; longer lists come as JSON lines. */
const MAX_CHARS = 64 * 2 ** 20;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const SAMPLE = 200;

/** A number becomes a string before parsing: ids do not fit into a JavaScript number. */
function parseExactJson(json: string): unknown {
  const quoted = json.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`));
  return JSON.parse(quoted);
}

/**
 * Reads JSON lines. Objects are read as the rows of a table whose headers are their keys; a text or number is an entry
 * by itself, and so is a list of them.
 */
export async function* readJsonLines(
  texts: AsyncIterable<string>,
  options: TableOptions,
): AsyncGenerator<Iterable<InputLine>> {
  async function* blocks(): AsyncGenerator<readonly Entry[]> {
    for await (const lines of splitBlocks(texts))
      yield lines.map(({ line, text }) => ({ line, given: text, ...parseLine(text) }));
  }
  yield* readEntries(blocks(), options);
}

function parseLine(text: string): Pick<Entry, 'value' | 'problem'> {
  try {
    return { value: parseExactJson(text) };
  } catch {
    const problem = 'The line is not JSON; expected a text, or an object such as {"url":"…"}.';
    return { value: undefined, problem };
  }
}

/**
 * Reads one JSON document: a list, or an object that holds one somewhere. Entries are numbered from 1.
 * @throws InputError for what is not JSON, or holds no list
 */
export async function* readJsonDocument(
  texts: AsyncIterable<string>,
  options: TableOptions,
): AsyncGenerator<Iterable<InputLine>> {
  let json = '';
  for await (const text of texts) {
    json += text;
    if (json.length > MAX_CHARS) {
      throw new InputError('The JSON document is larger than 64 MB. Save it as JSON lines (.jsonl).', {
        code: 'input_too_large',
        facts: { limit: '64 MB' },
      });
    }
  }
  const list = parseDocument(json, options);
  if (!list) {
    yield* readJsonLines(toAsync([json]), options);
    return;
  }
  const entries = list.map(toEntry);
  if (entries.every(({ value }) => Array.isArray(value))) {
    // Rows as lists of cells, the first perhaps of headers.
    yield* readTable(toAsync([entries.map(toListRow)]), options);
    return;
  }
  yield* readEntries(toAsync([entries]), options);
}

/** @returns undefined for JSON lines */
function parseDocument(json: string, options: TableOptions): unknown[] | undefined {
  try {
    const value = parseExactJson(json);
    const named = listByMarketplace(value, options.rules);
    if (named) return named;
    const lists = listLists(value);
    return lists.find((list) => holdsProducts(list, options)) ?? lists[0] ?? [value];
  } catch (error) {
    const [first = ''] = json.trimStart().split(/[\r\n]/, 1);
    if (parseLine(first).problem === undefined) return undefined;
    throw new InputError('The file is not sound JSON. Save it again, or as JSON lines (.jsonl) or csv.', {
      code: 'bad_json',
      cause: error,
    });
  }
}

/** The lists of an object whose keys name marketplaces, as one list: each entry with its key. */
function listByMarketplace(value: unknown, { findPlatform }: TableOptions['rules']): unknown[] | undefined {
  let level: unknown[] = [value];
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const named = level.filter(isRecord).flatMap((record) => {
      const lists = Object.entries(record).filter(([, one]) => Array.isArray(one) && one.length > 0);
      return lists.length > 0 && lists.every(([key]) => findPlatform(key) !== undefined) ? [lists] : [];
    });
    const [lists] = named;
    if (lists) {
      return lists.flatMap(([platform, list]) =>
        (list as unknown[]).map((one) => (isRecord(one) ? { platform, ...one } : { platform, text: one })),
      );
    }
    level = level.flatMap((one) => (isRecord(one) ? Object.values(one) : []));
  }
  return undefined;
}

/** The lists that are not empty, such as that of `{"data":{"list":[…]}}`, the outermost first. */
function listLists(value: unknown): unknown[][] {
  const lists: unknown[][] = [];
  let level: unknown[] = [value];
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    lists.push(...level.filter((one): one is unknown[] => Array.isArray(one) && one.length > 0));
    level = level.flatMap((one) => (isRecord(one) ? Object.values(one) : []));
  }
  return lists;
}

/** Whether a list is about products: others of filters or shops may stand before it. */
function holdsProducts(list: readonly unknown[], options: TableOptions): boolean {
  const sample = list.slice(0, SAMPLE);
  const records = sample.filter(isRecord);
  if (records.length === 0) {
    return sample.some((value) =>
      ['product', 'short', 'id'].includes(options.rules.readCell(formatValue(value)).kind),
    );
  }
  return hasColumn(records.map(toEntry), listNames(records.map((record) => flatten(record))), options);
}

async function* toAsync<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const toListRow = ({ line, value }: Entry): TableRow => ({
  line,
  cells: Array.isArray(value) ? value.map(formatValue) : [],
});

/** Objects make a table; its columns are the keys of the first of them, and of those that follow. */
async function* readEntries(
  blocks: AsyncIterable<readonly Entry[]>,
  options: TableOptions,
): AsyncGenerator<Iterable<InputLine>> {
  const iterator = blocks[Symbol.asyncIterator]();
  let first: readonly Entry[] = [];
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    first = first.concat(next.value);
    if (first.length >= SAMPLE) break;
  }
  const all = prepend(first, iterator);
  const sample = first.slice(0, SAMPLE);
  const records = sample.filter(({ value }) => isRecord(value)).map(({ value }) => flatten(value));
  if (records.length === 0) {
    for await (const entries of all) yield entries.map((entry) => toLine(entry));
    return;
  }
  const names = listNames(records);
  if (sample.length > records.length && !hasColumn(sample, names, options)) {
    // Among texts that are understood, such an object is one bad entry.
    const refusal = 'The entry has no key with a product link or ID.';
    for await (const entries of all) yield entries.map((entry) => toLine(entry, refusal));
    return;
  }
  const others: InputLine[] = [];
  async function* rows(): AsyncGenerator<Iterable<TableRow>> {
    for await (const entries of all) yield toRows(entries, names, others);
  }
  for await (const lines of readTable(rows(), { ...options, names })) yield merge(lines, others);
  yield others;
}

/** One after the other: the names grow on the way. What is not an object joins the others. */
function* toRows(entries: readonly Entry[], names: string[], others: InputLine[]): Generator<TableRow> {
  for (const entry of entries) {
    if (isRecord(entry.value)) yield toRow(entry, names);
    else others.push(toLine(entry));
  }
}

/** Both in the order of their lines. */
function* merge(lines: Iterable<InputLine>, others: InputLine[]): Generator<InputLine> {
  for (const line of lines) {
    const after = others.findIndex((other) => other.line > line.line);
    yield* others.splice(0, after < 0 ? others.length : after);
    yield line;
  }
}

async function* prepend<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** @param refusal of an object */
function toLine({ line, given, value, ...entry }: Entry, refusal?: string): InputLine {
  const problem = entry.problem ?? (isRecord(value) ? refusal : undefined);
  if (problem !== undefined) return { line, ranks: [[{ given }]], problem };
  return toInputLine(line, formatValue(value));
}
