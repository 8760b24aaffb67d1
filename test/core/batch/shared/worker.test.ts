import { beforeEach, describe, expect, it } from 'vitest';
import {
  type DueSweeps,
  type OpenChunks,
  startWorker,
  type Worker,
  wakeWorkers,
} from '../../../../src/core/batch/shared/worker.js';
import { ConfigError, StateError } from '../../../../src/core/errors.js';
import type {
  QueuedChunk,
  SweepTask,
  Task,
  TaskQueue,
  WorkOptions,
} from '../../../../src/core/state/task-queue.js';
import { createFakeClock, type FakeClock } from '../../../helpers/fake-clock.js';

const task = (chunk: number): QueuedChunk => ({ job: 'job', run: 1, chunk, turn: 0 });
const names = (tasks: readonly Task[]) =>
  tasks.map((one) => ('sweep' in one ? one.sweep.platform : one.chunk));
const sweepOf = (platform: string): SweepTask => ({ sweep: { platform, source: '' } });

describe('a worker', () => {
  let clock: FakeClock;
  let open: QueuedChunk[];
  let due: SweepTask[];
  let messages: string[];
  let letGo: (() => void) | undefined;
  let held: number[];
  let said: string[];
  let removals: number;
  let work: WorkOptions | undefined;
  let worker: Worker;
  let whatOpenThrows: Error | undefined;
  let whatListThrows: Error | undefined;

  const tasks: TaskQueue = {
    open: async () => {
      if (whatOpenThrows) throw whatOpenThrows;
    },
    add: async (added) => void said.push(`adds ${names(added)}`),
    work: (options) => {
      work = options;
    },
    close: async () => void said.push('closes'),
  };
  const chunks: OpenChunks = {
    listOpen: async (perJob) => {
      if (whatListThrows) throw whatListThrows;
      return open.slice(0, perJob);
    },
    work: async ({ chunk }) => {
      if (held.includes(chunk)) return 'none';
      said.push(`works on ${chunk}`);
      open = open.filter((other) => other.chunk !== chunk);
      return 'worked';
    },
    tidy: async () => void said.push('tidies'),
    removeExpired: async () => {
      removals += 1;
    },
  };
  const sweeps: DueSweeps = {
    listDue: async () => {
      if (whatListThrows) throw whatListThrows;
      return due;
    },
    work: async ({ sweep }) => {
      said.push(`sweeps ${sweep.platform}`);
      due = due.filter((other) => other.sweep.platform !== sweep.platform);
    },
    tell: async () => {
      const told = messages.splice(0);
      if (told.length === 0) return;
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      said.push(`tells ${told}`);
    },
  };
  const start = async () => {
    worker = await startWorker({
      ...{ tasks, chunks, sweeps, clock },
      onFault: ({ code }) => said.push(`tells of ${code}`),
      onRecovery: () => said.push('tells that it goes on'),
    });
    await clock.advance(0);
  };

  beforeEach(() => {
    clock = createFakeClock();
    open = [];
    due = [];
    messages = [];
    letGo = undefined;
    held = [];
    said = [];
    removals = 0;
    whatOpenThrows = undefined;
    whatListThrows = undefined;
  });

  it('removes what is kept no longer when it begins, and each hour', async () => {
    await start();
    expect(removals).toBe(1);
    await clock.advance(60 * 60_000);
    expect(removals).toBe(2);
    await worker.close();
    await clock.advance(60 * 60_000);
    expect(removals).toBe(2);
  });

  it('fills the queue when it begins, and each 30 s, a few chunks of a job at a time', async () => {
    open = Array.from({ length: 20 }, (_, chunk) => task(chunk));
    await start();
    expect(said).toEqual(['tidies', 'adds 0,1,2,3,4,5,6,7']);
    await clock.advance(29_999);
    expect(said).toHaveLength(2);
    open = [task(19)];
    await clock.advance(1);
    expect(said.slice(2)).toEqual(['tidies', 'adds 19']);
  });

  it('fills the queue again when a chunk has ended', async () => {
    await start();
    open = [task(0), task(1)];
    await work?.handle(task(0), new AbortController().signal);
    await clock.advance(0);
    expect(said.slice(1)).toEqual(['works on 0', 'adds 1']);
  });

  it('looks again after a while when a chunk was not to be had, once for all of them', async () => {
    await start();
    open = [task(0), task(1)];
    held = [0, 1];
    const { signal } = new AbortController();
    await Promise.all(open.map((one) => work?.handle(one, signal)));
    await clock.advance(1999);
    expect(said).toEqual(['tidies']);
    await clock.advance(1);
    expect(said.slice(1)).toEqual(['adds 0,1']);
  });

  it('adds a part at a time where very many jobs run', async () => {
    const listOpen = async () => Array.from({ length: 300 }, (_, chunk) => task(chunk));
    await wakeWorkers(tasks, { listOpen });
    expect(said[0]?.split(',')).toHaveLength(100);
  });

  it('adds nothing where nothing is open', async () => {
    await start();
    await clock.advance(60_000);
    expect(said).toEqual(['tidies', 'tidies', 'tidies']);
  });

  it('begins while the database is away, and does not begin where there is no queue to work with', async () => {
    whatOpenThrows = new StateError('away');
    await start();
    expect(work).toBeDefined();
    whatOpenThrows = new ConfigError('no package', { code: 'no_bullmq' });
    await expect(start()).rejects.toMatchObject({ code: 'no_bullmq' });
  });

  it('leaves it to the queue to tell that the database is away', async () => {
    whatListThrows = new StateError('away');
    await start();
    expect(said).toEqual(['tidies']);
    whatListThrows = undefined;
    open = [task(3)];
    await clock.advance(30_000);
    expect(said).toEqual(['tidies', 'tidies', 'adds 3']);
  });

  it('tells of what comes with every chunk once, until work goes on', async () => {
    whatListThrows = new ConfigError('the tables are old', { code: 'old_schema' });
    await start();
    work?.onFault(new ConfigError('the tables are old', { code: 'old_schema' }));
    await clock.advance(30_000);
    expect(said).toEqual(['tidies', 'tells of old_schema', 'tidies']);
    work?.onRecovery();
    await clock.advance(30_000);
    expect(said.slice(3)).toEqual(['tells that it goes on', 'tidies', 'tells of old_schema']);
  });

  it('adds the sweeps that are missing, and looks again while something is due', async () => {
    due = [sweepOf('acme'), sweepOf('zeta')];
    await start();
    expect(said).toEqual(['tidies', 'adds acme,zeta']);
    const { signal } = new AbortController();
    await work?.handle(sweepOf('acme'), signal);
    await clock.advance(1999);
    expect(said.slice(2)).toEqual(['sweeps acme']);
    // A machine that can ask nobody about it has taken the other one.
    await clock.advance(1);
    expect(said.slice(3)).toEqual(['adds zeta']);
    await work?.handle(sweepOf('zeta'), signal);
    await clock.advance(25_000);
    expect(said.slice(4)).toEqual(['sweeps zeta']);
  });

  it('looks for sweeps twice a minute where nothing is due, and adds none', async () => {
    let looks = 0;
    const counted = {
      ...sweeps,
      listDue: async () => {
        looks += 1;
        return [];
      },
    };
    const onError = ({ code }: { readonly code: string }) => said.push(code);
    const own = { tasks, chunks, sweeps: counted, clock, onFault: onError, onRecovery: () => undefined };
    worker = await startWorker(own);
    await clock.advance(10 * 60_000);
    expect(looks).toBe(21);
    expect(said.filter((text) => text !== 'tidies')).toEqual([]);
  });

  it('tells what waits for it each half minute, and after a sweep', async () => {
    messages = ['one'];
    await start();
    letGo?.();
    await clock.advance(0);
    messages = ['two'];
    await work?.handle(sweepOf('acme'), new AbortController().signal);
    letGo?.();
    await clock.advance(0);
    messages = ['three'];
    await clock.advance(30_000);
    letGo?.();
    await clock.advance(0);
    expect(said.filter((text) => text.startsWith('tells'))).toEqual([
      'tells one',
      'tells two',
      'tells three',
    ]);
  });

  it('ends when what it was telling has arrived', async () => {
    messages = ['one'];
    await start();
    const closed = worker.close().then(() => said.push('closed'));
    await clock.advance(0);
    expect(said).toEqual(['tidies', 'closes']);
    letGo?.();
    await closed;
    expect(said.slice(2)).toEqual(['tells one', 'closed']);
  });

  it('fills nothing more once it is closed', async () => {
    await start();
    await worker.close();
    await clock.advance(60_000);
    expect(said).toEqual(['tidies', 'closes']);
  });
});
