import { basename } from 'node:path';
import { InputError } from '../../errors.js';

/** Named as the file's extension. */
export type OutputFormat = 'jsonl' | 'csv' | 'xlsx';

/** The format by a file's extension. @throws InputError for any other */
export function parseOutputFormat(path: string): OutputFormat {
  const extension = /\.(jsonl|csv|xlsx)$/i.exec(path)?.[1]?.toLowerCase();
  if (extension === 'jsonl' || extension === 'csv' || extension === 'xlsx') return extension;
  throw new InputError(`${basename(path)} must end in .jsonl, .csv or .xlsx.`, {
    ...{ code: 'wrong_output_kind', facts: { name: basename(path) } },
  });
}
