import type { Clock } from '../../clock.js';
import type { BijiaError } from '../../errors.js';
import type { JobRows } from '../../state/job-rows.js';

/** By then a process that has nothing to do has long begun, and one that ends a part has looked again. */
const OTHERS_WITHIN_MS = 15_000;

export interface OwnFaultsOptions extends Pick<Clock, 'monotonicNow'> {
  readonly rows: Pick<JobRows, 'listMatching'>;
  /** Of the job. */
  readonly id: string;
  /** Called with the first one: its parts are for others. */
  readonly onFirst: (error: BijiaError) => void;
}

/**
 * What keeps the leader of a job from working on it, and would keep no other machine. A job that others work on goes on under its
 * leader; one that lies there for its leader's fault alone stops.
 */
export function createOwnFaults({ rows, id, monotonicNow, onFirst }: OwnFaultsOptions) {
  let fault: BijiaError | undefined;
  let aloneSinceMs: number | undefined;
  return {
    note: (error: BijiaError): void => {
      if (fault) return;
      fault = error;
      onFirst(error);
    },
    /** @returns the fault where nobody has worked on the job for a while. @throws StateError */
    findReason: async (): Promise<BijiaError | undefined> => {
      if (!fault) return undefined;
      const [row] = await rows.listMatching(id);
      if (row?.isWorkedOn) aloneSinceMs = undefined;
      else aloneSinceMs ??= monotonicNow();
      const isAlone = aloneSinceMs !== undefined && monotonicNow() - aloneSinceMs >= OTHERS_WITHIN_MS;
      return isAlone ? fault : undefined;
    },
  };
}
