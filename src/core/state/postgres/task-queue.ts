import * as z from 'zod';
import type { Clock } from '../../clock.js';
import { StateError, toBijiaError } from '../../errors.js';
import type { DatabaseSettings } from '../database-settings.js';
import type { QueuedChunk, QueuedTask, SweepTask, TaskQueue, WorkOptions } from '../task-queue.js';
import { type Database, rethrow, type Statement } from './database.js';
import { toStateError } from './database-errors.js';
import { toDriverOptions } from './driver-options.js';
import { type BullMq, type Consumer, loadBullMq, type QueueBackend, type QueuedJob } from './load-bullmq.js';
import { assertQueue, toQueueSchema } from './queue-tables.js';
import { createReach, type Reach } from './reach.js';

/** Besides the statements: one connection for the queue's own, one that hears of new tasks. */
export const QUEUE_CONNECTIONS = 2;

const NAME = 'chunks';

/** A task whose process is gone is given to another after the lock and up to two looks. */
export interface TaskTiming {
  readonly lockMs: number;
  readonly lookMs: number;
}

const TIMING: TaskTiming = { lockMs: 30_000, lookMs: 15_000 };

const OPTIONS = {
  // What only workers of Redis need, but every constructor asks for.
  connection: {},
  // Tasks are never given up because processes died over them: their jobs are.
  maxStalledCount: 2 ** 31 - 1,
  // After a refused connection, milliseconds.
  runRetryDelay: 1000,
  // How long an announcement that got lost is missed, in seconds.
  drainDelay: 5,
  // Nobody reads the events: as few as it can keep.
  streams: { events: { maxLen: 100 } },
};

/** BullMQ's largest priority; the smallest goes first. */
const LAST_PRIORITY = 2 ** 21 - 1;

/** Tasks of one statement. */
const ADDED_AT_ONCE = 1000;

const PING: Statement = { name: 'queue_ping', text: 'SELECT 1' };

const StoredTask = z.union([
  z.object({ job: z.string(), run: z.number(), chunk: z.number() }),
  z.object({ sweep: z.object({ platform: z.string(), source: z.string() }) }),
]);

export interface TaskQueueOptions {
  /** Says what is wrong, when something is. */
  readonly database: Database;
  readonly settings: DatabaseSettings;
  readonly clock: Pick<Clock, 'wait'>;
  /** How long tasks under way are waited for at the end. */
  readonly closeWithinMs: number;
  readonly timing?: TaskTiming;
}

/** BullMQ on its own tables in the same database. Its errors become ours, and never end the process. */
export function createTaskQueue(options: TaskQueueOptions): TaskQueue {
  const closing = new AbortController();
  let opening: Promise<Opened> | undefined;
  let starting: Promise<Consumer | undefined> | undefined;
  const open = (): Promise<Opened> => {
    if (closing.signal.aborted) return Promise.reject(createClosedError());
    opening ??= openQueue(options).catch((error: unknown) => {
      // It keeps a failure for good; the next one begins with a connection of its own.
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    open: async () => {
      await open();
    },
    add: async (tasks) => {
      const { producer } = await open();
      for (let at = 0; at < tasks.length; at += ADDED_AT_ONCE) {
        const entries = tasks.slice(at, at + ADDED_AT_ONCE).map(toEntry);
        await producer.addBulk(entries).catch(rethrow);
      }
    },
    work: (work) => {
      const reach = createReach({ ...work, ...options, signal: closing.signal });
      const parts = { open, work, reach, closing: closing.signal, database: options.database };
      starting ??= startConsumer(parts).catch((error: unknown) => {
        work.onFault(toBijiaError(error));
        return undefined;
      });
    },
    close: async () => {
      closing.abort();
      const consumer = await starting;
      const opened = await opening?.catch(() => undefined);
      const ended = new AbortController();
      const end = async () => {
        await (consumer?.close() ?? opened?.backend.close())?.catch(() => undefined);
        ended.abort();
      };
      await Promise.race([end(), options.clock.wait(options.closeWithinMs, ended.signal)]);
    },
  };
}

interface Opened {
  readonly bull: BullMq;
  readonly options: object;
  readonly backend: QueueBackend;
  readonly producer: InstanceType<BullMq['Queue']>;
}

/** @throws ConfigError, StateError */
async function openQueue({ database, settings, timing = TIMING }: TaskQueueOptions): Promise<Opened> {
  const bull = await loadBullMq();
  await database.run(PING, []);
  await database.withClient((client) => assertQueue(bull, client, settings.schema));
  const schema = toQueueSchema(settings.schema);
  const connection = new bull.PostgresConnection({
    ...toDriverOptions({ ...settings, schema }),
    schema,
    skipVersionCheck: true,
    max: QUEUE_CONNECTIONS - 1,
    allowExitOnIdle: true,
  });
  // Where it takes a connection out of the pool, it does not listen for its end.
  connection.pool.on('connect', (client) => client.on('error', () => undefined));
  const options = { ...OPTIONS, lockDuration: timing.lockMs, stalledInterval: timing.lookMs };
  const backend = new bull.PostgresQueueBackend(connection, NAME, options);
  backend.on('error', () => undefined);
  try {
    await backend.waitUntilReady();
  } catch (error) {
    await backend.close();
    throw toStateError(error);
  }
  const producer = new bull.Queue(NAME, options, () => backend.forQueue(NAME));
  producer.on('error', () => undefined);
  return { bull, options, backend, producer };
}

interface ConsumerParts {
  readonly open: () => Promise<Opened>;
  readonly work: WorkOptions;
  readonly reach: Reach;
  readonly closing: AbortSignal;
  readonly database: Database;
}

/** @returns undefined when the queue was closed before the database could be reached */
async function startConsumer(parts: ConsumerParts): Promise<Consumer | undefined> {
  const { open, work, reach, closing, database } = parts;
  const opened = await reach(open);
  if (!opened || closing.aborted) return undefined;
  const { bull, backend } = opened;
  const options = { ...opened.options, concurrency: work.atOnce, autorun: false };
  const consumer = new bull.Worker(NAME, createProcess(bull, work, closing), options, () => backend);
  let isPaused = false;
  const pause = async (): Promise<void> => {
    if (isPaused || closing.aborted) return;
    isPaused = true;
    try {
      await consumer.pause(true);
      await reach(() => database.run(PING, []), { waitFirst: true });
    } finally {
      isPaused = false;
      if (!closing.aborted) await consumer.resume();
    }
  };
  // Otherwise it would ask again at once, as fast as it is refused.
  consumer.on('error', () => void pause().catch(() => undefined));
  // Somebody else has the task by now.
  consumer.on('lockRenewalFailed', (ids) => {
    for (const id of ids) consumer.cancelJob(id);
  });
  consumer.run().catch(() => undefined);
  return consumer;
}

function createProcess(bull: BullMq, { handle, onFault }: WorkOptions, closing: AbortSignal) {
  // It looks at the number of parameters: a function that names the third one is given a signal.
  return async (job: QueuedJob, token: string, lost: AbortSignal): Promise<void> => {
    const signal = AbortSignal.any([lost, closing]);
    try {
      if (!closing.aborted) await handle(StoredTask.parse(job.data), signal);
    } catch (thrown) {
      const error = toBijiaError(thrown);
      // That the database is away is told when it is asked for the next task.
      if (!(error instanceof StateError)) onFault(error);
      throw error;
    }
    if (!closing.aborted) return;
    // Others need not wait until its lock has run out.
    await job.moveToWait(token);
    throw new bull.WaitingError();
  };
}

/** A task that has ended leaves nothing behind: its id can come again. */
function toEntry(task: QueuedTask): object {
  const { jobId, priority, ...entry } = 'sweep' in task ? toSweepEntry(task) : toChunkEntry(task);
  return { ...entry, opts: { jobId, priority, removeOnComplete: true, removeOnFail: true } };
}

/** Long jobs go behind short ones and new ones. */
const toChunkEntry = ({ job, run, chunk, turn }: QueuedChunk) => ({
  name: 'chunk',
  data: { job, run, chunk },
  jobId: `${job}-${run}-${chunk}-${turn}`,
  priority: Math.min(chunk + 1, LAST_PRIORITY),
});

/** Short, so they go with the beginnings of jobs; one at a time of each origin. */
const toSweepEntry = ({ sweep }: SweepTask) => ({
  name: 'sweep',
  data: { sweep },
  jobId: `sweep-${sweep.platform}-${sweep.source}`,
  priority: 1,
});

const createClosedError = () =>
  new StateError('The queue of the shared database is closed: the program ends.');
