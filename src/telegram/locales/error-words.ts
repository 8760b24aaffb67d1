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
