import type { CallOptions } from '../provider.js';
import type { Result } from '../result.js';
import type { Quota } from '../settings.js';
import type { BatchRef, RefType } from './reference-table.js';

/** How references of one type are asked for. */
export interface Route {
  /** Provider id. */
  readonly source: string;
  /** What shares the quota: gateway and key, hashed. */
  readonly group: string;
  readonly limit: Quota;
  /** How many references one call answers. */
  readonly idsPerCall: number;
  /** Whether each call costs money. */
  readonly isPaid: boolean;
}

export type BatchCallOptions = Pick<CallOptions, 'signal' | 'expectedCalls' | 'batchId' | 'onPermit'>;

/** Where a batch gets its answers. Platform, provider and detail that were asked for are settled already. */
export interface BatchSource {
  /** @throws BijiaError when references of this type can never be asked for */
  readonly findRoute: (refType: Omit<RefType, 'count'>) => Route;
  /** One result per reference, in order. At most `idsPerCall` references of one type. */
  readonly getProducts: (refs: readonly BatchRef[], options: BatchCallOptions) => Promise<readonly Result[]>;
}
