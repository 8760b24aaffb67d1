import type { Clock } from '../../clock.js';
import { type BijiaError, StateError, toBijiaError } from '../../errors.js';
import { isOfThisMachine } from '../../own-fault.js';
import type { ChunkWork } from './chunk-work.js';

export interface CrewOptions extends Pick<Clock, 'wait'> {
  readonly work: Pick<ChunkWork, 'workNext'>;
  /** Only parts of this job. */
  readonly job: string;
  /** A part has ended, or was left. */
  readonly onWorked: () => void;
  /** This machine cannot work on a part, which is for others. */
  readonly onOwnFault: (error: BijiaError) => void;
  /** Something that is not the database's went wrong. */
  readonly onFailure: (error: unknown) => void;
}

/** Each with up to a batch's share of calls at once; a second one so that the end of a part costs no time. */
const CHUNKS_AT_ONCE = 2;
const LOOK_EVERY_MS = 500;

/** Works on a job in this process, at the same time as all others. */
export type Crew = ReturnType<typeof startCrew>;

export function startCrew({ work, job, wait, onWorked, onOwnFault, onFailure }: CrewOptions) {
  const controller = new AbortController();
  const { signal } = controller;
  const workOn = async () => {
    while (!signal.aborted) {
      const found = await work.workNext(signal, job).catch((thrown: unknown) => {
        const error = toBijiaError(thrown);
        if (isOfThisMachine(error)) onOwnFault(error);
        else if (!(error instanceof StateError)) onFailure(thrown);
        return 'none' as const;
      });
      if (found === 'worked') onWorked();
      else await wait(LOOK_EVERY_MS, signal);
    }
  };
  const ended = Promise.all(Array.from({ length: CHUNKS_AT_ONCE }, workOn));
  return {
    /** Nothing more begins; resolves when what has left has come home. */
    end: async () => {
      controller.abort();
      await ended;
    },
  };
}
