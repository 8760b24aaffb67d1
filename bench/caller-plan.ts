import type { BottleneckName } from './other-limiters.js';

export type LimiterName = 'bijia' | BottleneckName;

/** What one process of a scenario does. */
export interface CallerPlan {
  readonly limiter: LimiterName;
  readonly environment: Readonly<Record<string, string>>;
  /** Replaces the key for calls that do not count; absent for a process that begins cold. */
  readonly warmUp?: Readonly<Record<string, string>>;
  /** Its ids count from here, so that no answer is at hand. */
  readonly firstId: number;
  /** A list; without end when its length is not given. `first`: nothing is kept for people, and nothing is spread. */
  readonly batch?: { readonly calls?: number; readonly first?: boolean };
  /** People: every now and then as many calls at once. */
  readonly chat?: { readonly groups: number; readonly size: number; readonly everyMs: number };
}

export type CallerMessage =
  /** Everything is loaded; the parent says when to begin. */
  | { readonly ready: true }
  /** How long an interactive call waited for its permit. */
  | { readonly waitedMs: number }
  /** The work is done: when, by the machine's monotonic clock; and the processor time of the list's second half. */
  | { readonly endedUs: number; readonly warmCpuUs: number };
