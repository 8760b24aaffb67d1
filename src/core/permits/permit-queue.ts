import { CancelledError } from '../errors.js';
import type { PermitKind } from './held-permit.js';
import type { PermitStore } from './permit-store.js';
import type { AcquireOptions, Permit } from './permits.js';

/** How many batches are remembered after they have nothing to ask for. */
const MOST_IDLE_BATCHES = 64;

/** One caller who waits for a permit. */
export interface Waiter {
  readonly options: AcquireOptions;
  readonly resolve: (permit: Permit) => void;
  /** Sends the caller away with an error. */
  readonly refuse: (error: unknown) => void;
  told: boolean;
}

/** The callers of one batch, in the order in which they came. */
export interface WaitingBatch {
  readonly kind: PermitKind;
  readonly waiters: Waiter[];
  /** Its newest permit, or the newest of all when it began to wait; undefined before the first look. */
  sinceNumber: number | undefined;
}

/** All who wait in this process. */
export interface PermitQueue {
  readonly interactive: Waiter[];
  readonly batches: () => readonly WaitingBatch[];
  readonly isEmpty: () => boolean;
  /** Whether others of the same batch wait. */
  readonly isWaiting: (options: AcquireOptions) => boolean;
  /** @throws CancelledError when the caller's signal fires first */
  readonly wait: (options: AcquireOptions) => Promise<Permit>;
  readonly refuseAll: (error: unknown) => void;
}

/** @param nameBatch see {@link PermitStore} */
export function createPermitQueue(nameBatch?: PermitStore['nameBatch']): PermitQueue {
  const interactive: Waiter[] = [];
  const batches = new Map<string, WaitingBatch>();
  let batchCount = 0;

  const getBatch = (id: string): WaitingBatch => {
    const known = batches.get(id);
    if (known) return known;
    if (batches.size >= MOST_IDLE_BATCHES) forgetIdle(batches);
    const kind = (id && nameBatch?.(id)) || (`b${batchCount}` as const);
    const batch: WaitingBatch = { kind, waiters: [], sinceNumber: undefined };
    batchCount += 1;
    batches.set(id, batch);
    return batch;
  };
  const getLine = ({ lane, batchId = '' }: AcquireOptions): Waiter[] => {
    if (lane === 'interactive') return interactive;
    const batch = getBatch(batchId);
    if (batch.waiters.length === 0) batch.sinceNumber = undefined;
    return batch.waiters;
  };
  const waiting = () => [...batches.values()].filter((batch) => batch.waiters.length > 0);

  return {
    interactive,
    batches: waiting,
    isEmpty: () => interactive.length === 0 && waiting().length === 0,
    isWaiting: ({ lane, batchId = '' }) =>
      lane === 'batch' && (batches.get(batchId)?.waiters.length ?? 0) > 0,
    wait: (options) => lineUp(getLine(options), options),
    refuseAll: (error) => {
      for (const line of [interactive, ...waiting().map((batch) => batch.waiters)]) refuseLine(line, error);
    },
  };
}

/** Sends all callers of a line away. */
export function refuseLine(line: readonly Waiter[], error: unknown): void {
  for (const waiter of [...line]) waiter.refuse(error);
}

function forgetIdle(batches: Map<string, WaitingBatch>): void {
  for (const [id, batch] of batches) if (batch.waiters.length === 0) batches.delete(id);
}

function lineUp(line: Waiter[], options: AcquireOptions): Promise<Permit> {
  const { signal } = options;
  let leave = (): void => undefined;
  const permit = new Promise<Permit>((resolve, reject) => {
    const refuse = (error: unknown) => {
      const place = line.indexOf(waiter);
      if (place >= 0) line.splice(place, 1);
      reject(error);
    };
    const waiter: Waiter = { options, resolve, refuse, told: false };
    leave = () => refuse(new CancelledError());
    line.push(waiter);
  });
  if (!signal) return permit;
  signal.addEventListener('abort', leave, { once: true });
  return permit.finally(() => signal.removeEventListener('abort', leave));
}

/** Tells a caller its wait, the first time only. */
export function tellWait(waiter: Waiter, waitUs: number): void {
  if (waiter.told) return;
  waiter.told = true;
  try {
    waiter.options.onWait?.(Math.max(1, Math.ceil(waitUs / 1000)));
  } catch (error) {
    waiter.refuse(error);
  }
}
