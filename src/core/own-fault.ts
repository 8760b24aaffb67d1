import { type BijiaError, type Outcome, UnreachableError } from './errors.js';

const OF_THE_ASKER: ReadonlySet<Outcome> = new Set(['throttled', 'not_configured', 'cancelled']);

/**
 * Whether an error says nothing of what was asked about, but only that this process cannot ask now: its key, clock, bounds, or way
 * to the database or the upstream. Another machine may be answered.
 */
export const isOfAsker = (error: BijiaError): boolean =>
  OF_THE_ASKER.has(error.outcome) || error instanceof UnreachableError;

/** What is wrong with the clock or the settings of one machine, and right on the others. */
const MACHINE_CODES: ReadonlySet<string> = new Set([
  ...['clock_off', 'other_database_key', 'no_database_key', 'old_schema', 'newer_schema'],
  ...['database_refused', 'database_file', 'database_untrusted', 'database_without_tls', 'pooled_database'],
]);

/** Whether another machine would not meet the same: its work is for the others. */
export const isOfThisMachine = ({ code }: BijiaError): boolean => MACHINE_CODES.has(code);
