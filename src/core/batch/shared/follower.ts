import type { OpenWork } from '../open-work.js';
import { createOutcomeWaiters } from '../outcome-waiters.js';
import { createPace, type Progress } from '../progress.js';
import type { RowJournal } from './row-journal.js';

export type Follower = ReturnType<typeof createFollower>;

/** Takes in what all machines find out about a job. */
export function createFollower(
  { work, journal }: OpenWork<RowJournal>,
  monotonicNow: () => number,
  onProgress: (progress: Progress) => void,
) {
  const waiters = createOutcomeWaiters(work.isSettled);
  const measure = createPace({ monotonicNow, start: work.standing(), schedule: work.schedule });
  let shownCalls = -1;
  let refreshing: Promise<void> = Promise.resolve();

  const progress = (calls: number): Progress => {
    const standing = work.standing();
    return { ...standing, calls, ...measure(standing, calls) };
  };
  const settle = async (index: number) => {
    const outcome = journal.outcomeAt(index);
    if (!outcome || work.isSettled(index)) return;
    // Only the pages of a shop tell what is in them.
    const record = work.standing().shop ? await journal.read(index) : undefined;
    work.settle({ index, outcome, record });
    waiters.announce(index);
  };
  const refresh = async (calls: number) => {
    const found = await journal.refresh();
    for (const index of found) await settle(index);
    if (found.length === 0 && calls === shownCalls) return;
    shownCalls = calls;
    onProgress(progress(calls));
  };
  return {
    progress,
    /** Resolves when an index has its outcome, or will not get one in this run. */
    ready: waiters.wait,
    end: waiters.end,
    refresh: (calls: number) => {
      refreshing = refreshing.catch(() => undefined).then(() => refresh(calls));
      return refreshing;
    },
  };
}
