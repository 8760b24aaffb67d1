import type { SweepTask } from '../state/task-queue.js';
import type { SweepReport } from './sweep.js';
import type { Watches } from './watches.js';

/** Bounds a task, so that it ends soon and others can take the next one. */
const MAX_CALLS = 50;

export interface SweepWorkOptions {
  readonly watches: Pick<Watches, 'listDueOrigins' | 'sweep' | 'deliverToWebhooks'>;
  /** Hears of each sweep. */
  readonly onSwept?: (report: SweepReport) => void;
}

/** Sweeps as tasks of a queue that several machines share. */
export function createSweepWork({ watches, onSwept }: SweepWorkOptions) {
  return {
    listDue: async (): Promise<SweepTask[]> =>
      (await watches.listDueOrigins()).map((origin) => ({ sweep: origin })),
    work: async ({ sweep: origin }: SweepTask, signal: AbortSignal): Promise<void> => {
      const report = await watches.sweep({ origin, maxCalls: MAX_CALLS, signal });
      onSwept?.(report);
      // What this process cannot do others may; it says why.
      if (report.fault) throw report.fault;
    },
    tell: async (signal: AbortSignal): Promise<void> => {
      await watches.deliverToWebhooks({ signal });
    },
  };
}
