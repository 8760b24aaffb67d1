import { createHash } from 'node:crypto';
import { BijiaError, CancelledError, type ErrorFacts, InputError } from '../../errors.js';
import { createReferenceTable, type ReferenceTable } from '../reference-table.js';
import { createCopy, cutText, type KeptLine, readCopy } from './copy.js';
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
  /** @returns the reference of a row, counted from 0; -1 when refused */
  /** A hash of all that a row of the output tells of its line; equal lists have equal hashes. */
  readonly hash: string;
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
  { lines, report }: Pick<OpenInput, 'lines' | 'report'>,
  { recognise, copyPath, maxLines = MAX_LINES, signal }: CollectOptions,
): Promise<InputList> {
  const builder = createBuilder();
  const copy = await createCopy(copyPath);
  let named = 0;
  try {
    for await (const line of lines) {
      if (signal?.aborted) throw new CancelledError();
      if (builder.rowCount() >= maxLines) {
        throw new InputError(`The input has more than ${maxLines.toLocaleString('en')} lines; split it.`, {
          code: 'input_too_large',
          facts: { limit: maxLines },
        });
      }
      const names = report.ownColumns();
      if (names.length > named) copy.writeColumns(names);
      if (names.length > named) builder.setColumns(names);
      named = names.length;
      for (const kept of readLine(line, recognise)) {
        builder.add(kept);
        await copy.write(kept);
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

/** The list of a job, from the copy it keeps. */
export async function loadInput(copyPath: string): Promise<InputList> {
  const builder = createBuilder();
  for await (const kept of readCopy(copyPath, builder.setColumns)) builder.add(kept);
  return builder.finish();
}

/** A row for each product of a line; for a line that names none, the one that says why. */
function readLine({ line, ranks, own, problem }: InputLine, recognise: Recognise): KeptLine[] {
  const [first] = ranks.flat();
  const refuse = (text: string, { outcome, code, message, facts }: BijiaError): KeptLine => ({
    ...{ line, text, refusal: { outcome, code, message, ...(facts && { facts }) } },
    ...(own && { own }),
  });
  if (problem !== undefined)
    return [refuse(first?.given ?? '', new InputError(problem, { code: 'bad_entry' }))];
  const readings = readRanks(ranks, recognise);
  if (readings.length === 0) return [refuse(first?.given ?? '', createEmptyError())];
  return readings.map(({ given, reading }): KeptLine => {
    if (reading instanceof BijiaError) return refuse(given, reading);
    return { line, text: given, ref: reading, ...(own && { own }) };
  });
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

function createBuilder() {
  const references = createReferenceTable();
  const hash = createHash('sha256');
  const indexes = createIndexList();
  let lines = 0;
  let lastLine: number | undefined;
  let columns: { name: string; hasLongNumbers: boolean }[] = [];
  let refused = 0;
  const problems: InputProblem[] = [];

  const setColumns = (names: readonly string[]) => {
    hash.update(JSON.stringify(names));
    columns = names.map((name, at) => ({ name, hasLongNumbers: columns[at]?.hasLongNumbers ?? false }));
  };

  const add = ({ line, text, ref, refusal, own }: KeptLine) => {
    if (line !== lastLine) lines += 1;
    lastLine = line;
    own?.forEach((cell, at) => {
      const column = columns[at];
      if (column && LONG_NUMBER.test(cell)) column.hasLongNumbers = true;
    });
    hash.update(JSON.stringify([line, ref, cutText(text), own]));
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
        hash: hash.digest('hex'),
        ownColumns: columns,
        indexAt: indexes.at,
        summary: summarise(),
      };
    },
  };
}
