/** A column of a list, as its author sees it. */
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

/** A way to read a list: what to choose for it. */
export interface InputChoice {
  readonly columns?: readonly string[];
  readonly sheet?: string;
  /** The header of its column, else the name of its sheet; empty for a column without a header. */
  readonly name: string;
  /** Two cells of its column. */
  readonly examples: readonly string[];
}

/** Why a row asks for nothing. */
export type SkipReason = 'title' | 'header' | 'header again' | 'total' | 'footer' | 'example' | 'rule';

/** Why a column that could be taken for products was not. */
export type PassReason =
  | 'row numbers'
  | 'bar codes'
  | 'own codes'
  | 'IDs of variants'
  | 'IDs of another marketplace'
  | 'no product IDs'
  | 'pictures'
  | 'shops'
  | 'notes'
  | 'short links of the same products'
  | 'links to no product';
