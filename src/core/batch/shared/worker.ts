import type { Clock } from '../../clock.js';
import { type BijiaError, StateError, toBijiaError } from '../../errors.js';
import type { ChunkTask, QueuedChunk, SweepTask, Task, TaskQueue } from '../../state/task-queue.js';

/** What a worker needs of the rows of jobs, which are the truth; the queue only wakes. */
export interface OpenChunks {
  /** Chunks that nobody works on and this process can, fairest first. @throws StateError */
  readonly listOpen: (perJob: number) => Promise<readonly QueuedChunk[]>;
  /** Works through what is open of a chunk; `none` where it is not to be had. @throws StateError */
  readonly work: (task: ChunkTask, signal: AbortSignal) => Promise<'worked' | 'none'>;
  /** Ends jobs that nobody has ended. @throws StateError */
  readonly tidy: () => Promise<void>;
  /** Removes jobs that are kept no longer. @throws StateError */
  readonly removeExpired: () => Promise<void>;
}

/** What a worker needs of what is watched. */
export interface DueSweeps {
  /** Sweeps that are missing. @throws StateError */
  readonly listDue: () => Promise<readonly SweepTask[]>;
  /** Makes one, bounded: more may be due afterwards. @throws StateError */
  readonly work: (task: SweepTask, signal: AbortSignal) => Promise<void>;
  /** Sends the alerts that this process can deliver, no matter which one found them. @throws StateError */
  readonly tell: (signal: AbortSignal) => Promise<void>;
}

export interface WorkerOptions extends WorkerHearing {
  readonly tasks: TaskQueue;
  readonly chunks: OpenChunks;
  readonly sweeps: DueSweeps;
  readonly clock: Pick<Clock, 'repeat' | 'wait'>;
}

/** What is heard of a worker. */
export interface WorkerHearing {
  /** Called once for each reason why nothing is worked on. */
  readonly onFault: (error: BijiaError) => void;
  /** Called when work goes on. */
  readonly onRecovery: () => void;
}

/** A process at work on the jobs and the price alerts of all machines. */
export interface Worker {
  /** Begins nothing more; what is under way ends within the longest time of a call. */
  readonly close: () => Promise<void>;
}

const TASKS_AT_ONCE = 2;

/** Tasks that are missing in the queue, since a process died or a task was lost, are added again. */
const SCHEDULE_EVERY_MS = 30_000;

/** A machine that only works begins no job, and beginning one is when a single machine looks for old ones. */
const REMOVE_EVERY_MS = 60 * 60_000;

/**
 * A process that did not get its chunk looks again then: a job's first chunk has to show whether its account works. So does one
 * that found something due: a machine that has nobody to ask about it may have taken the sweep.
 */
const LOOK_AGAIN_MS = 2000;

/** Few at a time, so that a long job does not stand before a short one. */
const QUEUED_PER_JOB = 8;

/** How often all jobs are looked through: those that wait are listed again each time. */
const QUEUED_AT_ONCE = 100;

/**
 * Takes chunks of running jobs and sweeps of what is watched from the queue, and keeps the queue filled from the rows.
 * @throws ConfigError where there is no queue to work with; a database that is away is waited for
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { tasks, clock } = options;
  const heard = hearOnce(options);
  const closing = new AbortController();
  await tasks.open().catch((error: unknown) => {
    if (!(error instanceof StateError)) throw error;
  });
  const onError = (error: BijiaError) => {
    // That the database is away is told by the queue.
    if (!closing.signal.aborted && !(error instanceof StateError)) heard.onFault(error);
  };
  const own = { ...options, closing: closing.signal, onError };
  const works = [createChunkWorking(own), createSweepWorking(own)] as const;
  const [chunks, sweeps] = works;
  tasks.work({
    handle: (task: Task, signal) =>
      'sweep' in task ? sweeps.handle(task, signal) : chunks.handle(task, signal),
    atOnce: TASKS_AT_ONCE,
    ...heard,
  });
  const schedule = () => {
    for (const work of works) work.schedule();
  };
  schedule();
  const removeExpired = createSolo(options.chunks.removeExpired, onError);
  removeExpired.run();
  const stops = [clock.repeat(SCHEDULE_EVERY_MS, schedule), clock.repeat(REMOVE_EVERY_MS, removeExpired.run)];
  return {
    close: async () => {
      closing.abort();
      for (const stop of stops) stop();
      await Promise.all([tasks.close(), sweeps.end()]);
    },
  };
}

interface WorkingOptions extends Pick<WorkerOptions, 'tasks' | 'chunks' | 'sweeps' | 'clock'> {
  readonly closing: AbortSignal;
  readonly onError: (error: BijiaError) => void;
}

function createChunkWorking({ tasks, chunks, clock, closing, onError }: WorkingOptions) {
  const fill = createSolo(() => fillQueue(tasks, chunks), onError);
  const tidy = createSolo(chunks.tidy, onError);
  const lookAgain = createLookAgain(clock, closing, fill.run);
  return {
    schedule: () => {
      fill.run();
      tidy.run();
    },
    handle: async (task: ChunkTask, signal: AbortSignal): Promise<void> => {
      const found = await chunks.work(task, signal);
      if (signal.aborted) return;
      if (found === 'worked') fill.run();
      else void lookAgain();
    },
  };
}

function createSweepWorking({ tasks, sweeps, clock, closing, onError }: WorkingOptions) {
  const tell = createSolo(() => sweeps.tell(closing), onError);
  const fill = createSolo(async () => {
    const due = await sweeps.listDue();
    if (due.length === 0) return;
    await tasks.add(due);
    void lookAgain();
  }, onError);
  const lookAgain = createLookAgain(clock, closing, fill.run);
  return {
    schedule: () => {
      fill.run();
      tell.run();
    },
    handle: async (task: SweepTask, signal: AbortSignal): Promise<void> => {
      await sweeps.work(task, signal);
      if (!signal.aborted) tell.run();
    },
    /** Resolves when what is being told has arrived, or not. */
    end: tell.ended,
  };
}

/** @returns fills the queue after a while, once for all who ask in between */
function createLookAgain(
  { wait }: Pick<Clock, 'wait'>,
  closing: AbortSignal,
  fill: () => void,
): () => Promise<void> {
  let isWaiting = false;
  return async () => {
    if (isWaiting) return;
    isWaiting = true;
    await wait(LOOK_AGAIN_MS, closing);
    isWaiting = false;
    if (!closing.aborted) fill();
  };
}

/** Tells other processes of a job that begins; who misses it finds the job within half a minute. Never rejects. */
export async function wakeWorkers(
  tasks: TaskQueue | undefined,
  chunks: Pick<OpenChunks, 'listOpen'>,
): Promise<void> {
  if (tasks) await fillQueue(tasks, chunks).catch(() => undefined);
}

/** A fault that comes with every chunk is told once. */
function hearOnce({ onFault, onRecovery }: WorkerHearing): WorkerHearing {
  const told = new Set<string>();
  return {
    onFault: (error) => {
      if (!told.has(error.code)) onFault(error);
      told.add(error.code);
    },
    onRecovery: () => {
      told.clear();
      onRecovery();
    },
  };
}

/** Brings the queue to what the rows say. @throws StateError */
async function fillQueue(
  { add }: Pick<TaskQueue, 'add'>,
  { listOpen }: Pick<OpenChunks, 'listOpen'>,
): Promise<void> {
  const open = await listOpen(QUEUED_PER_JOB);
  if (open.length > 0) await add(open.slice(0, QUEUED_AT_ONCE));
}

/** Does the work, not twice at once. */
function createSolo(work: () => Promise<void>, onError: (error: BijiaError) => void) {
  let underWay: Promise<void> | undefined;
  return {
    run: (): void => {
      underWay ??= work()
        .catch((error: unknown) => onError(toBijiaError(error)))
        .finally(() => {
          underWay = undefined;
        });
    },
    ended: async (): Promise<void> => underWay,
  };
}
