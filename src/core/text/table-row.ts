/** One row of a table, whatever kind of file it stands in. */
export interface TableRow {
  /** Counted from 1, as an editor or spreadsheet shows it. */
  readonly line: number;
  readonly cells: readonly string[];
  /** The links behind cells. */
  readonly links?: readonly (string | undefined)[];
}
