import type { Clock } from '../clock.js';
import type { Lane, Permits } from '../permits/permits.js';
import type { DailyCalls } from '../provider.js';
import type { Quota } from '../setting-parsers.js';
import type { BotState, OnStateError } from './bot-state.js';
import type { HistoryTables } from './history/history-store.js';
import type { OpenStoreOptions } from './history/open-history-store.js';
import type { JobRows } from './job-rows.js';
import type { PaidCalls } from './paid-calls.js';
import type { TaskQueue } from './task-queue.js';
import type { TokenStore } from './token-store.js';

/** What the processes of one machine, or of several, share: the same promises, whichever engine keeps it. */
export interface State {
  /** One quota group. */
  readonly createPermits: (group: string, limit: Quota) => Permits;
  readonly tokens: TokenStore;
  /** The paid calls of one quota group. */
  readonly createPaidCalls: (group: string, daily: DailyCalls) => PaidCalls;
  /** What machines tell each other of answers; absent where memory is all there is. */
  readonly answers?: AnswerStore;
  /** Jobs of several machines; absent where the state folder keeps them. */
  readonly jobs?: JobRows;
  /** Prices that were seen, watches and alerts. @throws ConfigError, StateError */
  readonly openHistory: (place: HistoryPlace, options: OpenStoreOptions) => Promise<HistoryTables>;
  /** Through which machines share the work on jobs; absent for the state folder. */
  readonly tasks?: TaskQueue;
  /** What the processes of one bot share. @param name of the face and the bot, such as `telegram/7000000001` */
  readonly openBot: (name: string, onError: OnStateError) => Promise<BotState>;
  /** What there is to say of a shared database; absent for the state folder. @throws StateError, ConfigError */
  readonly inspectDatabase?: () => Promise<DatabaseFacts>;
  readonly close: () => Promise<void>;
}

/** One of the two histories of a machine. */
export interface HistoryPlace {
  /** This machine's; what its processes have just seen waits there. */
  readonly folder: string;
  /** Whether it is what a sandbox made up. */
  readonly isMadeUp: boolean;
}

/** What became of a key that somebody wants an answer for. */
export type Boarded =
  /** Somebody has had the answer lately. */
  | { readonly kind: 'known'; readonly body: string }
  /** The caller is to fetch it; the others wait for that. */
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
  /**
   * A call is about to leave: nobody takes it over any more. Never rejects.
   * @returns false where all of the keys have been answered by now, or are led by others: then it need not leave
   */
  readonly depart: (keys: readonly string[]) => Promise<boolean>;
  /** Resolves when one of the keys may have an answer, or nobody who leads it; or with the signal. Never rejects. */
  readonly hear: (keys: readonly string[], signal: AbortSignal) => Promise<void>;
  /** Called several times in a lease while a call waits for its permit. Never rejects. */
  readonly renew: (keys: readonly string[]) => Promise<void>;
  /** The answer, or undefined when there is none to share. Never rejects. */
  readonly land: (key: string, body: string | undefined) => Promise<void>;
}

/** What `doctor` says of a shared database. */
export interface DatabaseFacts {
  /** Such as `15.14`. */
  readonly serverVersion: string;
  /** The server's history: its cluster, and the timeline that a failover begins. */
  readonly cluster: string;
  readonly timeline: number;
  /** `on` where what the server has acknowledged survives a crash of its machine, or a value that says less. */
  readonly fsync: string;
  /** As the server has it; the connections of bijia never have it off. */
  readonly synchronousCommit: string;
  /** Whether nobody on the way can read or answer: a server on this machine, or one whose certificate is checked. */
  readonly isPrivate: boolean;
  /** How far this machine's clock is ahead of the server's, in milliseconds. */
  readonly clockAheadMs: number;
  /** How long a question and its answer took, in milliseconds. */
  readonly tripMs: number;
  readonly schema: string;
  /** The newest migration that was run, and the one that this program needs. */
  readonly schemaFound: number;
  readonly schemaNewest: number;
  /** For how long no call may leave yet, after a failover or for a new key. */
  readonly quarantineMs: number;
  /** Whether such a time begins with the next call of a key that somebody has: its calls of before are unknown. */
  readonly isQuarantineAhead: boolean;
  /** Likewise of the queue of jobs; absent where its package is not installed. */
  readonly queue?: { readonly found: number; readonly newest: number };
  /** Whom the database has seen lately. */
  readonly members: readonly FleetMember[];
  /** What lives in the database. */
  readonly tables: readonly TableFacts[];
}

/** Processes of a machine that are alike. */
export interface FleetMember {
  /** The machine's name. */
  readonly name: string;
  /** The version of bijia. */
  readonly version: string;
  readonly processes: number;
  /** By quota group, such as `100/60s`. */
  readonly quotas: Readonly<Record<string, string>>;
  /** The same where `BIJIA_DATABASE_KEY` is the same; null without one. */
  readonly keyMark: string | null;
}

export interface TableFacts {
  readonly name: string;
  /** About how many; the server counts in passing. */
  readonly rows: number;
  readonly bytes: number;
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
