import { BijiaError, CancelledError, type ErrorFacts, InputError } from '../../errors.js';
import { createReferenceTable, type ReferenceTable } from '../reference-table.js';
import { createTextHash } from '../text-hash.js';
import { createCopy, createLineFormat, type KeptLine, type LineJson, readCopy } from './copy.js';
import type { OpenInput } from './input.js';
import { type Recognise, readRanks } from './line-reading.js';
import type { InputLine } from './lines.js';

/** A whole input in memory: each reference once, and for each line which one it asks for. */
export interface InputList {
  readonly references: ReferenceTable;
  /** How many rows its results have: each product of a line, and each line that names none. */
  readonly rowCount: number;
  /** Names of the user's own columns. */
  readonly ownColumns: readonly OwnColumn[];
  /** A hash of all that a row of the output tells of its line; equal lists have equal hashes. */
  readonly hash: string;
  /** @returns the reference of a row, counted from 0; -1 when refused */
  readonly indexAt: (position: number) => number;
  readonly summary: InputSummary;
}

/** A column of the input that is not about which product. */
export interface OwnColumn {
  readonly name: string;
  /** Whether a spreadsheet would spoil its numbers: some are long, or begin with a zero. */
  readonly hasLongNumbers: boolean;
}

export interface InputSummary {
  /** Lines that ask for something. */
  readonly lines: number;
  /** Different references, each fetched once. */
  readonly unique: number;
  readonly duplicates: number;
  readonly refused: number;
  /** Different references by marketplace id. */
  readonly platforms: Readonly<Record<string, number>>;
  /** The first refused lines. */
  readonly problems: readonly InputProblem[];
}

/** A line that was refused. */
export interface InputProblem {
  readonly line: number;
  readonly text: string;
  readonly code: string;
  /** For sentences in other languages. */
  readonly facts?: ErrorFacts;
  readonly message: string;
}

export interface CollectOptions {
  readonly recognise: Recognise;
  /** Where the copy of the input is written; must not exist. */
  readonly copyPath: string;
  readonly maxLines?: number;
  readonly signal?: AbortSignal;
}

const MAX_LINES = 1_000_000;
const MAX_PROBLEMS = 10;

/**
 * Recognises every line, merges duplicates and keeps a copy of it all on disk.
 * @throws InputError when there is nothing in it, or too much
 */
export async function collectInput(
  { blocks, report }: Pick<OpenInput, 'blocks' | 'report'>,
  { recognise, copyPath, maxLines = MAX_LINES, signal }: CollectOptions,
): Promise<InputList> {
  const builder = createBuilder();
  const toJson = createLineFormat();
  const copy = await createCopy(copyPath);
  let named = 0;
  const add = (line: InputLine) => {
    if (signal?.aborted) throw new CancelledError();
    if (builder.rowCount() >= maxLines) throw createTooManyLinesError(maxLines);
    const names = report.ownColumns();
    if (names.length > named) copy.writeColumns(names);
    if (names.length > named) builder.setColumns(names);
    named = names.length;
    for (const kept of readLine(line, recognise)) {
      const json = toJson(kept);
      builder.add(kept, json);
      copy.write(kept, json);
    }
  };
  try {
    for await (const lines of blocks) {
      for (const line of lines) {
        add(line);
        if (copy.isFull()) await copy.flush();
      }
    }
  } finally {
    await copy.close();
  }
  if (builder.rowCount() > 0) return builder.finish();
  throw new InputError('The input is empty; expected one product or share text per line.', {
    code: 'empty_input',
  });
}

const createTooManyLinesError = (limit: number) =>
  new InputError(`The input has more than ${limit.toLocaleString('en')} lines; split it.`, {
    code: 'input_too_large',
    facts: { limit },
  });

/** The list of a job, from the copy it keeps. */
export async function loadInput(copyPath: string): Promise<InputList> {
  const builder = createBuilder();
  const toJson = createLineFormat();
  for await (const kept of readCopy(copyPath, builder.setColumns)) builder.add(kept, toJson(kept));
  return builder.finish();
}

/** A row for each product of a line; for a line that names none, the one that says why. */
function readLine(input: InputLine, recognise: Recognise): KeptLine[] {
  const { line, ranks, own, problem } = input;
  if (problem !== undefined)
    return [refuse(input, getGiven(input), new InputError(problem, { code: 'bad_entry' }))];
  const readings = readRanks(ranks, recognise);
  if (readings.length === 0) return [refuse(input, getGiven(input), createEmptyError())];
  return readings.map(({ given, reading }): KeptLine => {
    if (reading instanceof BijiaError) return refuse(input, given, reading);
    return own ? { line, text: given, ref: reading, own } : { line, text: given, ref: reading };
  });
}

const getGiven = ({ ranks }: InputLine) => ranks.flat()[0]?.given ?? '';

function refuse(
  { line, own }: InputLine,
  text: string,
  { outcome, code, message, facts }: BijiaError,
): KeptLine {
  const refusal = { outcome, code, message, ...(facts && { facts }) };
  return { line, text, refusal, ...(own && { own }) };
}

const createEmptyError = () => new InputError('The row names no product.', { code: 'empty_cell' });

/** Numbers of which a spreadsheet shows or keeps too few digits. */
const LONG_NUMBER = /^(?:\d{12,}|0\d+)$/;

/** Numbers in four bytes apiece: a list may have millions of rows. */
function createIndexList() {
  let indexes = new Int32Array(1024);
  let count = 0;
  return {
    push: (index: number) => {
      if (count >= indexes.length) {
        const smaller = indexes;
        indexes = new Int32Array(count * 2);
        indexes.set(smaller);
      }
      indexes[count] = index;
      count += 1;
    },
    at: (position: number) => indexes[position] ?? -1,
    count: () => count,
  };
}

interface NotedColumn extends OwnColumn {
  hasLongNumbers: boolean;
}

function noteLongNumbers(cells: readonly string[], columns: readonly NotedColumn[]): void {
  for (let at = 0; at < cells.length; at += 1) {
    const column = columns[at];
    if (column?.hasLongNumbers === false && LONG_NUMBER.test(cells[at] ?? '')) column.hasLongNumbers = true;
  }
}

function createBuilder() {
  const references = createReferenceTable();
  const hash = createTextHash();
  const indexes = createIndexList();
  let lines = 0;
  let lastLine: number | undefined;
  let columns: NotedColumn[] = [];
  let refused = 0;
  const problems: InputProblem[] = [];

  const setColumns = (names: readonly string[]) => {
    hash.add(JSON.stringify(names));
    columns = names.map((name, at) => ({ name, hasLongNumbers: columns[at]?.hasLongNumbers ?? false }));
  };

  const add = ({ line, text, ref, refusal, own }: KeptLine, json: LineJson) => {
    if (line !== lastLine) lines += 1;
    lastLine = line;
    if (own) noteLongNumbers(own, columns);
    hash.add(`[${line},${json.ref ?? null},${json.text},${json.own ?? null}]`);
    indexes.push(ref ? references.add(ref) : -1);
    if (!refusal) return;
    refused += 1;
    if (problems.length < MAX_PROBLEMS) problems.push({ line, text: text.slice(0, 80), ...refusal });
  };

  const summarise = (): InputSummary => {
    const platforms: Record<string, number> = {};
    for (const { platform, count } of references.refTypes)
      platforms[platform] = (platforms[platform] ?? 0) + count;
    const unique = references.size;
    const duplicates = indexes.count() - refused - unique;
    return { lines, unique, duplicates, refused, platforms, problems };
  };

  return {
    add,
    setColumns,
    rowCount: indexes.count,
    finish: (): InputList => {
      references.seal();
      return {
        references,
        rowCount: indexes.count(),
        hash: hash.digest(),
        ownColumns: columns,
        indexAt: indexes.at,
        summary: summarise(),
      };
    },
  };
}
