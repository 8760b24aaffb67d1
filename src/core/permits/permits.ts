import type { Quota } from '../setting-parsers.js';

/** Interactive: a person or an assistant waits for one answer. Batch: a list that may take hours. */
export type Lane = 'interactive' | 'batch';

export interface AcquireOptions {
  /** Interactive callers go before batches. */
  readonly lane: Lane;
  readonly signal?: AbortSignal;
  /** Called once, immediately, if the caller has to wait; receives the estimated wait in ms. */
  readonly onWait?: (waitMs: number) => void;
  /** How many calls the caller's whole batch needs; shapes the first burst. Absent when unknown. */
  readonly expectedCalls?: number;
  /** Which batch asks: batches take turns. Absent: all such calls of this process are one batch. */
  readonly batchId?: string;
  /** The batch keeps no permits for people, and spreads nothing. */
  readonly batchFirst?: boolean;
}

export interface LimiterOptions extends AcquireOptions {
  /** Called each time a permit is about to be asked for. */
  readonly onQueue?: () => void;
  /**
   * Asked with a permit in hand, before the request is built. False: somebody else has the answer by now, the permit goes
   * back unused, and the call ends with a `CancelledError` of the code `answered_elsewhere`. Never rejects.
   */
  readonly isNeeded?: () => Promise<boolean>;
  /** Called each time a permit has been acquired, just before the request is sent. */
  readonly onPermit?: () => void;
}

/** The right to one upstream call. */
export interface Permit {
  /** Whether it may still be used: false when the process slept between acquiring and sending. */
  readonly isFresh: () => boolean;
  /** The call is over: answered, failed or aborted. The permit stays in use for the window and its guard. */
  readonly answered: () => Promise<void>;
  /** It was not used: free again at once. */
  readonly giveBack: () => Promise<void>;
}

/** How much of a quota is used at this moment. */
export interface PermitStatus {
  readonly limit: Quota;
  /** The limit in force: lower than the quota for a while after the upstream throttled us. */
  readonly effectiveCalls: number;
  readonly inUse: number;
  readonly free: number;
  /** Milliseconds until calls are allowed again after the upstream throttled us; 0 when they are. */
  readonly frozenForMs: number;
  /** Milliseconds until a call of this lane may leave; 0 when one may now. */
  readonly waitMs: (lane: Lane) => number;
  /** Whether nobody has made an interactive call for ten windows: a list of up to three quotas goes out at once then. */
  readonly isQuiet: boolean;
}

export interface Permits {
  /**
   * @throws ThrottledError for an interactive caller while frozen, and for a batch after three freezes without a success
   * @throws CancelledError when the signal fires or the permits are closed
   * @throws ConfigError when the permits cannot be kept where the configuration says
   */
  readonly acquire: (options: AcquireOptions) => Promise<Permit>;
  /** The upstream throttled the call of this permit although we kept the limit: freeze, then go on slower. */
  readonly throttled: (permit: Permit, retryAfterMs?: number) => Promise<void>;
  /** The call of this permit got an ordinary answer. */
  readonly succeeded: (permit: Permit) => void;
  readonly status: () => Promise<PermitStatus>;
  /** Refuses all who wait and all who come; permits in use stay in use. */
  readonly close: () => Promise<void>;
}
