import type { Clock } from '../clock.js';
import type { Lane, Permits } from '../permits/permits.js';
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
  /** What machines tell each other of answers; absent where memory is all there is. */
  readonly answers?: AnswerStore;
  /** Of a shared database; absent for the state folder. @throws StateError, ConfigError */
  readonly inspectDatabase?: () => Promise<DatabaseFacts>;
  readonly close: () => Promise<void>;
}

/** What became of a key that somebody wants an answer for. */
export type Boarded =
  /** Somebody has had the answer lately. */
  | { readonly kind: 'known'; readonly body: string }
  /** The asker is to fetch it; the others wait for that. */
  | { readonly kind: 'leads' }
  /** Another machine fetches it. */
  | { readonly kind: 'follows'; readonly hasDeparted: boolean };

/** Answers of the last minutes, and who is fetching which. What is lost here costs a call, never a wrong answer. */
export interface AnswerStore {
  /** Who leads and is not heard of for so long is dead: others may ask. */
  readonly leaseMs: number;
  /**
   * In the order of the keys. A person takes over what a batch of another machine waits to ask for.
   * @throws StateError
   */
  readonly board: (keys: readonly string[], lane: Lane) => Promise<readonly Boarded[]>;
  /** The calls are about to leave: nobody takes them over any more. Never rejects. */
  readonly depart: (keys: readonly string[]) => Promise<void>;
  /** Called several times in a lease while a call waits for its permit. Never rejects. */
  readonly renew: (keys: readonly string[]) => Promise<void>;
  /** The answer, or undefined when there is none to share. Never rejects. */
  readonly land: (key: string, body: string | undefined) => Promise<void>;
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
  /** How long an answer is used again. */
  readonly answerTtlMs: number;
  readonly clock: Clock;
  readonly random: () => number;
}
