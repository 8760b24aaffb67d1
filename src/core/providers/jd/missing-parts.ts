import { type BijiaError, CancelledError, toBijiaError } from '../../errors.js';
import type { Note, ProductFacts } from '../../product/product.js';

/** A part of the product that a further call would have brought. */
export interface MissingPart {
  /** Completes "Without …". */
  readonly what: Note;
  readonly error: BijiaError;
}

/**
 * The part that a failed call would have brought; the product is worth having without it.
 * @throws what ends the whole lookup: a cancellation, or a limit of calls that has been reached
 */
export function toMissingPart(what: Note, thrown: unknown): MissingPart {
  const error = toBijiaError(thrown);
  if (error instanceof CancelledError || (error.outcome === 'throttled' && error.stopsBatch)) throw error;
  return { what, error };
}

/** Facts that are worth having without the parts, and say what they lack. */
export function noteMissingParts(
  facts: ProductFacts,
  parts: readonly (MissingPart | undefined)[],
): ProductFacts {
  const missing = parts.filter((part) => part !== undefined);
  if (missing.length === 0) return facts;
  const notes = missing.map(({ what, error }): Note => {
    const enForUsers = `Without ${what.en}`;
    return { en: `${enForUsers}: ${error.message}`, enForUsers, zh: `${what.zh}没有取到` };
  });
  return {
    ...facts,
    notes: [...(facts.notes ?? []), ...notes],
    incomplete: missing.some(({ error }) => error.retryable),
  };
}
