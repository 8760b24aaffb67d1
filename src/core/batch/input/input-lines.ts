import { InputError } from '../../errors.js';

/** Longer lines are no ids, links or share texts; such a file is something else. */
export const MAX_LINE_BYTES = 1024 * 1024;
/** The same where the text is decoded already. */
export const MAX_LINE_CHARS = 1024 * 1024;

export function createLineTooLongError(line: number): InputError {
  return new InputError(`Line ${line} is longer than 1 MB; expected one id, link or share text per line.`, {
    code: 'line_too_long',
  });
}

/** One line or row of an input that asks for a product. */
export interface InputLine {
  /** Counted from 1, as an editor or spreadsheet shows it. */
  readonly line: number;
  readonly text: string;
  /** Marketplace that the line's column, or a column beside it, names. */
  readonly platformHint?: string;
  /** Why nothing can be asked for; such a line is invalid whatever its text. */
  readonly problem?: string;
}

const LINE_END = /\r\n|\r|\n/g;

/** Splits at LF, CRLF and CR, across chunks. Blank lines are counted but not given. */
export async function* splitLines(texts: AsyncIterable<string>): AsyncGenerator<InputLine> {
  let line = 1;
  let rest = '';
  for await (const chunk of texts) {
    const text = rest + chunk;
    let start = 0;
    for (const { 0: end, index } of text.matchAll(LINE_END)) {
      // A CR at the very end may be half of a CRLF.
      if (end === '\r' && index === text.length - 1) break;
      const complete = text.slice(start, index).trim();
      if (complete !== '') yield { line, text: complete };
      line += 1;
      start = index + end.length;
    }
    rest = text.slice(start);
    if (rest.length > MAX_LINE_CHARS) throw createLineTooLongError(line);
  }
  if (rest.trim() !== '') yield { line, text: rest.trim() };
}
