import { InputError, type JobRecord } from '../../core/index.js';

/** How far a job's lines were told: all up to `line`, but for those that had no answer then. */
export interface JobCursor {
  readonly line: number;
  readonly open: readonly number[];
}

const PATTERN = /^([0-9a-f]{6,16})\.(\d{1,6})\.(\d{1,7})(?:\.([\d-]{1,4000}))?$/;

export function formatJobCursor(
  { id, run }: Pick<JobRecord, 'id' | 'run'>,
  { line, open }: JobCursor,
): string {
  return [id, run, line, ...(open.length > 0 ? [open.join('-')] : [])].join('.');
}

/** The job that a cursor belongs to. @throws InputError when it is no cursor of a job */
export function parseJobId(cursor: string): string {
  const id = PATTERN.exec(cursor)?.[1];
  if (id !== undefined) return id;
  throw createStaleError();
}

/** @throws InputError when it is no cursor of this run of this job */
export function parseJobCursor(cursor: string, { id, run }: JobRecord): JobCursor {
  const [, job, runText, line, open = ''] = PATTERN.exec(cursor) ?? [];
  if (job !== id || Number(runText) !== run) throw createStaleError();
  return { line: Number(line), open: open.split('-').filter(Boolean).map(Number) };
}

const createStaleError = () =>
  new InputError(
    'This cursor belongs to no current run of the job. Call with {job} alone to go on, or begin anew with products.',
    { code: 'stale_cursor' },
  );
