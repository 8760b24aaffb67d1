import type { AcquireOptions, Permit, PermitStatus } from './permits.js';

export interface LimiterOptions extends AcquireOptions {
  /** Told when the permit is held, before the work begins. */
  readonly onPermit?: (() => void) | undefined;
}

/** Runs work under permits: interactive before batch, each under one fresh permit. */
export interface Limiter {
  /**
   * Acquires a permit, checks its age, runs `work` and reports the answer to the permits. A `ThrottledError` from
   * `work` freezes the quota group and is thrown on; the caller decides whether to come again.
   */
  readonly run: <T>(options: LimiterOptions, work: (permit: Permit) => Promise<T>) => Promise<T>;
  readonly status: () => Promise<PermitStatus>;
  readonly close: () => Promise<void>;
}
