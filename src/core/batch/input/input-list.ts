import { createHash } from 'node:crypto';
import { listSupported } from '../../config.js';
import type { Core } from '../../core.js';
import { BijiaError, CancelledError, InputError, toBijiaError } from '../../errors.js';
import { assertProductRef, getMarketplace } from '../../links/reference.js';
import { type BatchRef, createReferenceTable, type ReferenceTable } from '../reference-table.js';
import { createCopy, cutText, type KeptLine, readCopy } from './input-copy.js';
import type { InputLine } from './input-lines.js';

/** Reads the lines of an input as the core reads a pasted text: the first product in it counts. */
export function createRecognise(
  { config, marketplaces, parseProductRefs }: Pick<Core, 'config' | 'marketplaces' | 'parseProductRefs'>,
  platform: string | undefined,
): Recognise {
  const supported = listSupported(config);
  const read = (text: string, hint: string | undefined): BatchRef => {
    const refs = parseProductRefs(text, { platform: platform ?? hint });
    const ref =
      refs.find(({ kind }) => kind === 'product') ?? refs.find(({ kind }) => kind === 'short') ?? refs[0];
    if (!ref) throw new Error('no reference and no error');
    assertProductRef(ref, getMarketplace(ref.platform, marketplaces), supported);
    if (ref.kind === 'product' && ref.id !== null) {
      return { platform: ref.platform, kind: 'product', id: ref.id, idType: ref.idType };
    }
    return { platform: ref.platform, kind: 'short', id: ref.url };
  };
  return (text, hint) => {
    try {
      return read(text, hint);
    } catch (error) {
      return error instanceof BijiaError ? error : toBijiaError(error);
    }
  };
}

/** Reads one text; what it refuses comes back with the reason. */
export type Recognise = (text: string, platformHint: string | undefined) => BatchRef | BijiaError;

/** A whole input in memory: each reference once, and for each line which one it asks for. */
export interface InputList {
  readonly references: ReferenceTable;
  readonly lineCount: number;
  /** Of everything that a row of the output tells of its line; equal lists have equal hashes. */
  readonly hash: string;
  /** @returns the reference of a line, counted from 0 over the lines that ask for something; -1 when refused */
  readonly indexAt: (position: number) => number;
  readonly summary: InputSummary;
}

export interface InputSummary {
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
const SCIENTIFIC = /^[+-]?\d+([.,]\d+)?e[+-]?\d+$/i;
/** How programs write whole numbers of a column that has gaps. */
const WHOLE_FRACTION = /^(\d+)\.0+$/;
/** More were rounded to fit a floating point number. */
const MAX_EXACT_DIGITS = 15;

/**
 * Recognises every line, merges duplicates and keeps a copy of it all on disk.
 * @throws InputError when there is nothing in it, or too much
 */
export async function collectInput(
  lines: AsyncIterable<InputLine>,
  { recognise, copyPath, maxLines = MAX_LINES, signal }: CollectOptions,
): Promise<InputList> {
  const builder = createBuilder();
  const copy = await createCopy(copyPath);
  try {
    for await (const line of lines) {
      if (signal?.aborted) throw new CancelledError();
      if (builder.lineCount() >= maxLines) {
        throw new InputError(`The input has more than ${maxLines.toLocaleString('en')} lines; split it.`, {
          code: 'input_too_large',
        });
      }
      const kept = recogniseLine(line, recognise);
      builder.add(kept);
      await copy.write(kept);
    }
  } finally {
    await copy.close();
  }
  if (builder.lineCount() > 0) return builder.finish();
  throw new InputError('The input is empty; expected one id, link or share text per line.', {
    code: 'empty_input',
  });
}

/** The list of a job, from the copy it keeps. */
export async function loadInput(copyPath: string): Promise<InputList> {
  const builder = createBuilder();
  for await (const kept of readCopy(copyPath)) builder.add(kept);
  return builder.finish();
}

function recogniseLine({ line, text, platformHint, problem }: InputLine, recognise: Recognise): KeptLine {
  const result =
    problem === undefined ? tryRecognise(text, platformHint, recognise) : new InputError(problem);
  if (!(result instanceof BijiaError)) return { line, text, ref: result };
  const { outcome, code, message } = result;
  return { line, text, refusal: { outcome, code, message } };
}

function tryRecognise(text: string, hint: string | undefined, recognise: Recognise): BatchRef | BijiaError {
  if (text === '') return new InputError('The row holds no id or link.', { code: 'empty_cell' });
  const whole = WHOLE_FRACTION.exec(text)?.[1];
  if (SCIENTIFIC.test(text)) return createRoundedError('to scientific notation');
  if (whole !== undefined && whole.length > MAX_EXACT_DIGITS) return createRoundedError('to 15 digits or so');
  return recognise(whole ?? text, hint);
}

function createRoundedError(how: string): InputError {
  return new InputError(
    `A spreadsheet rounded this id ${how}, and its digits are lost. Format the column as text, enter the ids again and save.`,
    { code: 'rounded_id' },
  );
}

function createBuilder() {
  const references = createReferenceTable();
  const hash = createHash('sha256');
  let indexes = new Int32Array(1024);
  let lineCount = 0;
  let refused = 0;
  const problems: InputProblem[] = [];

  const add = ({ line, text, ref, refusal }: KeptLine) => {
    if (lineCount >= indexes.length) {
      const smaller = indexes;
      indexes = new Int32Array(lineCount * 2);
      indexes.set(smaller);
    }
    indexes[lineCount] = ref ? references.add(ref) : -1;
    lineCount += 1;
    hash.update(`${line}\t${ref ? JSON.stringify(ref) : ''}\t${cutText(text)}\n`);
    if (!refusal) return;
    refused += 1;
    if (problems.length < MAX_PROBLEMS)
      problems.push({ line, text: text.slice(0, 80), code: refusal.code, message: refusal.message });
  };

  const summarise = (): InputSummary => {
    const platforms: Record<string, number> = {};
    for (const { platform, count } of references.refTypes)
      platforms[platform] = (platforms[platform] ?? 0) + count;
    const unique = references.size;
    return {
      lines: lineCount,
      unique,
      duplicates: lineCount - refused - unique,
      refused,
      platforms,
      problems,
    };
  };

  return {
    add,
    lineCount: () => lineCount,
    finish: (): InputList => {
      references.seal();
      return {
        references,
        lineCount,
        hash: hash.digest('hex'),
        indexAt: (position) => indexes[position] ?? -1,
        summary: summarise(),
      };
    },
  };
}
