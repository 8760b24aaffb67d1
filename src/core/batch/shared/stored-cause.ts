import * as z from 'zod';
import { type BijiaError, ConfigError, OUTCOMES } from '../../errors.js';
import { RecordedError } from '../output/row.js';

/** Why a job stopped, as its row tells other machines. */
const StoredCause = z.object({
  code: z.string(),
  message: z.string(),
  outcome: z.enum(OUTCOMES).default('cancelled'),
  /** Whether a person has to change the configuration. */
  isConfig: z.boolean().optional(),
  retryable: z.boolean().optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  trace: z.string().optional(),
  said: z.string().optional(),
});
export type StoredCause = z.infer<typeof StoredCause>;

/** What of an error other machines need to word it. */
export function toStoredCause(error: BijiaError): StoredCause {
  const { code, message, outcome, retryable, facts, receipt } = error;
  return {
    ...{ code, message, outcome, retryable, isConfig: error instanceof ConfigError },
    facts: facts && toPlain(facts),
    trace: receipt?.trace,
    said: receipt?.said,
  };
}

const toPlain = (facts: NonNullable<BijiaError['facts']>): StoredCause['facts'] =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact]])),
  );

/** @returns undefined where there is none, or something else stands there */
export function parseStoredCause(json: unknown): StoredCause | undefined {
  return StoredCause.safeParse(json).data;
}

/** The error again; a class is told by what has to be done. */
export function toCauseError(stored: StoredCause): BijiaError {
  const { code, message, facts, trace, said } = stored;
  const receipt = { ...(trace !== undefined && { trace }), ...(said !== undefined && { said }) };
  if (!stored.isConfig) return new RecordedError({ ...stored, receipt });
  const error = new ConfigError(message, { code, facts });
  error.receipt = receipt;
  return error;
}
