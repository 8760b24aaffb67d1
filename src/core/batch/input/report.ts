import { type InputChoice, toChoice } from './table/column-choice.js';
import type { PassReason } from './table/passed-over.js';
import type { SkipReason, TablePlan } from './table/plan.js';

export interface ReadColumn {
  /** Counted from 1. */
  readonly number: number;
  /** Its header; empty where it has none. */
  readonly name: string;
  /** Two of its cells. */
  readonly examples: readonly string[];
}

/** How an input was read, for the person who gave it. */
export interface InputReading {
  readonly sheet?: string;
  /** Sheets that were not read. */
  readonly otherSheets: readonly string[];
  /** Rows that the spreadsheet hides, and that were read all the same. */
  readonly hiddenRows: number;
  /** The line of the header; absent where the table has none. */
  readonly headerLine?: number;
  /** The columns that were chosen. */
  readonly columns: readonly ReadColumn[];
  /** Those that could be taken for products too, and why they were not. */
  readonly passedOver: readonly (ReadColumn & { readonly why: PassReason })[];
  /** Rows that are titles, headers or totals. */
  readonly skipped: {
    readonly count: number;
    readonly examples: readonly {
      readonly line: number;
      readonly text: string;
      readonly why: SkipReason;
    }[];
  };
  /** Marketplace that a title or the sheet's name tells, and that bare ids are taken for. */
  readonly platform?: string;
  /** Other ways to read it. */
  readonly choices: readonly InputChoice[];
}

const MAX_EXAMPLES = 2;

/** Collects how an input is read while it is. */
export type InputReport = ReturnType<typeof createInputReport>;

export function createInputReport() {
  let plan: TablePlan | undefined;
  let sheet: Pick<InputReading, 'sheet' | 'otherSheets'> = { otherSheets: [] };
  let sheetChoices: readonly InputChoice[] = [];
  let hiddenRows = 0;
  let platform: string | undefined;
  let skippedCount = 0;
  const skipped: InputReading['skipped']['examples'][number][] = [];
  let own: string[] = [];
  let width = 0;
  const widen = (cells: number) => {
    for (; width < cells; width += 1) own.push(`column ${width + 1}`);
  };
  return {
    begin: (made: TablePlan) => {
      plan = made;
      const chosen = made.ranks[0] ?? [];
      const others = made.columns.filter((column) => !chosen.includes(column));
      own = others.map(({ name, number }) => name || `column ${number}`);
      width = made.columns.length;
    },
    skip: (line: number, text: string, why: SkipReason) => {
      // That there is a header is said in another place.
      if (line === plan?.headerLine) return;
      skippedCount += 1;
      if (skipped.length < MAX_EXAMPLES) skipped.push({ line, text: text.slice(0, 60), why });
    },
    /** Notes the number of cells of a row. */
    widen,
    setSheet: (name: string | undefined, otherSheets: readonly string[], choices: readonly InputChoice[]) => {
      sheet = { otherSheets, ...(name !== undefined && { sheet: name }) };
      sheetChoices = choices;
    },
    setHiddenRows: (count: number) => {
      hiddenRows = count;
    },
    setPlatform: (found: string) => {
      platform = found;
    },
    sheet: () => sheet.sheet,
    /** Names of the columns that were not chosen, in order; they grow while rows grow. */
    ownColumns: () => own,
    /** Undefined for what is not a table. */
    reading: () => {
      if (!plan) return undefined;
      const { headerLine, ranks, passedOver, others } = plan;
      const toRead = ({ number, name, examples }: ReadColumn) => ({ number, name, examples });
      return {
        ...sheet,
        hiddenRows,
        ...(platform !== undefined && { platform }),
        ...(headerLine !== undefined && { headerLine }),
        columns: (ranks[0] ?? []).map(toRead),
        passedOver: passedOver.map(({ column, why }) => ({ ...toRead(column), why })),
        skipped: { count: skippedCount, examples: skipped },
        choices: [...others.map((column) => toChoice(column, sheet.sheet)), ...sheetChoices],
      };
    },
  };
}
