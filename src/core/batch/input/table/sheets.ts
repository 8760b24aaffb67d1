import { InputError } from '../../../errors.js';
import type { TableRow } from '../../../text/table-row.js';
import type { InputChoice } from '../../../words/input-reading.js';
import { AmbiguousInputError } from './column-choice.js';
import { planTable } from './plan.js';
import { cleanRow } from './row.js';
import type { TableOptions } from './table.js';

/** A sheet of a workbook, or a table of a page, with its first rows. */
export interface SheetSample {
  readonly name: string;
  readonly isHidden?: boolean;
  readonly rows: readonly TableRow[];
}

/**
 * The sheet that holds the list: links to products before ids under headers, these before bare numbers; of equals the
 * first. Sheets without rows count only when they are named, and hidden ones only where all are hidden.
 * @returns its place
 * @throws InputError for a sheet that does not exist, and when no sheet holds products
 */
export function chooseSheet(
  sheets: readonly SheetSample[],
  wanted: string | undefined,
  options: TableOptions,
): number {
  if (wanted !== undefined) {
    const place = getSheetIndex(sheets, wanted);
    const others = sheets.filter((_, at) => at !== place).map(({ name }) => name);
    options.report.setSheet(sheets[place]?.name, others, []);
    return place;
  }
  const all = sheets.map((sheet, place) => ({ sheet, place })).filter(({ sheet }) => sheet.rows.length > 0);
  const shown = all.filter(({ sheet }) => !sheet.isHidden);
  const filled = shown.length > 0 ? shown : all;
  const ratings = filled.map(({ sheet, place }) => ({ sheet, place, ...rate(sheet, options) }));
  const best = Math.max(0, ...ratings.map(({ rating }) => rating));
  const chosen = ratings.find(({ rating }) => rating === best);
  // A single sheet tells by itself what is wrong with it.
  if (!chosen || (best === 0 && ratings.length > 1)) {
    const names = sheets.map(({ name }) => `"${name}"`).join(', ');
    const error = ratings.find((one) => one.error)?.error;
    throw new InputError(
      `No sheet with products was found in ${names}. ${error?.message ?? 'They are empty.'} Choose one with --sheet.`,
      { code: 'no_column' },
    );
  }
  const choices = ratings
    .filter((one) => one !== chosen && one.rating > 0)
    .map(({ sheet: { name } }): InputChoice => ({ sheet: name, name, examples: [] }));
  const others = filled.filter(({ sheet }) => sheet !== chosen.sheet).map(({ sheet }) => sheet.name);
  options.report.setSheet(chosen.sheet.name || undefined, others, choices);
  return chosen.place;
}

function getSheetIndex(sheets: readonly SheetSample[], wanted: string): number {
  const fold = (text: string) => text.normalize('NFKC').trim().toLowerCase();
  const named = sheets.findIndex(({ name }) => name === wanted);
  const folded = named >= 0 ? named : sheets.findIndex(({ name }) => fold(name) === fold(wanted));
  if (folded >= 0) return folded;
  if (/^\d{1,4}$/.test(wanted) && sheets[Number(wanted) - 1]) return Number(wanted) - 1;
  const known = sheets.map(({ name }) => `"${name}"`).join(', ');
  throw new InputError(`There is no sheet "${wanted.slice(0, 30)}". The file has ${known}.`, {
    code: 'no_sheet',
    facts: { name: wanted.slice(0, 30), known: sheets.map(({ name }) => `“${name}”`).join('、') },
  });
}

interface Rating {
  /** 0 for a sheet that cannot be read. */
  readonly rating: number;
  readonly error?: Error;
}

function rate({ rows, name }: SheetSample, options: TableOptions): Rating {
  try {
    const filled = rows.map(cleanRow).filter(({ texts }) => texts.some(Boolean));
    const { ranks } = planTable(filled, { ...options, sheetName: name });
    const [column] = ranks[0] ?? [];
    if (!column) return { rating: 0 };
    if (column.kinds.product + column.kinds.short > 0) return { rating: 4 };
    return { rating: column.header.role === undefined ? 2 : 3 };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { rating: error instanceof AmbiguousInputError ? 1 : 0, error };
  }
}
