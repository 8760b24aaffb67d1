import type { TableRow } from '../../../text/table-row.js';
import type { InputLine, InputText } from '../lines.js';
import type { InputReport } from '../report.js';
import { isBlank } from './cell-kind.js';
import type { Column } from './column.js';
import { type PlanOptions, planTable, type TablePlan } from './plan.js';
import { type CleanRow, cleanRow, getText, type TableRules } from './row.js';
import { choosePlatform, createPlatformFinder, findSection, type RowPlatform } from './row-platform.js';

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
 * yields a line that says so. Lines come in blocks, each of which has to be taken whole before the next.
 * @throws InputError when no column fits, or several do alike
 */
export async function* readTable(
  blocks: AsyncIterable<Iterable<TableRow>>,
  options: TableOptions,
): AsyncGenerator<Iterable<InputLine>> {
  const sample = createSample();
  let read: RowReader | undefined;
  for await (const block of blocks) {
    const rows = block[Symbol.iterator]();
    if (!read && sample.fill(rows)) {
      read = createRowReader(sample.rows, options);
      yield readSample(sample.rows.splice(0), read);
    }
    if (read) yield readRows(rows, read);
  }
  if (sample.rows.length > 0) yield readSample(sample.rows, createRowReader(sample.rows, options));
}

function createSample() {
  const rows: CleanRow[] = [];
  let chars = 0;
  return {
    rows,
    /** @returns whether it is full; what it did not take is left */
    fill: (from: Iterator<TableRow>): boolean => {
      for (let next = from.next(); !next.done; next = from.next()) {
        const row = cleanRow(next.value);
        if (isEmpty(row)) continue;
        rows.push(row);
        chars += row.texts.reduce((sum, { length }) => sum + length, 0);
        if (rows.length >= SAMPLE_ROWS || chars >= MAX_SAMPLE_CHARS) return true;
      }
      return false;
    },
  };
}

const isEmpty = ({ texts }: CleanRow) => texts.every((text) => text === '');

type RowReader = (row: CleanRow) => InputLine | undefined;

/** One after the other: what a row adds to the report is in it when that row is given, and not before. */
function* readRows(rows: Iterator<TableRow>, read: RowReader): Generator<InputLine> {
  for (let next = rows.next(); !next.done; next = rows.next()) {
    const row = cleanRow(next.value);
    const line = isEmpty(row) ? undefined : read(row);
    if (line) yield line;
  }
}

const readSample = (sample: readonly CleanRow[], read: RowReader) => sample.flatMap((row) => read(row) ?? []);

function createRowReader(sample: readonly CleanRow[], options: TableOptions): RowReader {
  const { rules, report } = options;
  const plan = planTable(sample, { ...options, sheetName: report.sheet() });
  report.begin(plan);
  const mentioned = isClear(plan, options) ? undefined : plan.mentioned;
  if (mentioned !== undefined) report.setPlatform(mentioned);
  const listOwn = createPlaces(plan.ranks[0] ?? []);
  const findPlatform = createPlatformFinder(plan, options);
  const rankReaders = listRankReaders(plan, rules, mentioned);
  let section: string | undefined;
  return (row: CleanRow): InputLine | undefined => {
    const why = plan.findSkipReason(row);
    if (why !== undefined) {
      report.skip(row.line, row.texts.filter(Boolean).join(' '), why);
      return undefined;
    }
    const heading = plan.platformColumn ? undefined : findSection(row, rules);
    if (heading !== undefined) {
      section = heading;
      report.skip(row.line, row.texts.join(' ').trim(), 'title');
      return undefined;
    }
    const { line, cells } = row;
    report.widen(cells.length);
    const platform = section === undefined ? findPlatform(row) : { fallback: section, isStrange: true };
    const ranks = rankReaders.map((readRank) => readRank(row, platform));
    const own = listOwn(cells.length).map((at) => cells[at]?.trim() ?? '');
    return { line, ranks, own };
  };
}

/** Places of a row's cells without those of some columns; nearly all rows have as many cells. */
function createPlaces(without: readonly Column[]): (width: number) => readonly number[] {
  const left = new Set(without.map(({ at }) => at));
  let places: readonly number[] = [];
  let known = 0;
  return (width) => {
    if (width !== known) places = Array.from({ length: width }, (_, at) => at).filter((at) => !left.has(at));
    known = width;
    return places;
  };
}

/** Whether the bare ids of a table say by themselves whose they are; else a title above it may. */
const isClear = ({ platformColumn, ranks }: TablePlan, { platform }: TableOptions) =>
  platform !== undefined || platformColumn !== undefined || ranks.flat().every(isOwned);

const isOwned = ({ kinds, header }: Column) => kinds.id === 0 || header.platform !== undefined;

/** @param platform what another cell of the row names */
type ReadRank = (row: CleanRow, platform: RowPlatform) => readonly InputText[];

/** Links in other cells come last. One reader for each rank: a list that grows takes room for many. */
function listRankReaders(
  { ranks }: TablePlan,
  rules: TableRules,
  mentioned: string | undefined,
): readonly ReadRank[] {
  const listOthers = createPlaces(ranks.flat());
  const isElsewhere = createElsewhere(ranks[0] ?? [], rules);
  const read = ({ at, header }: Column, row: CleanRow, platform: RowPlatform) => {
    const isTold = header.role === 'link' || header.isNamed === true || platform.found !== undefined;
    if (!isTold && isElsewhere(row)) return undefined;
    return findText(row, at, choosePlatform(platform, header, mentioned), rules);
  };
  const readers = ranks.map(
    (rank): ReadRank =>
      (row, platform) => {
        let texts: readonly InputText[] = [];
        for (const column of rank) {
          const text = read(column, row, platform);
          // Most ranks are one column.
          if (text) texts = texts.length === 0 ? [text] : [...texts, text];
        }
        return texts;
      },
  );
  return [...readers, (row) => listLinks(row, listOthers(row.cells.length), rules)];
}

/**
 * Whether the links of a row, none of which is understood, lead to another site, or marketplace, than links of the same column do: then its ids, unless
 * something names their marketplace, are of that one.
 */
function createElsewhere(rank: readonly Column[], { readCell }: TableRules): (row: CleanRow) => boolean {
  const links = rank.filter(({ header, platforms }) => header.role === 'link' && platforms.size > 0);
  return (row) => {
    let isAny = false;
    for (const { at, platforms } of links) {
      const { kind, platforms: own } = readCell(getText(row, at, readCell));
      if (kind === 'empty') continue;
      const isForeign = kind === 'link' || kind === 'product' || kind === 'short';
      if (!isForeign || [...platforms].every((platform) => own.includes(platform))) return false;
      isAny = true;
    }
    return isAny;
  };
}

function findText(
  row: CleanRow,
  at: number,
  platformHint: string | undefined,
  { readCell }: TableRules,
): InputText | undefined {
  const given = row.cells[at] ?? '';
  const text = getText(row, at, readCell);
  if (isBlank(text)) return undefined;
  if (text === given) return platformHint === undefined ? { given } : { given, platformHint };
  return platformHint === undefined ? { given, text } : { given, text, platformHint };
}

/** Where the chosen cells are of no use, a product's link in another cell of the row is taken. */
function listLinks(row: CleanRow, places: readonly number[], { readCell }: TableRules): InputText[] {
  const links: InputText[] = [];
  for (const at of places) {
    const text = getText(row, at, readCell);
    if (MAY_BE_LINK.test(text)) links.push({ given: row.cells[at] ?? '', text, isLinkOnly: true });
  }
  return links;
}

const MAY_BE_LINK = /[./:]/;
