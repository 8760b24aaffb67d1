import { DAY_MS, HOUR_MS, MINUTE_MS } from '../clock.js';
import type { LookOrigin, WatchStore } from '../state/history/watch-store.js';
import { listOrigins } from './look-plan.js';
import { mayAsk, type SweepParts } from './make-looks.js';
import { createRestingUpstreams } from './resting-upstreams.js';
import { LOST_MS } from './schedule.js';
import { type SweepOptions, type SweepReport, sweep, toDueTimes } from './sweep.js';

/** When somebody last looked at what is due, milliseconds since 1970. */
export interface RunnerState {
  readonly lastMs?: number;
  /** Whether that was within a day. */
  readonly isAlive: boolean;
}

/** What a sweep did, and how long nobody had swept before. */
export type Swept = SweepReport & { readonly awayMs: number };

export interface SweepingParts extends Omit<SweepParts, 'store' | 'signal' | 'resting'> {
  readonly openStore: () => Promise<WatchStore>;
  /** Nothing is noted of what is seen: then nothing can be judged. */
  readonly isHistoryOff: boolean;
}

type WithSignal = { readonly signal?: AbortSignal };

/** Without a runner for so long, nobody is told of anything. */
const RUNNER_DAY_MS = DAY_MS;
/** After so long without any runner, what was missed is made up for, and then told. */
const AWAY_MS = HOUR_MS;
/** Nobody has looked for days: a look that is long due says nothing of who can be asked. A sweep a day is often enough. */
const BROKEN_MS = 2 * DAY_MS;
/** So long at most: then what was found is told. */
const CATCH_UP_MS = HOUR_MS;
/** What is looked at within so long again is not late. */
const SOON_MS = 5 * MINUTE_MS;
/** How long an alert is kept after it was sent, and how long one waits for a place that takes none. */
const SETTLED_KEPT_MS = 90 * DAY_MS;
const DUE_KEPT_MS = 30 * DAY_MS;

/** Looks at what is due, and says when the last look was. */
export function createSweeping(parts: SweepingParts) {
  const { openStore, getUpstream, isHistoryOff, now } = parts;
  const own = { ...parts, resting: createRestingUpstreams(now) };
  const listDue = async (store: WatchStore, nowMs: number) => {
    const origins = listOrigins(await store.countLooks(), getUpstream, (upstream) => mayAsk(upstream, own));
    const whose = { origins, orphanedMs: await readOrphanedMs(store, nowMs) };
    return { origins, due: await store.countDue(toDueTimes(nowMs, whose)) };
  };
  return {
    /** One sweep over everything that is due. */
    sweep: async (options: SweepOptions & WithSignal = {}): Promise<Swept> => {
      const store = await openStore();
      const startMs = now();
      const awayMs = await noteRunner(store, startMs);
      await store.forgetOld({ settledMs: startMs - SETTLED_KEPT_MS, dueMs: startMs - DUE_KEPT_MS });
      const orphanedMs = await readOrphanedMs(store, startMs);
      const report = await sweep({ ...own, store, orphanedMs, signal: options.signal }, options);
      return { ...report, awayMs };
    },
    /** How many products would be looked at now. */
    countDue: async (): Promise<number> => {
      const { due } = await listDue(await openStore(), now());
      return due.reduce((sum, { count }) => sum + count, 0);
    },
    /**
     * What a sweep is missing for: whatever is due, or where nothing is and nobody has swept for a minute, anything that is
     * watched, so that what others have seen is judged.
     * @param lateMs only what has been missing for so long
     */
    listDueOrigins: async (lateMs = 0): Promise<readonly LookOrigin[]> => {
      // A process that notes nothing of what it sees has nothing to judge.
      if (isHistoryOff) return [];
      const store = await openStore();
      const { origins, due } = await listDue(store, now() - lateMs);
      if (due.length > 0) return due.map(({ platform, source }) => ({ platform, source }));
      const { lastMs } = await readRunner(store, now());
      const isMissed = lastMs === undefined || Math.abs(now() - lastMs) >= lateMs + MINUTE_MS;
      return isMissed ? origins.slice(0, 1) : [];
    },
    /** Whether what was missed while nobody looked is still being made up for: then it is told together, within the hour. */
    isCatchingUp: async (): Promise<boolean> => {
      const store = await openStore();
      const backMs = await store.findMark('back');
      if (backMs === undefined || backMs > now() || now() - backMs >= CATCH_UP_MS) return false;
      return (await store.countMissed(backMs, now() + SOON_MS)) > 0;
    },
    runner: async (): Promise<RunnerState> => readRunner(await openStore(), now()),
  };
}

async function readRunner(store: WatchStore, nowMs: number): Promise<RunnerState> {
  const lastMs = await store.findMark('runner');
  return { lastMs, isAlive: lastMs !== undefined && nowMs - lastMs < RUNNER_DAY_MS };
}

/** @returns how long nobody had looked */
async function noteRunner(store: WatchStore, startMs: number): Promise<number> {
  const { lastMs } = await readRunner(store, startMs);
  const awayMs = Math.max(0, startMs - (lastMs ?? startMs));
  if (lastMs === undefined || awayMs > AWAY_MS) await store.putMark('back', startMs);
  const isUnbroken = awayMs <= BROKEN_MS && (await store.findMark('unbroken')) !== undefined;
  if (!isUnbroken) await store.putMark('unbroken', startMs);
  await store.putMark('runner', startMs);
  return awayMs;
}

/**
 * What has been due since before then is anybody's: for as long as looks are made at all, nobody was able to ask about it.
 * @returns 0 where nothing is
 */
async function readOrphanedMs(store: WatchStore, nowMs: number): Promise<number> {
  const { lastMs = 0 } = await readRunner(store, nowMs);
  if (nowMs - lastMs > BROKEN_MS) return 0;
  const sinceMs = (await store.findMark('unbroken')) ?? nowMs;
  return nowMs - sinceMs >= LOST_MS ? nowMs - LOST_MS : 0;
}
