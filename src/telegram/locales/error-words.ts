/** What may be said inside of an error's sentence. */
export interface ErrorFacts {
  /** Name of the marketplace, where it is known. */
  readonly platform: string;
  readonly supported: string;
  /** How long to wait, in words; empty when unknown. */
  readonly wait: string;
}

/** Sentences by the code of an error, else by its outcome. */
export type ErrorWords = Readonly<Record<string, (facts: ErrorFacts) => string>>;

/** Why there is neither history nor alerts: each is the operator's to fix. */
export const HISTORY_FAULTS = [
  ...['history_off', 'history_unusable', 'history_disk_full', 'history_busy', 'history_newer', 'no_sqlite'],
];
