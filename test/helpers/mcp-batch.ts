import type { CallOptions, McpSession } from './mcp-session.js';

/** What `batch_products` answers. */
export interface BatchAnswer {
  readonly job: string;
  readonly state: string;
  readonly total: number;
  readonly remaining: number;
  readonly counts: Record<string, number>;
  readonly columns: string[];
  readonly rows: unknown[][];
  readonly next_cursor?: string;
  readonly hint: string;
  readonly same?: object;
  readonly errors?: object;
  readonly remarks?: string[];
}

export const toIds = (count: number, first = 100020000000) =>
  Array.from({ length: count }, (_, at) => String(first + at * 7));

export async function callBatch(
  session: McpSession,
  args: Record<string, unknown>,
  options: CallOptions = {},
) {
  const { data, text, isError } = await session.call('batch_products', args, options);
  return { ...(data as unknown as BatchAnswer), text, isError };
}

/** The rows as objects. */
export const toRecords = ({ columns, rows }: Pick<BatchAnswer, 'columns' | 'rows'>) =>
  rows.map(
    (row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])) as Record<string, unknown>,
  );
