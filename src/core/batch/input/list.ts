import { createHash } from 'node:crypto';
import { listSupported, listWithShops } from '../../config.js';
import type { Core } from '../../core.js';
import { BijiaError, CancelledError, type ErrorFacts, InputError, toBijiaError } from '../../errors.js';
import { assertProductRef, getMarketplace, type NotedRef } from '../../links/reference.js';
import { type BatchRef, createReferenceTable, type ReferenceTable } from '../reference-table.js';
import { createCopy, cutText, type KeptLine, readCopy } from './copy.js';
import type { OpenInput } from './input.js';
import type { InputLine, InputText } from './lines.js';

/** What one text asks for: products, and what looks like one and is refused; at least one of them. */
export type Recognise = (text: InputText) => readonly (BatchRef | BijiaError)[];

/** Reads the texts of an input as the core reads a pasted one. */
export function createRecognise(
  { config, marketplaces, parseEntry }: Pick<Core, 'config' | 'marketplaces' | 'parseEntry'>,
  platform: string | undefined,
): Recognise {
  const reach = { supported: listSupported(config), withShops: listWithShops(config) };
  const toBatchRef = (ref: NotedRef): BatchRef => {
    assertProductRef(ref, getMarketplace(ref.platform, marketplaces), reach);
    if (ref.kind === 'product' && ref.id !== null) {
      return { platform: ref.platform, kind: 'product', id: ref.id, idType: ref.idType };
    }
    return { platform: ref.platform, kind: 'short', id: ref.url };
  };
  return ({ given, text = given, platformHint }) =>
    parseEntry(text, { platform: platform ?? platformHint }).map((reading) => {
      try {
        return reading instanceof BijiaError ? reading : toBatchRef(reading);
      } catch (error) {
        return toBijiaError(error);
      }
    });
}

/** A whole input in memory: each reference once, and for each line which one it asks for. */
export interface InputList {
  readonly references: ReferenceTable;
  /** How many rows its results have: each product of a line, and each line that names none. */
  readonly rowCount: number;
  /** Names of the user's own columns. */
  readonly ownColumns: readonly OwnColumn[];
  /** @returns the reference of a row, counted from 0; -1 when refused */
  /** Of everything that a row of the output tells of its line; equal lists have equal hashes. */
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
  const errors: KeptLine[] = [];
  for (const rank of ranks) {
    const kept = readRank(rank, recognise).map(({ given, reading }): KeptLine => {
      if (reading instanceof BijiaError) return refuse(given, reading);
      return { line, text: given, ref: reading, ...(own && { own }) };
    });
    if (kept.some(({ ref }) => ref)) return kept.filter(({ ref, refusal }) => ref || isWorthSaying(refusal));
    errors.push(...kept);
  }
  const [error] = errors;
  if (!error) return [refuse(first?.given ?? '', createEmptyError())];
  // Of several ids each has its own trouble; what names nothing at all is said once.
  const ofIds = errors.filter(({ refusal }) => refusal && ID_TROUBLES.includes(refusal.code));
  return ofIds.length > 0 ? ofIds : [error];
}

const ID_TROUBLES = ['platform_needed', 'rounded_id', 'not_an_id'];

/** Beside a product, a cell without one is a note or a link elsewhere; what is lost or not supported is not. */
const isWorthSaying = (refusal: KeptLine['refusal']) =>
  refusal?.code !== 'not_recognised' && refusal?.code !== 'not_a_marketplace';

const createEmptyError = () => new InputError('The row names no product.', { code: 'empty_cell' });

function readRank(rank: readonly InputText[], recognise: Recognise) {
  const seen = new Set<string>();
  return rank
    .flatMap((text) => recognise(text).map((reading) => ({ given: text.given, reading, text })))
    .filter(({ reading, text }) => {
      if (reading instanceof BijiaError) return !text.isLinkOnly;
      const key = JSON.stringify([reading.platform, reading.kind, reading.idType, reading.id]);
      return !seen.has(key) && seen.add(key);
    });
}

/** Numbers of which a spreadsheet shows or keeps too few digits. */
const LONG_NUMBER = /^(?:\d{12,}|0\d+)$/;

function createBuilder() {
  const references = createReferenceTable();
  const hash = createHash('sha256');
  let indexes = new Int32Array(1024);
  let rowCount = 0;
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
    if (rowCount >= indexes.length) {
      const smaller = indexes;
      indexes = new Int32Array(rowCount * 2);
      indexes.set(smaller);
    }
    hash.update(JSON.stringify([line, ref, cutText(text), own]));
    indexes[rowCount] = ref ? references.add(ref) : -1;
    rowCount += 1;
    if (!refusal) return;
    refused += 1;
    if (problems.length < MAX_PROBLEMS) problems.push({ line, text: text.slice(0, 80), ...refusal });
  };

  const summarise = (): InputSummary => {
    const platforms: Record<string, number> = {};
    for (const { platform, count } of references.refTypes)
      platforms[platform] = (platforms[platform] ?? 0) + count;
    const unique = references.size;
    return {
      lines,
      unique,
      duplicates: rowCount - refused - unique,
      refused,
      platforms,
      problems,
    };
  };

  return {
    add,
    setColumns,
    rowCount: () => rowCount,
    finish: (): InputList => {
      references.seal();
      return {
        references,
        rowCount,
        hash: hash.digest('hex'),
        ownColumns: columns,
        indexAt: (position) => indexes[position] ?? -1,
        summary: summarise(),
      };
    },
  };
}
