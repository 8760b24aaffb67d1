import { BijiaError, CancelledError, type ErrorFacts, type Outcome, type Receipt } from '../../errors.js';
import type { Product } from '../../product/product.js';
import type { Result } from '../../product/result.js';
import { type KeptLine, readCopy } from '../input/copy.js';
import type { InputList, OwnColumn } from '../input/list.js';
import type { KnownJournal } from '../journal/journal.js';

/** One line of the input with what became of it. */
export interface Row extends Result {
  /** Counted from 1, as in the input. */
  readonly line: number;
  /**
   * Grows with the time at which the answer came, and never changes; equal for lines that ask for the same. 0 where
   * nothing had to be asked; absent while the answer is open.
   */
  readonly place?: number;
  /** What else stood in the row of the input, under the names of its columns. */
  readonly own?: { readonly columns: readonly OwnColumn[]; readonly cells: readonly string[] };
}

/** An error as it was written down: what it was caused by is gone, what it means is not. */
export class RecordedError extends BijiaError {
  readonly outcome: Outcome;
  readonly retryable: boolean;

  constructor({ outcome, code, message, retryable = false, facts, receipt }: RecordedFailure) {
    super(message, code, { facts });
    this.receipt = receipt;
    this.outcome = outcome;
    this.retryable = retryable;
  }
}

interface RecordedFailure {
  readonly outcome: Outcome;
  readonly code: string;
  readonly message: string;
  readonly retryable?: boolean;
  readonly facts?: ErrorFacts;
  readonly receipt?: Receipt;
}

/** What the journal keeps of a result; the line of the input is kept elsewhere. */
export interface ResultRecord {
  readonly product?: Product;
  readonly error?: RecordedFailure;
  readonly sandbox?: true;
}

/** A result as the journal keeps it. */
export function toRecord({ product, error, sandbox }: Result): ResultRecord {
  return {
    product,
    error: error && {
      outcome: error.outcome,
      code: error.code,
      message: error.message,
      retryable: error.retryable,
      receipt: error.receipt,
    },
    sandbox: sandbox || undefined,
  };
}

export interface RowsOptions {
  readonly copyPath: string;
  readonly list: InputList;
  readonly journal: Pick<KnownJournal, 'read' | 'placeOf'>;
  /** Why a reference has no entry in the journal. */
  readonly explain?: (index: number) => BijiaError | undefined;
  /** Marks failures of the embedded sandbox; an entry of the journal says it of itself. */
  readonly sandbox?: boolean;
  /** Resolves when a reference has its entry, or will not get one. */
  readonly ready?: (index: number) => Promise<void>;
  /** How many rows, from the first on, are passed over without reading their answers. */
  readonly skip?: number;
}

/** Every line of the input in order, each with exactly one outcome. */
export async function* readRows({
  copyPath,
  list,
  journal,
  explain,
  sandbox,
  ready,
  skip = 0,
}: RowsOptions): AsyncGenerator<Row> {
  let position = 0;
  for await (const line of readCopy(copyPath)) {
    const index = list.indexAt(position);
    position += 1;
    if (position <= skip) continue;
    if (line.ref) await ready?.(index);
    const record = line.ref && ((await journal.read(index)) as ResultRecord | undefined);
    const answer = { record, place: journal.placeOf(index), explain: () => explain?.(index) };
    yield toRow(line, answer, { columns: list.ownColumns, sandbox });
  }
}

/** What is known about a line. */
export interface RowAnswer {
  readonly record: ResultRecord | undefined;
  /** The record's. */
  readonly place: number | undefined;
  /** Why there is no record. */
  readonly explain: () => BijiaError | undefined;
}

/** A line of the input as a row: with its record, or with the reason why it has none. */
export function toRow(
  { line, text, ref, refusal, own: cells }: KeptLine,
  { record, place, explain }: RowAnswer,
  { columns, sandbox }: { readonly columns: readonly OwnColumn[]; readonly sandbox: boolean | undefined },
): Row {
  const given = { line, input: text, own: cells && { columns, cells } };
  if (!ref) return createFailure({ ...given, place: 0 }, new RecordedError(refusal ?? UNREADABLE), sandbox);
  const facts = { ...given, platform: ref.platform, id: ref.kind === 'product' ? ref.id : undefined };
  if (record) return fromRecord({ ...facts, place }, record);
  const reason = explain();
  return reason
    ? createFailure({ ...facts, place: 0 }, reason, sandbox)
    : createFailure(facts, createNotDoneError(), sandbox);
}

const UNREADABLE: RecordedFailure = {
  outcome: 'invalid',
  code: 'invalid_input',
  message: 'The line was refused.',
};

const createNotDoneError = () =>
  new CancelledError('Not asked for yet: the job ended before it. Resume the job to have it.');

type RowFacts = Pick<Row, 'line' | 'place' | 'input' | 'own' | 'platform' | 'id'>;

const createFailure = (facts: RowFacts, error: BijiaError, sandbox: boolean | undefined): Row => ({
  ...facts,
  outcome: error.outcome,
  error,
  sandbox: sandbox || undefined,
});

function fromRecord(facts: RowFacts, { product, error, sandbox }: ResultRecord): Row {
  if (product) {
    const { platform, id } = product;
    return { ...facts, platform, id, outcome: 'ok', product, sandbox: product.sandbox };
  }
  return createFailure(facts, new RecordedError(error ?? UNREADABLE), sandbox);
}

/** A product of a shop, as a row of an output. */
export const toProductRow = (product: Product, line: number, input: string): Row => ({
  line,
  place: line,
  input,
  outcome: 'ok',
  platform: product.platform,
  id: product.id,
  product,
  sandbox: product.sandbox,
});
