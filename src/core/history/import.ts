import { BijiaError } from '../errors.js';
import type { Observation } from '../prices/observation.js';
import type { HistoryStore } from '../state/history/history-store.js';
import { type ExchangeRules, parseExchanged, parseJsonLine } from './exchange.js';
import { readExchangeTable } from './exchange-csv.js';

/** A line of an import that was refused. */
export interface RefusedLine {
  readonly line: number;
  readonly message: string;
}

export interface ImportReport {
  readonly taken: number;
  /** The first of them. */
  readonly refused: readonly RefusedLine[];
  readonly refusedCount: number;
}

/** An observation that is to be read, with its place in the file. */
interface Entry {
  readonly line: number;
  /** @throws InputError */
  readonly parse: () => Observation;
}

/** One transaction; several looks at one product cost one packing each time. */
const BLOCK_LINES = 5000;
const MAX_REFUSALS_TOLD = 10;

/** Adds all observations that can be read, and counts the others. @throws ConfigError */
export async function importEntries(
  store: Pick<HistoryStore, 'add'>,
  entries: AsyncIterable<Entry>,
): Promise<ImportReport> {
  const refused: RefusedLine[] = [];
  let refusedCount = 0;
  let taken = 0;
  let waiting: Observation[] = [];
  const flush = async () => {
    await store.add(waiting);
    taken += waiting.length;
    waiting = [];
  };
  for await (const { line, parse } of entries) {
    try {
      waiting.push(parse());
    } catch (error) {
      if (!(error instanceof BijiaError)) throw error;
      refusedCount += 1;
      if (refused.length < MAX_REFUSALS_TOLD) refused.push({ line, message: error.message });
    }
    if (waiting.length >= BLOCK_LINES) await flush();
  }
  await flush();
  return { taken, refused, refusedCount };
}

/** The lines of an exported history; empty ones say nothing. */
export async function* listLineEntries(
  lines: AsyncIterable<string>,
  rules: ExchangeRules,
): AsyncGenerator<Entry> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    const json = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (json.trim() !== '') yield { line, parse: () => parseExchanged(parseJsonLine(json), rules) };
  }
}

/** The rows of a table of observations. @throws InputError when it is not such a table */
export async function* listTableEntries(
  chunks: AsyncIterable<Uint8Array>,
  rules: ExchangeRules,
): AsyncGenerator<Entry> {
  for await (const { line, given } of readExchangeTable(chunks)) {
    yield { line, parse: () => parseExchanged(given, rules) };
  }
}
