import { writeFile } from 'node:fs/promises';
import { formatCsvLine } from '../../core/index.js';

/** Rows of one shape as CSV that Excel opens: a byte order mark, ids kept as text, formulas defused. */
export async function writeTable(
  path: string,
  rows: readonly Readonly<Record<string, string | number | undefined>>[],
): Promise<void> {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]))].map((cells) =>
    formatCsvLine(cells),
  );
  await writeFile(path, `\uFEFF${lines.join('')}`);
}
