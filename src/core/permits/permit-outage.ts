import { StateError } from '../errors.js';
import type { Lane } from './permits.js';

/** A time without the store, in which nobody knows what is in use. */
export interface Outage {
  /** By this machine's monotonic clock. */
  readonly sinceUs: number;
  tries: number;
}

/** People are told soon; a batch outlives the restart of a server, or its failover. */
const LONGEST_US: Readonly<Record<Lane, number>> = { interactive: 2_000_000, batch: 600_000_000 };

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS: Readonly<Record<Lane, number>> = { interactive: 400, batch: 1000 };

/** Whether callers of this lane have waited for the store as long as they may. */
export function isTooLong(lastedUs: number, lane: Lane): boolean {
  return lastedUs >= LONGEST_US[lane];
}

/** How long to wait before the store is tried again. */
export function getOutagePauseMs({ tries }: Outage, lane: Lane): number {
  return Math.min(LONGEST_PAUSE_MS[lane], FIRST_PAUSE_MS * 2 ** Math.min(tries - 1, 10));
}

/** For batches that have waited long enough. */
export function createOutageError({ message, code, detail, facts }: StateError): StateError {
  return new StateError(`${message} The batch stops; resume it when the database is back.`, {
    ...{ code, detail, facts },
    stopsBatch: true,
  });
}
