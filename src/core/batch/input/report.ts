import type { InputChoice, InputReading, ReadColumn, SkipReason } from '../../words/input-reading.js';
import { toChoice } from './table/column-choice.js';
import type { TablePlan } from './table/plan.js';

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
