import { InputError } from '../../errors.js';

/** Longer lines are not ids, links or share texts; such a file is something else. */
export const MAX_LINE_BYTES = 1024 * 1024;
/** The same where the text is decoded already. */
export const MAX_LINE_CHARS = 1024 * 1024;

export function createLineTooLongError(line: number): InputError {
  return new InputError(`Line ${line} is longer than 1 MB; expected one product or share text per line.`, {
    code: 'line_too_long',
    facts: { line },
  });
}

/** A text that may name products. */
export interface InputText {
  /** Exactly as it was given. */
  readonly given: string;
  /** What to read, where that is something else: the link behind a cell, a number without what kept it text. */
  readonly text?: string;
  /** Marketplace that the column, or a column beside it, names. */
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
  /** The user's own cells beside it. */
  readonly own?: readonly string[];
  /** Why nothing can be asked for; such a line is invalid whatever its text. */
  readonly problem?: string;
}

/** A line of a text. */
export interface TextLine {
  readonly line: number;
  /** Without blanks around it. */
  readonly text: string;
  readonly given: string;
}

const LINE_END = /\r\n|\r|\n/g;

/** Splits at LF, CRLF and CR, across chunks. Blank lines are counted but not given. */
export async function* splitLines(
  texts: AsyncIterable<string>,
  maxChars = MAX_LINE_CHARS,
): AsyncGenerator<TextLine> {
  let line = 1;
  let rest = '';
  const give = (given: string): TextLine => ({ line, given, text: given.trim() });
  for await (const chunk of texts) {
    const text = rest + chunk;
    let start = 0;
    for (const { 0: end, index } of text.matchAll(LINE_END)) {
      // A CR at the very end may be half of a CRLF.
      if (end === '\r' && index === text.length - 1) break;
      const complete = give(text.slice(start, index));
      if (complete.text !== '') yield complete;
      line += 1;
      start = index + end.length;
    }
    rest = text.slice(start);
    if (rest.length > maxChars) throw createLineTooLongError(line);
  }
  if (rest.trim() !== '') yield give(rest.replace(/\r$/, ''));
}

/** A text by itself. */
export const toInputLine = (line: number, given: string): InputLine => ({ line, ranks: [[{ given }]] });
