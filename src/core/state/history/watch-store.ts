import type { Alert, AlertFate, AlertStatus } from '../../prices/alert.js';
import type { Watch, WatchedProduct, WatchState } from '../../prices/watch.js';

/** Who is asked about a product. */
export interface LookOrigin {
  readonly platform: string;
  /** Provider id; empty: any that answers. */
  readonly source: string;
}

/** A product that is looked at for all who watch it. */
export interface WatchedLook extends WatchedProduct, LookOrigin {
  readonly dueMs: number;
  /** When the last look was judged; 0 for none. */
  readonly seenMs: number;
  /** Since when looks have failed; absent while they succeed. */
  readonly failingSinceMs?: number;
}

/** When a product is looked at next. */
export interface NextLook extends Pick<WatchedLook, 'dueMs' | 'seenMs' | 'failingSinceMs'> {
  readonly look: Pick<WatchedLook, 'platform' | 'id' | 'source'>;
}

export interface JudgedWatch {
  readonly watchId: string;
  readonly title?: string;
  /** What the judge remembered: where it is another one by now, somebody else has judged. */
  readonly before: WatchState;
  readonly state: WatchState;
  readonly alert?: Alert;
}

/** A watch, and when its products are looked at first. */
export interface NewWatchRow {
  readonly watch: Watch;
  readonly dueMs: number;
}

/** How many calls looks may take in any window, over all runners. */
export interface CallBudget {
  /** Whose quota it is. */
  readonly name: string;
  readonly calls: number;
  readonly windowMs: number;
}

/**
 * Facts about runners that outlive them. `runner`: when one last looked; `back`: when one did after none had for long; `unbroken`:
 * since when none has been missing for days.
 */
export type WatchMark = 'runner' | 'back' | 'unbroken' | 'seen' | 'seen-sandbox';

/** Where watches, looks and alerts lie. */
export interface WatchStore {
  /**
   * Whether this process is the one that tells chats now. It stays so until the store is closed; of one that dies, another takes
   * over. Absent where one machine has all of it.
   */
  readonly takeTurn?: () => Promise<boolean>;
  /** Adds watches, or changes them; one whose rule stays as it was keeps what the judge remembers. */
  readonly put: (rows: readonly NewWatchRow[]) => Promise<void>;
  /** @param owner undefined for everybody's */
  readonly list: (owner?: string) => Promise<Watch[]>;
  /** @returns those that there were */
  readonly remove: (ids: readonly string[], owner: string) => Promise<string[]>;
  readonly mute: (id: string, owner: string, untilMs: number | undefined) => Promise<boolean>;
  /** Removes the watches of an owner, and all alerts. */
  readonly removeOwner: (owner: string) => Promise<void>;
  /** With all places in it: `<from>/…` becomes `<to>/…`. */
  readonly movePlace: (from: string, to: string) => Promise<void>;
  /** Mutes the watches of a place, and of those in it, until it is resumed. */
  readonly pausePlace: (to: string) => Promise<void>;
  readonly resumePlace: (to: string) => Promise<void>;
  /**
   * Takes looks that are due, for this runner alone: a runner that asks at the same time gets others. A look that was taken and
   * never came back is due again after `leaseMs`; sooner where the store knows that its process died. What is muted for everybody
   * who watches it is not looked at. What is due later than `latestMs` was put there by a clock that was ahead, and is due now.
   */
  readonly takeDue: (when: TakeTimes, limit: number) => Promise<WatchedLook[]>;
  /** How many would be taken now, by who is asked; none where that is none. */
  readonly countDue: (when: DueTimes) => Promise<readonly LookCount[]>;
  /** How many products nobody has looked at since then, though they are due until then. */
  readonly countMissed: (sinceMs: number, untilMs: number) => Promise<number>;
  /** Says when products are looked at next, and keeps what the judge remembers and the alerts, in one transaction. */
  readonly settle: (next: readonly NextLook[], judged: readonly JudgedWatch[]) => Promise<void>;
  /** Looks that were taken and not made; due as before unless said otherwise. */
  readonly giveBack: (looks: readonly WatchedLook[], dueMs?: number) => Promise<void>;
  /** What is looked at of a product by this source, or by any that answers. */
  readonly listLooks: (look: Pick<WatchedLook, 'platform' | 'id' | 'source'>) => Promise<WatchedLook[]>;
  /** The watches of a product. */
  readonly listOf: (look: Pick<WatchedLook, 'platform' | 'id' | 'source'>) => Promise<Watch[]>;
  /** Notes which prices a report has told; null for what cannot be bought. */
  readonly noteReported: (prices: ReadonlyMap<string, number | null>) => Promise<void>;
  /** How many products are looked at, by who is asked. */
  readonly countLooks: () => Promise<readonly LookCount[]>;
  /**
   * Takes calls out of a budget.
   * @returns 0, or how many milliseconds until there is room for them
   */
  readonly takeCalls: (budget: CallBudget, calls: number, nowMs: number) => Promise<number>;
  /** Calls that were made beyond what was taken. */
  readonly addCalls: (budget: CallBudget, calls: number, nowMs: number) => Promise<void>;
  /**
   * Takes what is sent next in one message, marked as being sent before this returns: all that waits for one place where
   * that is more than `maxSingle`, else one alert.
   */
  readonly takeAlerts: (
    isWanted: (to: string, id: string) => boolean,
    bounds: { readonly maxSingle: number; readonly max: number },
  ) => Promise<Alert[]>;
  /** Removes what was settled before a time, and gives up what has waited since another. */
  readonly forgetOld: (before: { readonly settledMs: number; readonly dueMs: number }) => Promise<void>;
  readonly settleAlerts: (fates: ReadonlyMap<string, AlertFate>) => Promise<void>;
  /**
   * What was cut off while it was sent becomes `unknown` and is never sent again; for a webhook, whose receiver knows an alert
   * by its id, it is due again. @returns how many
   */
  readonly forgetCutOff: (olderThanMs: number) => Promise<number>;
  readonly listAlerts: (
    sinceMs: number,
    owner?: string,
  ) => Promise<{ readonly alert: Alert; readonly status: AlertStatus }[]>;
  /** Milliseconds since 1970; undefined for what was never marked. */
  readonly findMark: (name: WatchMark) => Promise<number | undefined>;
  readonly putMark: (name: WatchMark, atMs: number) => Promise<void>;
}

/** What is watched, without looks and alerts. */
export type WatchTable = Pick<
  WatchStore,
  | 'noteReported'
  | 'put'
  | 'list'
  | 'remove'
  | 'mute'
  | 'removeOwner'
  | 'movePlace'
  | 'pausePlace'
  | 'resumePlace'
  | 'listOf'
>;

export interface DueTimes {
  readonly nowMs: number;
  readonly latestMs: number;
  /** Whom the caller can ask: other looks are left to others. */
  readonly origins: readonly LookOrigin[];
  /** What has been due since before then, nobody seems to be able to ask about: anybody takes it. */
  readonly orphanedMs: number;
}

export interface TakeTimes extends DueTimes {
  /** Looks due until then may fill a call that is half full. */
  readonly soonMs: number;
  readonly leaseMs: number;
}

export interface LookCount extends LookOrigin {
  readonly count: number;
}

/** Tells origins apart. */
export const nameOrigin = ({ platform, source }: LookOrigin): string => `${platform} ${source}`;

/** The part of it that is about looks: what is due, who is at it, and what came of it. */
export type LookTable = Pick<
  WatchStore,
  | 'takeDue'
  | 'countDue'
  | 'countMissed'
  | 'settle'
  | 'giveBack'
  | 'listLooks'
  | 'countLooks'
  | 'takeCalls'
  | 'addCalls'
>;
