/** A text that may name products. */
export interface InputText {
  /** Exactly as it was given. */
  readonly given: string;
  /** What to read, where that is something else: the link behind a cell, a number without what kept it text. */
  readonly text?: string;
  /** Marketplace that the column, or a column next to it, names; empty where other rows name one and this does not. */
  readonly platformHint?: string;
  /** Only its links count. */
  readonly isLinkOnly?: boolean;
}

/** One line, row or entry of an input that asks for products. */
export interface InputLine {
  /** Counted from 1, as an editor or spreadsheet shows it. */
  readonly line: number;
  /** By preference: of the first rank in which a product is named all texts count. */
  readonly ranks: readonly (readonly InputText[])[];
  /** The user's own cells of the same row. */
  readonly own?: readonly string[];
  /** Why nothing can be asked for; such a line is invalid whatever its text. */
  readonly problem?: string;
}

/** A text by itself. */
export const toInputLine = (line: number, given: string, platformHint?: string): InputLine => ({
  line,
  ranks: [[platformHint === undefined ? { given } : { given, platformHint }]],
});
