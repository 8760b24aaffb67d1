import { BijiaError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import type { Result } from '../product/result.js';
import type { GetOptions, LookUp } from './look-up.js';

/** One result for each product that a text points to, or the one that says why there is none; each with its text as `input`. */
export type Get = (texts: string | readonly string[], options?: GetOptions) => Promise<Result[]>;

export interface GetParts {
  /** What a text names, as an entry of a list does; at least one. */
  readonly parse: (text: string, options: GetOptions) => readonly (NotedRef | BijiaError)[];
  readonly lookUp: LookUp;
  /** Marks a text that cannot be read, where everything is the embedded sandbox's. */
  readonly isSandbox: boolean;
}

export function createGet({ parse, lookUp, isSandbox }: GetParts): Get {
  const toFailure = (error: BijiaError): Result => ({
    ...{ input: '', outcome: error.outcome, error },
    sandbox: isSandbox || undefined,
  });
  return async (texts, options = {}) => {
    const readings = [texts].flat().map((input) => ({ input, found: parse(input, options) }));
    const refs = readings.flatMap(({ found }) => found.filter(isRef));
    const results = (await lookUp(refs, options))[Symbol.iterator]();
    return readings.flatMap(({ input, found }) => {
      // In the order of the text; what looks like a product and is none has its place among them.
      const own = found.flatMap((one) => {
        const result = isRef(one) ? results.next().value : toFailure(one);
        return result ? { reading: one, result } : [];
      });
      return dropRepeats(own).map((result) => ({ ...result, input }));
    });
  };
}

const isRef = (reading: NotedRef | BijiaError): reading is NotedRef => !(reading instanceof BijiaError);

interface Answer {
  readonly reading: NotedRef | BijiaError;
  readonly result: Result;
}

/** The short and the long link of one product give one result. */
function dropRepeats(answers: readonly Answer[]): Result[] {
  const seen = new Set<string>();
  return answers.flatMap(({ reading, result }) => {
    // By the id that was asked for: an upstream may answer two of them with one product.
    const id = isRef(reading) ? (reading.id ?? result.id) : undefined;
    const key = `${result.platform} ${id}`;
    if (id !== undefined && seen.has(key)) return [];
    seen.add(key);
    return [result];
  });
}
