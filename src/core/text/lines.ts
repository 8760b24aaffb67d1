import { InputError } from '../errors.js';

/** Longer lines are not ids, links or share texts; such a file is something else. */
export const MAX_LINE_BYTES = 1024 * 1024;
/** The same where the text is decoded already. */
export const MAX_LINE_CHARS = 1024 * 1024;

/** @param line counted from 1 */
export function createLineTooLongError(line: number): InputError {
  return new InputError(`Line ${line} is longer than 1 MB; expected one product or share text per line.`, {
    code: 'line_too_long',
    facts: { line },
  });
}

/** A line of a text. */
export interface TextLine {
  readonly line: number;
  /** Without blanks around it. */
  readonly text: string;
  readonly given: string;
}

const LINE_END = /\r\n|\r|\n/;

/** The lines that end in a text, by LF, CRLF or CR, and the beginning of the next one. */
export function splitText(text: string): { readonly lines: readonly string[]; readonly rest: string } {
  // A CR at the very end may be half of a CRLF.
  const held = text.endsWith('\r') ? '\r' : '';
  const lines = text.slice(0, text.length - held.length).split(text.includes('\r') ? LINE_END : '\n');
  return { rest: (lines.pop() ?? '') + held, lines };
}

/** Splits at LF, CRLF and CR, across chunks. Blank lines are counted but not given. */
export async function* splitLines(texts: AsyncIterable<string>, maxChars?: number): AsyncGenerator<TextLine> {
  for await (const lines of splitBlocks(texts, maxChars)) yield* lines;
}

/** The same in batches, one per chunk: awaiting each line costs more than splitting it off. */
export async function* splitBlocks(
  texts: AsyncIterable<string>,
  maxChars = MAX_LINE_CHARS,
): AsyncGenerator<readonly TextLine[]> {
  let line = 1;
  let rest = '';
  const give = (given: string): TextLine => ({ line, given, text: given.trim() });
  for await (const chunk of texts) {
    const split = splitText(rest + chunk);
    rest = split.rest;
    const lines: TextLine[] = [];
    for (const given of split.lines) {
      const complete = give(given);
      if (complete.text !== '') lines.push(complete);
      line += 1;
    }
    yield lines;
    if (rest.length > maxChars) throw createLineTooLongError(line);
  }
  if (rest.trim() !== '') yield [give(rest.replace(/\r$/, ''))];
}
