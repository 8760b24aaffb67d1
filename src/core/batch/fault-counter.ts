import { type BijiaError, ConfigError } from '../errors.js';
import type { Result } from '../result.js';

/** So many faulty calls of a source in a row, and the fault is not in the ids. */
const MAX_IN_ROW = 3;

/**
 * Watches for calls that bring nothing but refusals of ids that were found sound, or nothing but faults of this
 * program: three in a row would be followed by ten thousand.
 * @returns a function that takes the results of each call and returns why to stop, if so
 */
export function createFaultCounter() {
  const inRow = new Map<string, number>();
  return (source: string, results: readonly Result[]): BijiaError | undefined => {
    const fault = results.every(isFaulty) ? results[0]?.error : undefined;
    if (!fault) {
      if (results.some(({ outcome }) => outcome === 'ok' || outcome === 'not_found')) inRow.delete(source);
      return undefined;
    }
    const count = (inRow.get(source) ?? 0) + 1;
    inRow.set(source, count);
    if (count < MAX_IN_ROW) return undefined;
    return fault.outcome === 'invalid' ? createRefusedError(source, fault) : fault;
  };
}

const isFaulty = ({ outcome, error }: Result) => outcome === 'invalid' || error?.code === 'internal_error';

function createRefusedError(source: string, refusal: BijiaError): ConfigError {
  return new ConfigError(
    `${source} refused ${MAX_IN_ROW} calls in a row for their parameters, though the ids look right. Check its credentials and the clock, then resume the job.`,
    { code: 'refused_in_a_row', detail: refusal.detail ?? refusal.message },
  );
}
