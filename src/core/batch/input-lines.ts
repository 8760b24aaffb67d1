import { InputError } from '../errors.js';
import { MAX_LINE_BYTES } from './input-encoding.js';

/** One line or row of an input that asks for a product. */
export interface InputLine {
  /** Counted from 1, as an editor or spreadsheet shows it. */
  readonly line: number;
  readonly text: string;
  /** Marketplace that the line's column, or a column beside it, names. */
  readonly platformHint?: string | undefined;
  /** Why nothing can be asked for; such a line is invalid whatever its text. */
  readonly problem?: string | undefined;
}

/** Splits at LF, CRLF and CR, across chunks. Blank lines are counted but not given. */
export async function* splitLines(texts: AsyncIterable<string>): AsyncGenerator<InputLine> {
  let line = 1;
  let rest = '';
  for await (const text of texts) {
    rest += text;
    // A CR at the very end may be half of a CRLF.
    const held = rest.endsWith('\r') ? 1 : 0;
    const lines = rest.slice(0, rest.length - held).split(/\r\n|\r|\n/);
    rest = (lines.pop() ?? '') + '\r'.repeat(held);
    for (const complete of lines) {
      if (complete.trim() !== '') yield { line, text: complete.trim() };
      line += 1;
    }
    if (rest.length > MAX_LINE_BYTES) {
      throw new InputError(`Line ${line} is longer than 1 MB; expected one id, link or share text per line.`);
    }
  }
  if (rest.trim() !== '') yield { line, text: rest.trim() };
}
