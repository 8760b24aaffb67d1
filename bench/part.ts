import type { Figure } from './figure.js';

export interface BenchOptions {
  /** At the real scale: 100 calls a minute. */
  readonly full: boolean;
}

/** One subject of the bench. */
export interface Part {
  /** Selects it on the command line. */
  readonly name: string;
  /** What is done in which setting, one line. */
  readonly describe: (options: BenchOptions) => string;
  readonly run: (options: BenchOptions) => Promise<readonly Figure[]>;
}
