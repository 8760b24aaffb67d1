import type { BijiaError, Outcome, Receipt } from '../errors.js';
import type { BatchCallOptions } from './core-batch-source.js';
import type { Schedule } from './schedule.js';

/** What a run has to find out: the references of a list, or the pages of a shop. Each has an index, from 0. */
export interface Work {
  readonly workloads: readonly Workload[];
  readonly standing: () => Standing;
  /** Calls that it will take; absent where that cannot be known. */
  readonly expectedCalls?: number;
  /** How its calls will leave; absent where that cannot be known. */
  readonly schedule?: Schedule;
  /** Whether an index has its outcome, or will never be asked for. */
  readonly isSettled: (index: number) => boolean;
  /** The journal holds the reply. */
  readonly settle: (reply: Reply) => void;
  /** The index has no outcome yet, for this reason. */
  readonly fail: (index: number, error: BijiaError) => void;
  /** The first reason why something still has no outcome. */
  readonly findFailure: () => BijiaError | undefined;
}

/** A part of the work whose calls are alike; the parts are worked through side by side. */
export interface Workload {
  /** Provider id. */
  readonly source: string;
  /** Most calls under way at once, waiting ones included. */
  readonly atOnce: number;
  /**
   * What the next call asks for; empty when there is nothing more for now.
   * @param isDistant it has to show whether the account works: something that was answered before, or that is far from
   * what was just refused, since neighbours may share what is wrong with them
   */
  readonly next: (isDistant?: boolean) => readonly number[];
  /** These come again, before the others. */
  readonly putBack: (indexes: readonly number[]) => void;
  /** How many upstream calls this number of indexes takes. */
  readonly countCalls: (indexCount: number) => number;
  /** One reply for each index. What it throws stops the run. */
  readonly ask: (indexes: readonly number[], options: BatchCallOptions) => Promise<readonly Reply[]>;
}

/** What a call brought for one index. */
export interface Reply {
  readonly index: number;
  readonly outcome: Outcome;
  readonly error?: BijiaError;
  /** What the journal keeps of it. */
  readonly record: unknown;
  /** What the upstream said about the call; replies of one call share it. */
  readonly receipt?: Receipt;
  /** Nothing was sent for it: it need not be on the disk at once. */
  readonly isCached?: boolean;
}

/** How far a work is, earlier runs included. */
export interface Standing {
  /** References, or the products of a shop as its last page counted them; absent while that is not known. */
  readonly total?: number;
  /** Those with an outcome. */
  readonly done: number;
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
  /** Only for a shop. */
  readonly shop?: ShopStanding;
}

/** What is known of a shop besides its products. */
export interface ShopStanding {
  readonly name?: string;
  readonly pages: number;
  /** Rows that had no id. */
  readonly skipped: number;
  /** Whether everything that the upstream counts was seen: rows move while a shop changes. */
  readonly complete: boolean;
}
