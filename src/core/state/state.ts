import type { Clock } from '../clock.js';
import type { Permits } from '../permits/permits.js';
import type { DailyCalls } from '../provider.js';
import type { Quota } from '../settings.js';
import type { PaidCalls } from './paid-calls.js';
import type { TokenStore } from './token-store.js';

/** What the processes of one machine, or of several, share: the same promises, whichever engine keeps it. */
export interface State {
  /** One quota group. */
  readonly createPermits: (group: string, limit: Quota) => Permits;
  readonly tokens: TokenStore;
  /** Of one quota group. */
  readonly createPaidCalls: (group: string, daily: DailyCalls) => PaidCalls;
  /** Of a shared database; absent for the state folder. @throws StateError, ConfigError */
  readonly inspectDatabase?: () => Promise<DatabaseFacts>;
  readonly close: () => Promise<void>;
}

/** What `doctor` says of a shared database. */
export interface DatabaseFacts {
  /** Such as `15.14`. */
  readonly serverVersion: string;
  /** Whether what the server has acknowledged survives a crash of its machine. */
  readonly isDurable: boolean;
  /** Whether nobody on the way can read or answer: a server on this machine, or one whose certificate is checked. */
  readonly isPrivate: boolean;
  /** How far this machine's clock is ahead of the server's, in milliseconds. */
  readonly clockAheadMs: number;
  /** The newest migration that was run, and the one that this program needs. */
  readonly schemaFound: number;
  readonly schemaNewest: number;
  /** For how long no call may leave yet, after a failover or for a new key. */
  readonly quarantineMs: number;
}

export interface StateOptions {
  readonly stateDir: string;
  /** Bounds one whole call to an upstream. */
  readonly callTimeoutMs: number;
  /** Batches leave no permit free for interactive calls. */
  readonly batchFirst: boolean;
  readonly clock: Clock;
  readonly random: () => number;
}
