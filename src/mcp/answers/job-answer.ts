import { type ErrorJson, formatError, type JobRecord, type JobState } from '../../core/index.js';
import type { ToolAnswer, ToolCall } from '../tool.js';
import { formatJobCursor, type JobCursor } from './job-cursor.js';
import { type JobRows, pickRows } from './job-rows.js';
import { cleanInput, toNotice } from './result.js';
import { addCompanions, describeAge, formatTable, type ListRow } from './table.js';

const START: JobCursor = { line: 0, open: [] };
/** Said of every list, whatever fields were asked for. */
const FIRST_COLUMNS = ['line', 'input', 'outcome', 'same_as'];
const LAST_COLUMNS = ['error_code', 'url', 'source', 'sandbox'];
const MAX_ERROR_KINDS = 8;
/** Beyond this, reading the rows would take longer than the answer may. */
const MAX_TOLD_LINES = 20_000;
/** Causes after which a job can go on without anybody changing anything. */
const MEND_THEMSELVES: ReadonlySet<string> = new Set(['throttled', 'interrupted']);

export interface JobAnswerOptions {
  /** What the client was told already. */
  readonly told: JobCursor | undefined;
  readonly fields: readonly string[];
  /** Whether another answer has left meanwhile. */
  readonly isLost: () => boolean;
}

/** What is new of a job, how far it is, and how to go on. */
export async function formatJob(
  record: JobRecord,
  { jobs, batches, now }: ToolCall,
  { told = START, fields, isLost }: JobAnswerOptions,
): Promise<ToolAnswer> {
  const { id, lines } = record;
  if (lines > MAX_TOLD_LINES) return formatLongJob(record, jobs.find(id) ? 'running' : record.state);
  const picked = await pickRows(batches.readRows(id), told, lines);
  const rows = picked.rows.map((row) => ({ ...row, input: cleanInput(row.input) }));
  const table = formatTable(rows, addCompanions([...FIRST_COLUMNS, ...fields, ...LAST_COLUMNS]));
  const count = table.rows.length;
  const shown = rows.slice(0, count);
  const cursor = picked.cursorAfter(count);
  if (!isLost()) jobs.tell(record, cursor);
  const remaining = Math.max(0, lines - picked.toldCount - count);
  const running = jobs.find(id);
  const state = running ? 'running' : record.state;
  const sandbox = record.key.sandbox || shown.some((row) => row.sandbox) || undefined;
  const error = findFailure(record, picked, state);
  return {
    isError: error !== undefined && !hasAnswers(picked),
    data: {
      job: id,
      state,
      total: lines,
      remaining,
      ...(picked.counts && { counts: picked.counts }),
      ...(error && { error }),
      ...(count < rows.length && { truncated: true }),
      ...(remaining > 0 && { next_cursor: formatJobCursor(record, cursor) }),
      hint: formatHint(record, {
        ...{ state, remaining, count },
        isAnswered: hasAnswers(picked),
        leftMs: running?.progress()?.remainingMs,
      }),
      ...table,
      ...describeErrors(shown),
      currency: 'CNY',
      ...describeAge(shown, now()),
      ...(sandbox && { sandbox }),
      notice: toNotice(sandbox),
    },
  };
}

/** What can be said when there is no time left for reading rows. */
export function formatPending(record: JobRecord, told: JobCursor = START): ToolAnswer {
  const { lines: total } = record;
  const remaining = Math.max(0, total - told.line + told.open.length);
  const hint = formatHint(record, { state: 'running', remaining, count: 0 });
  const facts = { job: record.id, state: 'running', total, remaining, hint };
  return { data: { ...facts, columns: [], rows: [], ...markSandbox(record.key.sandbox) } };
}

/** A list that came from a file is read as a file. */
function formatLongJob({ id, done, total, counts, key }: JobRecord, state: JobState): ToolAnswer {
  const hint = `Too long to be told here. "bijia jobs resume ${id}" on the command line goes on and writes its file.`;
  const remaining = Math.max(0, total - done);
  return { data: { job: id, state, total, done, remaining, counts, hint, ...markSandbox(key.sandbox) } };
}

/** For an answer that holds no text of a shop. */
const markSandbox = (sandbox: boolean) => sandbox && { sandbox: true, notice: toNotice(true) };

const hasAnswers = ({ counts }: JobRows) => !counts || (counts.ok ?? 0) + (counts.not_found ?? 0) > 0;

/** Why the job stopped, or, when nothing at all could be answered, the first reason. */
function findFailure({ cause }: JobRecord, picked: JobRows, state: JobState): ErrorJson | undefined {
  if (state === 'stopped' && cause) return { ...cause, retryable: MEND_THEMSELVES.has(cause.code) };
  if (state === 'running' || hasAnswers(picked)) return undefined;
  const first = picked.rows.find((row) => row.error)?.error;
  return first && formatError(first);
}

/** Each kind of failure once for each platform, in words; rows hold the code. */
function describeErrors(rows: readonly ListRow[]) {
  const kinds = new Set<string>();
  const errors: Record<string, string> = {};
  for (const { platform = '', error } of rows) {
    if (!error || kinds.size >= MAX_ERROR_KINDS || kinds.has(`${error.code} ${platform}`)) continue;
    kinds.add(`${error.code} ${platform}`);
    const message = error.message.slice(0, 300);
    const said = errors[error.code];
    if (!said?.includes(message)) errors[error.code] = said ? `${said} ${message}` : message;
  }
  return kinds.size > 0 ? { errors } : {};
}

interface HintFacts {
  readonly state: JobState;
  readonly remaining: number;
  readonly count: number;
  /** Whether anything could be answered. */
  readonly isAnswered?: boolean;
  readonly leftMs?: number;
}

function formatHint(
  { id, run, lines }: JobRecord,
  { state, remaining, count, isAnswered, leftMs }: HintFacts,
): string {
  const again = `batch_products with {"job":"${id}"}`;
  const from = formatJobCursor({ id, run }, START);
  switch (state) {
    case 'running': {
      const time = leftMs ? `, about ${Math.ceil(leftMs / 1000)} s` : '';
      return `${remaining} still to come${time}. Call ${again} for them; the work goes on meanwhile.`;
    }
    case 'finished':
      if (remaining > 0) return `${remaining} more rows are ready: call ${again}.`;
      if (count === 0) return `All rows were told before; cursor "${from}" tells them again.`;
      return isAnswered ? 'Complete.' : `None of the ${lines} could be answered.`;
    case 'cancelled':
      return `Cancelled with ${remaining} left. Call ${again} to go on.`;
    default:
      return `Stopped before all were answered. Mend the cause, then call ${again} to go on.`;
  }
}
