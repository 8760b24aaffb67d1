import { formatWatchChange, type TableColumn, type WatchChange, writeTable } from '../../../core/index.js';

type Change = ReturnType<typeof formatWatchChange>;

const COLUMNS: readonly (TableColumn & { readonly name: keyof Change | 'sandbox' })[] = [
  { name: 'platform', kind: 'text' },
  { name: 'id', kind: 'text' },
  { name: 'title', kind: 'text' },
  { name: 'before', kind: 'money' },
  { name: 'price', kind: 'money' },
  { name: 'price_kind', kind: 'text' },
  { name: 'share', kind: 'own' },
  { name: 'verdict', kind: 'text' },
  { name: 'target', kind: 'money' },
  { name: 'changed_at', kind: 'time' },
  { name: 'url', kind: 'link' },
  { name: 'watch', kind: 'text' },
  { name: 'sandbox', kind: 'text' },
];

/** One row for each alert whose price changed, the largest drop first. */
export async function writeReport(
  path: string,
  changes: readonly WatchChange[],
  isSandbox: boolean,
): Promise<void> {
  const rows = changes.map(formatWatchChange).map((change) => {
    const row = { ...change, sandbox: isSandbox ? 1 : undefined };
    return COLUMNS.map(({ name }) => row[name]);
  });
  await writeTable(path, COLUMNS, rows);
}
