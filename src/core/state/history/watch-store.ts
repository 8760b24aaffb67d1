import type { Alert, AlertFate, AlertStatus, Watch, WatchedProduct, WatchState } from '../../watch/watch.js';

/** A product that is looked at for all who watch it. */
export interface DueLook extends WatchedProduct {
  /** Provider id that is asked; empty: whoever answers. */
  readonly source: string;
  readonly dueMs: number;
  readonly failures: number;
}

/** Where watches, looks and alerts lie. */
export interface WatchStore {
  /** @returns false, and keeps nothing, where another watch has its id */
  readonly put: (watch: Watch) => Promise<boolean>;
  /** @param owner undefined for everybody's */
  readonly list: (owner?: string) => Promise<Watch[]>;
  readonly remove: (id: string, owner: string) => Promise<boolean>;
  readonly mute: (id: string, owner: string, untilMs: number | undefined) => Promise<boolean>;
  /** Removes the watches of an owner, and all alerts. */
  readonly removeOwner: (owner: string) => Promise<void>;
  readonly movePlace: (from: string, to: string) => Promise<void>;
  /** Mutes the watches of a place until it is resumed. */
  readonly pausePlace: (to: string) => Promise<void>;
  readonly resumePlace: (to: string) => Promise<void>;
  /**
   * Takes looks that are due, for this runner alone: whoever asks at the same time gets others. A look that was taken and
   * never came back is due again after `leaseMs`.
   * What is muted for everybody who watches it is not looked at.
   * @param soonMs looks due until then may fill a call that is half full
   */
  readonly takeDue: (nowMs: number, soonMs: number, limit: number, leaseMs: number) => Promise<DueLook[]>;
  /** Says when a product is looked at next. */
  readonly finishLook: (
    look: DueLook,
    next: { readonly dueMs: number; readonly failures: number },
  ) => Promise<void>;
  /** The watches of a product. */
  readonly listOf: (look: Pick<DueLook, 'platform' | 'id' | 'source'>) => Promise<Watch[]>;
  /** Keeps what the judge remembers, and the alert that came of it, in one transaction; nothing of a watch that is gone. */
  readonly judged: (watchId: string, state: WatchState, alert: Alert | undefined) => Promise<void>;
  /**
   * Alerts that wait to be sent to one place, that of the oldest, each marked as being sent before this returns: what is
   * taken is lost if its sender is killed, so nobody takes more than they send next.
   */
  readonly takeAlerts: (to: (to: string) => boolean, limit: number) => Promise<Alert[]>;
  readonly settleAlert: (id: string, fate: AlertFate) => Promise<void>;
  /** Removes what was settled before a time, and gives up what has waited since another. */
  readonly forgetOld: (before: { readonly settledMs: number; readonly dueMs: number }) => Promise<void>;
  /**
   * What was cut off while it was sent becomes `unknown` and is never sent again; for a webhook, whose receiver knows an alert
   * by its id, it is due again. @returns how many
   */
  readonly forgetCutOff: (olderThanMs: number) => Promise<number>;
  readonly listAlerts: (
    sinceMs: number,
    owner?: string,
  ) => Promise<{ readonly alert: Alert; readonly status: AlertStatus }[]>;
  readonly countLooks: () => Promise<ReadonlyMap<string, number>>;
  /** Counts paid looks of a day. @returns how many, this one included */
  readonly countPaid: (day: number) => Promise<number>;
}
