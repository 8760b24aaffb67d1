import type { InputLine, InputText } from '../lines.js';
import type { InputReport } from '../report.js';
import { isBlank } from './cell-kind.js';
import type { Column } from './column.js';
import { type PlanOptions, planTable, type TablePlan } from './plan.js';
import { type CleanRow, cleanRow, getText, type TableRow, type TableRules } from './row.js';

export interface TableOptions extends PlanOptions {
  /** Called with how the table is read. */
  readonly report: InputReport;
}

/** Rows on which the choice is based. */
const SAMPLE_ROWS = 200;
const MAX_SAMPLE_CHARS = 4 * 2 ** 20;

/**
 * Takes from each row the cells that name products. Which columns those are is decided by a sample of the rows. Rows
 * without any content are passed over, as are titles, headers and totals; a row that should name a product and does not
 * yields a line that says so.
 * @throws InputError when no column fits, or several do alike
 */
export async function* readTable(
  rows: AsyncIterable<TableRow>,
  options: TableOptions,
): AsyncGenerator<InputLine> {
  const sample: CleanRow[] = [];
  let chars = 0;
  let read: ((row: CleanRow) => InputLine | undefined) | undefined;
  for await (const row of rows) {
    const clean = cleanRow(row);
    if (clean.texts.every((text) => text === '')) continue;
    if (read) {
      const line = read(clean);
      if (line) yield line;
      continue;
    }
    sample.push(clean);
    chars += clean.texts.reduce((sum, { length }) => sum + length, 0);
    if (sample.length < SAMPLE_ROWS && chars < MAX_SAMPLE_CHARS) continue;
    read = createRowReader(sample, options);
    yield* sample.splice(0).flatMap((one) => read?.(one) ?? []);
  }
  if (!read && sample.length > 0) yield* readSample(sample, options);
}

function readSample(sample: readonly CleanRow[], options: TableOptions): InputLine[] {
  const read = createRowReader(sample, options);
  return sample.flatMap((row) => read(row) ?? []);
}

function createRowReader(sample: readonly CleanRow[], options: TableOptions) {
  const { rules, report } = options;
  const plan = planTable(sample, { ...options, sheetName: report.sheet() });
  report.begin(plan);
  const mentioned = isClear(plan, options) ? undefined : plan.mentioned;
  if (mentioned !== undefined) report.setPlatform(mentioned);
  const chosen = new Set(plan.ranks[0]?.map(({ at }) => at));
  const isRanked = new Set(plan.ranks.flat().map(({ at }) => at));
  return (row: CleanRow): InputLine | undefined => {
    const why = plan.findSkipReason(row);
    if (why !== undefined) {
      report.skip(row.line, row.texts.filter(Boolean).join(' '), why);
      return undefined;
    }
    report.widen(row.cells.length);
    const ranks = toRanks(row, plan, rules, mentioned);
    const others = row.texts.flatMap((_, at) => (isRanked.has(at) ? [] : toLinkOnly(row, at, rules)));
    const own = row.cells.filter((_, at) => !chosen.has(at)).map((cell) => cell.trim());
    return { line: row.line, ranks: [...ranks, others], own };
  };
}

/** Whether the bare ids of a table say by themselves whose they are; else a title above it may. */
const isClear = ({ platformColumn, ranks }: TablePlan, { platform }: TableOptions) =>
  platform !== undefined || platformColumn !== undefined || ranks.flat().every(isOwned);

const isOwned = ({ kinds, header }: Column) => kinds.id === 0 || header.platform !== undefined;

function toRanks(
  row: CleanRow,
  { ranks, platformColumn }: TablePlan,
  rules: TableRules,
  mentioned: string | undefined,
): InputText[][] {
  const named = platformColumn && rules.findPlatform(row.texts[platformColumn.at] ?? '');
  return ranks.map((rank) =>
    rank.flatMap(({ at, header }) => {
      const given = row.cells[at] ?? '';
      const text = getText(row, at, rules.readCell);
      const platformHint = named ?? header.platform ?? mentioned;
      return isBlank(text)
        ? []
        : [{ given, ...(text !== given && { text }), ...(platformHint && { platformHint }) }];
    }),
  );
}

/** Where the chosen cells are of no use, a product's link in another cell of the row is taken. */
function toLinkOnly(row: CleanRow, at: number, { readCell }: TableRules): InputText[] {
  const text = getText(row, at, readCell);
  if (!/[./:]/.test(text)) return [];
  return [{ given: row.cells[at] ?? '', text, isLinkOnly: true }];
}
