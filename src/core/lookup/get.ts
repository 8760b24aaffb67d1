import { toBijiaError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import type { Result } from '../product/result.js';
import type { GetOptions, LookUp } from './look-up.js';

/** One result for each product that a text points to, or the one that says why there is none; each with its text as `input`. */
export type Get = (texts: string | readonly string[], options?: GetOptions) => Promise<Result[]>;

export interface GetParts {
  /** @throws InputError, UnsupportedError */
  readonly parse: (text: string, options: GetOptions) => readonly NotedRef[];
  readonly lookUp: LookUp;
  /** Marks a text that cannot be read, where everything is the embedded sandbox's. */
  readonly isSandbox: boolean;
}

interface Reading {
  readonly input: string;
  readonly refs: readonly NotedRef[];
  /** Where the text could not be read. */
  readonly failure?: Result;
}

export function createGet({ parse, lookUp, isSandbox }: GetParts): Get {
  const read = (input: string, options: GetOptions): Reading => {
    try {
      return { input, refs: parse(input, options) };
    } catch (thrown) {
      const error = toBijiaError(thrown);
      const failure = { input, outcome: error.outcome, error, sandbox: isSandbox || undefined };
      return { input, refs: [], failure };
    }
  };
  return async (texts, options = {}) => {
    const readings = [texts].flat().map((input) => read(input, options));
    const results = await lookUp(
      readings.flatMap(({ refs }) => refs),
      options,
    );
    let start = 0;
    return readings.flatMap(({ input, refs, failure }) => {
      const end = start + refs.length;
      const own = dropRepeats(refs, results.slice(start, end));
      start = end;
      return failure ?? own.map((result) => ({ ...result, input }));
    });
  };
}

/** The short and the long link of one product give one result. */
function dropRepeats(refs: readonly NotedRef[], results: readonly Result[]): Result[] {
  const seen = new Set<string>();
  return results.filter((result, place) => {
    // By the id that was asked for: an upstream may answer two of them with one product.
    const id = refs[place]?.id ?? result.id;
    const key = `${result.platform} ${id}`;
    if (id !== undefined && seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
