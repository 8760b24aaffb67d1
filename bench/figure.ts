type Unit = 's' | 'ms' | 'µs' | '%' | 'MB' | 'calls' | '×' | '';

/** One measured fact beside what it has to be, and beside the same work done by others in the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly value: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** By the name of who did it. */
  readonly others?: Readonly<Record<string, number>>;
}

/** A table: figure, goal, ours, others. */
export function formatFigures(figures: readonly Figure[]): string {
  const others = [...new Set(figures.flatMap(({ others }) => Object.keys(others ?? {})))];
  const rows = figures.map((figure) => [
    figure.name,
    formatGoal(figure),
    `${formatValue(figure.value, figure.unit)}${formatVerdict(figure)}`,
    ...others.map((name) => formatOther(figure, figure.others?.[name])),
  ]);
  return formatColumns([['', 'goal', 'bijia', ...others], ...rows]);
}

export function isMet({ value, atMost = Number.POSITIVE_INFINITY, atLeast = 0 }: Figure): boolean {
  return value <= atMost && value >= atLeast;
}

function formatVerdict(figure: Figure): string {
  if (figure.atMost === undefined && figure.atLeast === undefined) return '  ';
  return isMet(figure) ? ' ✓' : ' ✗';
}

function formatGoal({ atMost, atLeast, unit }: Figure): string {
  if (atMost !== undefined) return `≤ ${formatValue(atMost, unit)}`;
  return atLeast === undefined ? '' : `≥ ${formatValue(atLeast, unit)}`;
}

function formatOther({ unit }: Figure, value: number | undefined): string {
  return value === undefined ? '' : formatValue(value, unit);
}

/** Three significant digits; more would be noise. */
function formatValue(value: number, unit: Unit): string {
  const decimals = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toLocaleString('en-US', { maximumFractionDigits: decimals });
  return unit === '' ? text : `${text} ${unit}`;
}

function formatColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const format = (row: readonly string[]) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
  return rows.map((row) => format(row).join('   ').trimEnd()).join('\n');
}
