import type { HeldPermit, PermitKind } from './held-permit.js';
import type { Freeze } from './permit-freeze.js';
import type { PermitLedger } from './permit-ledger.js';

/** What a store knew at one moment. */
export interface PermitView {
  /** All that are in use or were within the last window, as they are by now. */
  readonly permits: PermitLedger;
  /** The highest number taken; -1 for none. */
  readonly newest: number;
  /** Read after everything else in this view. */
  readonly nowUs: number;
  /** Nothing may be sent before. */
  readonly readyAtUs: number;
  /** Interactive callers who wait in other processes: no batch goes before them. */
  readonly waitingElsewhere: number;
  readonly freeze: Freeze | undefined;
  /** When anybody last took a permit for an interactive call, as far as the last ten windows; absent for never. */
  readonly lastInteractiveUs?: number;
}

/**
 * Where permits are kept. Exactness rests on two promises: a view shows every permit taken before it, and a claim
 * succeeds only when nobody has taken a permit since the view.
 */
export interface PermitStore {
  /** Set apart from all other processes that share the store. */
  readonly pid: number;
  /** The kind of a batch that several processes work on; absent where each batch belongs to one. */
  readonly nameBatch?: (batchId: string) => PermitKind;
  readonly look: () => Promise<PermitView>;
  /** Takes the number after the newest of the view; undefined: look again, the view is out of date. */
  readonly claim: (view: PermitView, kind: PermitKind) => Promise<HeldPermit | undefined>;
  /**
   * Takes any free permit for somebody who waits, where the store can count by itself: one round trip, and no race with
   * others to lose. Undefined: none is free, or nobody may go now; a view says why and until when.
   */
  readonly claimFree?: (kind: PermitKind) => Promise<HeldPermit | undefined>;
  /** Never rejects: without this record the permit stays in use until its lease is over. */
  readonly answer: (number: number) => Promise<void>;
  readonly giveBack: (number: number) => Promise<void>;
  /** Tells the other processes how many interactive callers wait in this one. */
  readonly announce: (waiting: number) => Promise<void>;
  readonly freeze: (freeze: Freeze) => Promise<void>;
  /** A call acquired then succeeded: the strikes of freezes before it no longer count. */
  readonly forgive: (acquiredUs: number) => Promise<void>;
  /** Clears away what this process alone needs. Never rejects; permits can still be ended. */
  readonly close?: () => Promise<void>;
}
