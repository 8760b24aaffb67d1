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
