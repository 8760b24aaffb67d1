import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClock } from '../../../src/core/clock.js';
import { createDatabase, type Database } from '../../../src/core/state/postgres/database.js';
import { NEWEST_MIGRATION } from '../../../src/core/state/postgres/migrations.js';
import { createTaskQueue, type TaskTiming } from '../../../src/core/state/postgres/task-queue.js';
import type { ChunkTask, QueuedChunk, Task, TaskQueue } from '../../../src/core/state/task-queue.js';
import { buildScript } from '../../helpers/build-script.js';
import { killProcess } from '../../helpers/kill-process.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { watchSlowdown } from '../../helpers/slowdown.js';

/** The lock is the real one, so that nobody who stands still for a moment loses a task; looks come ten times as often. */
const TIMING = { lockMs: 30_000, lookMs: 1500 };
/** Where a task is to be lost with its process: a tenth of the real one. */
const LOST_SOON = { ...TIMING, lockMs: 3000 };

const toChunk = (task: Task): ChunkTask => ('sweep' in task ? expect.fail('it is a chunk') : task);

/** What a process has said, in order. */
interface Worker {
  readonly process: ChildProcess;
  readonly said: string[];
}

describe.skipIf(!hasPostgres())('the queue of several machines', () => {
  let server: PostgresServer;
  let script: string;
  const opened: { queue: TaskQueue; database: Database }[] = [];
  const workers: Worker[] = [];
  let jobs = 0;
  const fail = () => expect.fail('nothing is wrong');

  beforeAll(async () => {
    script = await buildScript('task-worker.ts');
    server = await startPostgres();
    await migrateDatabase(server.url);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map(({ process }) => killProcess(process)));
    for (const { queue, database } of opened.splice(0)) {
      await queue.close();
      await database.close();
    }
    server.psql('DELETE FROM bijia_queue.job');
  });
  afterAll(async () => {
    server.close();
    await rm(join(script, '..'), { recursive: true });
  });

  const openQueue = (): TaskQueue => {
    const settings = { url: server.url, schema: 'bijia', pool: 4, timeoutMs: 10_000 };
    const database = createDatabase(settings, { newest: NEWEST_MIGRATION });
    const clock = createClock();
    const queue = createTaskQueue({ database, settings, clock, closeWithinMs: 5000, timing: TIMING });
    opened.push({ queue, database });
    return queue;
  };
  const createTasks = (count: number): QueuedChunk[] => {
    jobs += 1;
    return Array.from({ length: count }, (_, at) => ({ job: `job-${jobs}`, run: 1, chunk: at, turn: 0 }));
  };
  const start = (busyMs: number, timing: TaskTiming = TIMING): Worker => {
    const process = fork(script, [server.url, String(busyMs), JSON.stringify(timing)], { silent: true });
    const said: string[] = [];
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => said.push(...text.trim().split(/ *\n/)));
    }
    const worker = { process, said };
    workers.push(worker);
    return worker;
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await sleep(20);
  };
  const saidOf = (word: string) =>
    workers.flatMap(({ said }) => said.filter((line) => line.startsWith(word)));
  /** The most tasks that a process had begun and not ended. */
  const countAtOnce = ({ said }: Worker): number => {
    let [underWay, most] = [0, 0];
    for (const line of said) {
      if (line.startsWith('begins')) underWay += 1;
      if (line.startsWith('ends')) underWay -= 1;
      most = Math.max(most, underWay);
    }
    return most;
  };
  const countTasks = () => Number(server.psql('SELECT count(*) FROM bijia_queue.job'));
  const countConnections = () =>
    Number(server.psql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'bijia%'"));

  it('gives each task to one process, two at once', async () => {
    // Long enough that the second of two begins before the first one ends.
    for (const _ of [1, 2]) start(1000);
    await openQueue().add(createTasks(12));
    await until(() => saidOf('ends').length === 12);
    expect(new Set(saidOf('begins')).size).toBe(12);
    // Which of the processes is there first, and has more of them, is nobody's promise.
    expect(Math.max(...workers.map(countAtOnce))).toBe(2);
    // A process says that a task has ended before the queue hears of it.
    await until(() => countTasks() === 0);
  });

  it('takes a task once while it waits or is worked on, and again when it has ended', async () => {
    const queue = openQueue();
    const taken: number[] = [];
    const [task] = createTasks(1) as [QueuedChunk];
    await queue.add([task]);
    await queue.add([task]);
    const release = new AbortController();
    queue.work({
      handle: async (task) => {
        taken.push(toChunk(task).chunk);
        await createClock().wait(10_000, release.signal);
      },
      ...{ atOnce: 2, onFault: fail, onRecovery: fail },
    });
    await until(() => taken.length === 1);
    await queue.add([task]);
    expect(countTasks()).toBe(1);
    expect(taken).toHaveLength(1);
    release.abort();
    await until(() => countTasks() === 0);
    await queue.add([task]);
    await until(() => taken.length === 2);
  });

  it('takes another turn of a chunk beside the one that counts as worked on', async () => {
    const dead = start(60_000);
    const queue = openQueue();
    const [chunk] = createTasks(1) as [QueuedChunk];
    await queue.add([chunk]);
    await until(() => saidOf('begins').length === 1);
    dead.process.kill('SIGKILL');
    start(10);
    await queue.add([{ ...chunk, turn: 1 }]);
    await until(() => saidOf('ends').length === 1);
    await until(() => countTasks() === 1);
    expect(server.psql('SELECT state FROM bijia_queue.job').trim()).toBe('active');
  });

  it('puts the beginning of a short job before the rest of a long one', async () => {
    const queue = openQueue();
    const long = createTasks(5);
    const short = createTasks(1);
    await queue.add(long);
    await queue.add(short);
    const taken: string[] = [];
    queue.work({
      handle: async (task) => void taken.push(`${toChunk(task).job} ${toChunk(task).chunk}`),
      ...{ atOnce: 1, onFault: fail, onRecovery: fail },
    });
    await until(() => taken.length === 6);
    expect(taken.indexOf(`${short[0]?.job} 0`)).toBe(1);
  });

  it('tells of a task that failed, forgets it, and goes on', async () => {
    const queue = openQueue();
    const faults: string[] = [];
    const taken: number[] = [];
    queue.work({
      handle: async (task) => {
        const { chunk } = toChunk(task);
        taken.push(chunk);
        if (chunk === 0) throw new Error('it broke');
      },
      ...{ atOnce: 1, onFault: ({ code }) => faults.push(code), onRecovery: fail },
    });
    const tasks = createTasks(2);
    await queue.add(tasks);
    await until(() => taken.length === 2);
    expect(faults).toEqual(['internal_error']);
    await until(() => countTasks() === 0);
    await queue.add(tasks.slice(0, 1));
    await until(() => taken.length === 3);
  });

  it('takes one sweep of an origin at a time, with the beginnings of jobs', async () => {
    const queue = openQueue();
    const toSweep = (platform: string) => ({ sweep: { platform, source: '' } });
    await queue.add(createTasks(3));
    await queue.add([toSweep('acme'), toSweep('acme'), toSweep('zeta')]);
    expect(countTasks()).toBe(5);
    const taken: string[] = [];
    queue.work({
      handle: async (task) => void taken.push('sweep' in task ? task.sweep.platform : String(task.chunk)),
      ...{ atOnce: 1, onFault: fail, onRecovery: fail },
    });
    await until(() => taken.length === 5);
    expect(taken).toEqual(['0', 'acme', 'zeta', '1', '2']);
    await queue.add([toSweep('acme')]);
    await until(() => taken.length === 6);
  });

  it('gives the task of a killed process to another', async () => {
    const dead = start(60_000, LOST_SOON);
    await openQueue().add(createTasks(2));
    await until(() => saidOf('begins').length === 2);
    dead.process.kill('SIGKILL');
    const killedMs = performance.now();
    const slowdown = watchSlowdown(500);
    start(10);
    await until(() => saidOf('ends').length === 2);
    const tookMs = performance.now() - killedMs;
    slowdown.stop();
    expect(tookMs).toBeLessThan(LOST_SOON.lockMs + 3 * LOST_SOON.lookMs + 5000 * slowdown.median());
  });

  it('gives the tasks of a process that is asked to end to another at once', async () => {
    const first = start(60_000);
    await openQueue().add(createTasks(2));
    await until(() => saidOf('begins').length === 2);
    start(10);
    first.process.kill('SIGTERM');
    await once(first.process, 'close');
    expect(first.said.slice(2)).toEqual([
      expect.stringMatching(/^leaves/),
      expect.stringMatching(/^leaves/),
      'closed',
    ]);
    await until(() => saidOf('ends').length === 2);
    expect(server.psql('SELECT count(*) FROM bijia_queue.job WHERE stalled_count > 0').trim()).toBe('0');
  });

  it('goes on by itself when the server was away, and says so once', async () => {
    const worker = start(10);
    const queue = openQueue();
    await queue.add(createTasks(1));
    await until(() => saidOf('ends').length === 1);
    await server.crash();
    await until(() => saidOf('fault').length === 1);
    await expect(queue.add(createTasks(1))).rejects.toMatchObject({ code: 'state_unreachable' });
    await sleep(2000);
    await server.start();
    await until(() => saidOf('recovers').length === 1);
    await queue.add(createTasks(1));
    await until(() => saidOf('ends').length === 2);
    expect(worker.said.filter((line) => !/^(begins|ends) /.test(line))).toEqual([
      'fault state_unreachable',
      'recovers',
    ]);
  });

  it('waits for a server that is not there yet', async () => {
    await server.crash();
    const worker = start(10);
    await until(() => saidOf('fault').length === 1);
    await server.start();
    await openQueue().add(createTasks(1));
    await until(() => saidOf('ends').length === 1);
    expect(worker.said.slice(0, 2)).toEqual(['fault state_unreachable', 'recovers']);
  });

  it('ends in time while the server is away', async () => {
    const worker = start(60_000);
    await openQueue().add(createTasks(1));
    await until(() => saidOf('begins').length === 1);
    await server.crash();
    worker.process.kill('SIGTERM');
    await once(worker.process, 'close');
    expect(worker.said.at(-1)).toBe('closed');
    await server.start();
  });

  it('keeps to its connections', async () => {
    // The server may not have noticed yet that those of killed processes are gone.
    await until(() => countConnections() === 0);
    start(10);
    await openQueue().add(createTasks(20));
    await until(() => saidOf('ends').length === 20);
    // One of each queue, one that listens, and those that look whether the server is there.
    expect(countConnections()).toBeLessThanOrEqual(5);
  });

  it('says which command makes its tables', async () => {
    server.psql('ALTER SCHEMA bijia_queue RENAME TO elsewhere');
    await expect(openQueue().open()).rejects.toMatchObject({ name: 'ConfigError', code: 'old_schema' });
    server.psql('ALTER SCHEMA elsewhere RENAME TO bijia_queue');
    server.psql('UPDATE bijia_queue.migration SET min_client_version = 99 WHERE version = 1');
    await expect(openQueue().open()).rejects.toMatchObject({ name: 'ConfigError', code: 'newer_schema' });
    server.psql('UPDATE bijia_queue.migration SET min_client_version = 6 WHERE version = 1');
  });
});
