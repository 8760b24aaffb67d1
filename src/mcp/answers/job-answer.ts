import type { BatchProgress, ErrorJson, JobRecord, JobState } from '../../core/index.js';
import type { ToolAnswer, ToolCall } from '../tool.js';
import { cutText } from './cut-text.js';
import { formatJobCursor, fromArrivedCursor, isInListOrder, type JobCursor } from './job-cursor.js';
import { type JobRows, MAX_ROWS, pickRows, takeArrived, takeRows } from './job-rows.js';
import { cleanInput, toErrorJson, toNotice } from './result.js';
import { addCompanions, countFittingRows, describeAge, type ListRow, toTable } from './table.js';

/** Columns of every list, whatever fields were asked for. */
const FIRST_COLUMNS = ['line', 'input', 'outcome', 'same_as'];
const LAST_COLUMNS = ['error_code', 'url', 'source', 'sandbox'];
const MAX_ERROR_KINDS = 8;
/** Of what an assistant asked for, and of nothing much longer, all rows are read each time: so every repeated product is found. */
const MAX_WHOLE_LINES = 1000;
/** Causes after which a job can continue without anybody changing anything. */
const TEMPORARY: ReadonlySet<string> = new Set(['throttled', 'interrupted']);

export interface JobAnswerOptions {
  /** After which row to continue. */
  readonly told: JobCursor;
  readonly fields: readonly string[];
}

/** The rows behind a cursor, how far the job is, and how to continue. */
export async function toJobAnswer(
  record: JobRecord,
  call: ToolCall,
  { told, fields }: JobAnswerOptions,
): Promise<ToolAnswer> {
  const { id, lines } = record;
  const running = call.jobs.find(id);
  const state = running ? 'running' : record.state;
  const picked = await readPage(record, state, told, call);
  const { table, shown } = formatPage(picked.rows, fields);
  const count = shown.length;
  const cursor = picked.cursorAfter(count);
  // A shop says how many it has before they are there, and may count some that it does not show; a line may have several rows.
  const rowCount = state === 'finished' ? picked.rowCount : Math.max(lines, picked.rowCount);
  const remaining = Math.max(0, rowCount - picked.toldCount - count);
  const sandbox = record.key.sandbox || shown.some((row) => row.sandbox) || undefined;
  const error = findFailure(record, picked, state);
  return {
    isError: error !== undefined && !hasAnswers(picked),
    data: {
      job: id,
      state,
      total: lines,
      remaining,
      counts: picked.counts,
      ...(error && { error }),
      ...(count < picked.rows.length && { truncated: true }),
      ...(remaining > 0 && { next_cursor: formatJobCursor(record, cursor) }),
      hint: formatHint(record, {
        ...{ state, remaining, cursor, count },
        ready: picked.answeredCount - picked.toldCount - count,
        isAnswered: hasAnswers(picked),
        leftMs: running?.progress()?.remainingMs,
      }),
      ...table,
      ...describeErrors(shown),
      currency: 'CNY',
      ...describeAge(shown, call.now()),
      ...(sandbox && { sandbox }),
      notice: toNotice(sandbox),
    },
  };
}

async function readPage(
  { id, lines, key, counts }: JobRecord,
  state: JobState,
  told: JobCursor,
  { batches, signal }: ToolCall,
): Promise<JobRows> {
  if (lines <= MAX_WHOLE_LINES) return pickRows(batches.readRows(id), told, signal);
  // The products of a shop come in its order.
  const isOrdered = key.kind === 'shop' || (state === 'finished' && isInListOrder(told));
  if (isOrdered) return takeRows(batches.readRows(id, told.told), { told, lines, counts }, signal);
  return takeArrived(await batches.readArrived(id, fromArrivedCursor(told), MAX_ROWS), told);
}

/** As many rows as fit, those whose answers came first, in the order of the input. */
function formatPage(arrived: readonly ListRow[], fields: readonly string[]) {
  const columns = addCompanions([...FIRST_COLUMNS, ...fields, ...LAST_COLUMNS]);
  const rows = arrived.map((row) => ({ ...row, input: cleanInput(row.input) }));
  const shown = rows.slice(0, countFittingRows(rows, columns)).sort((a, b) => a.line - b.line);
  return { table: toTable(shown, columns), shown };
}

/** What can be said when there is no time left for reading rows. */
export function toPendingAnswer(
  record: JobRecord,
  told: JobCursor,
  { counts, remainingMs }: Pick<BatchProgress, 'counts' | 'remainingMs'> = record,
): ToolAnswer {
  const { id } = record;
  const total = record.lines;
  const remaining = Math.max(0, total - told.told);
  const ready = Math.max(0, sum(counts) - told.told);
  const facts = { state: 'running' as const, remaining, cursor: told, count: 0, ready, leftMs: remainingMs };
  const hint = formatHint(record, facts);
  const next = remaining > 0 && { next_cursor: formatJobCursor(record, told) };
  const answer = { job: id, state: 'running', total, remaining, counts, ...next, hint };
  return { data: { ...answer, columns: [], rows: [], ...markSandbox(record.key.sandbox) } };
}

/** For an answer that holds no text of a shop. */
const markSandbox = (sandbox: boolean) => sandbox && { sandbox: true, notice: toNotice(true) };

const sum = (counts: JobRows['counts']) => Object.values(counts).reduce((total, count) => total + count, 0);

const hasAnswers = ({ counts }: JobRows) => (counts.ok ?? 0) + (counts.not_found ?? 0) > 0;

/** Why the job stopped, or, when nothing at all could be answered, the first reason. */
function findFailure({ cause }: JobRecord, picked: JobRows, state: JobState): ErrorJson | undefined {
  if (state === 'stopped' && cause) {
    const { code, message, trace } = cause;
    return { code, message, retryable: TEMPORARY.has(code), ...(trace !== undefined && { trace }) };
  }
  if (state === 'running' || hasAnswers(picked)) return undefined;
  const first = picked.rows.find((row) => row.error)?.error;
  return first && toErrorJson(first);
}

/** Each kind of failure once for each platform, in words; rows hold the code. */
function describeErrors(rows: readonly ListRow[]) {
  const kinds = new Set<string>();
  const errors: Record<string, string> = {};
  for (const { platform = '', error } of rows) {
    if (!error || kinds.size >= MAX_ERROR_KINDS || kinds.has(`${error.code} ${platform}`)) continue;
    kinds.add(`${error.code} ${platform}`);
    const message = cutText(toErrorJson(error).message, 300);
    const said = errors[error.code];
    if (!said?.includes(message)) errors[error.code] = said ? `${said} ${message}` : message;
  }
  return kinds.size > 0 ? { errors } : {};
}

interface HintFacts {
  readonly state: JobState;
  readonly remaining: number;
  /** How many rows this answer holds. */
  readonly count: number;
  /** How many more rows have their answer. */
  readonly ready: number;
  /** Behind the last row of this answer. */
  readonly cursor: JobCursor;
  /** Whether anything could be answered. */
  readonly isAnswered?: boolean;
  readonly leftMs?: number;
}

function formatHint(record: JobRecord, facts: HintFacts): string {
  const { state, remaining, count, ready, cursor, isAnswered, leftMs } = facts;
  const next = `batch_products {"cursor":"${formatJobCursor(record, cursor)}"}`;
  switch (state) {
    case 'running': {
      const time = leftMs ? `, all in about ${Math.ceil(leftMs / 1000)} s` : '';
      return `${remaining} rows remain, ${ready} of them ready${time}. The job keeps running. For the next rows: ${next}.`;
    }
    case 'finished':
      if (remaining > 0) return `${remaining} more rows are ready: ${next}.`;
      if (count === 0) return 'There are no more rows.';
      return `${isAnswered ? 'Complete.' : `None of the ${record.lines} could be answered.`}${nameDetails(record)}`;
    case 'cancelled':
      return `Cancelled with ${remaining} rows left. To continue: ${next}.`;
    default:
      return `Stopped before all were answered. Fix the cause, then continue: ${next}.`;
  }
}

/** Rows of a list have no room for what full detail adds. */
const nameDetails = ({ id, key }: JobRecord) =>
  key.detail === 'full' ? ` SKUs, images and attributes: resource batch://${id}.` : '';
