import { InputError, type JobRecord } from '../../core/index.js';

/**
 * Up to where a job was told. Rows are told in the order in which their answers came, and that order never changes:
 * what comes later stands behind every cursor that was ever given out. So the same cursor always brings the same
 * rows, whatever was told in between and by whichever process, and it stays short. An example: lines 1, 2 and 4 of a
 * job are answered, and told; line 3 comes next and stands behind line 4.
 */
export interface JobCursor {
  /** How many lines stand before it. */
  readonly told: number;
  /** The place of the last row that was told, see `Row`. */
  readonly place: number;
  /** Its line; several lines that ask for the same share a place. */
  readonly line: number;
}

export const START: JobCursor = { told: 0, place: -1, line: 0 };

/**
 * A long list that has finished is told in its own order, whose cursors have the place 0. Those that began while its answers still
 * came go on in the order in which they came; their places are one higher, since that order, too, begins with a place 0.
 */
export const isInListOrder = ({ told, place }: JobCursor): boolean => told === 0 || place === 0;

export const toArrivedCursor = ({ told, place, line }: JobCursor): JobCursor => ({
  ...{ told, place: place + 1, line },
});

/** What such a cursor stands for. */
export const fromArrivedCursor = (cursor: JobCursor): JobCursor =>
  isInListOrder(cursor) ? START : { ...cursor, place: cursor.place - 1 };

const PATTERN = /^([0-9a-f]{6,16})\.(\d{1,6})\.(\d{1,9})\.([0-9a-z]{1,11})\.(\d{1,9})$/;

type Run = Pick<JobRecord, 'id' | 'run'>;

export function formatJobCursor({ id, run }: Run, { told, place, line }: JobCursor): string {
  return told === 0 ? `${id}.${run}.0.0.0` : [id, run, told, place.toString(36), line].join('.');
}

/** The job that a cursor belongs to. @throws InputError when it is not a cursor of a job */
export function parseJobId(cursor: string): string {
  const id = PATTERN.exec(cursor)?.[1];
  if (id !== undefined) return id;
  throw createStaleError();
}

/** @throws InputError when it is not a cursor of this run of this job */
export function parseJobCursor(cursor: string, { id, run }: Run): JobCursor {
  const [, job, runText, told, place = '', line] = PATTERN.exec(cursor) ?? [];
  if (job !== id || Number(runText) !== run) throw createStaleError();
  if (Number(told) === 0) return START;
  return { told: Number(told), place: Number.parseInt(place, 36), line: Number(line) };
}

const createStaleError = () =>
  new InputError(
    'This cursor does not belong to the current run of a job. Call with {job} alone for its first rows, or give products.',
    { code: 'stale_cursor' },
  );
