import { beforeEach, describe, expect, it } from 'vitest';
import { joinWorkers } from '../../src/cli/join-workers.js';
import { ConfigError, type Core } from '../../src/core/index.js';
import type { TaskQueue } from '../../src/core/state/task-queue.js';
import { createFolder } from '../helpers/batch/reading.js';
import { createFakeClock, type FakeClock } from '../helpers/fake-clock.js';

describe('a process that works on jobs beside what it is for', () => {
  let clock: FakeClock;
  let said: string[];
  let whatOpenThrows: Error | undefined;

  const tasks: TaskQueue = {
    open: async () => {
      said.push('opens');
      if (whatOpenThrows) throw whatOpenThrows;
    },
    add: async () => undefined,
    work: () => void said.push('works'),
    close: async () => void said.push('closes'),
  };
  const createFakeCore = (worker: boolean) =>
    ({
      tasks,
      jobRows: { list: async () => [], listOpen: async () => [], tidy: async () => undefined },
      upstreams: [],
      watches: { listDueOrigins: async () => [], deliverToWebhooks: async () => 0 },
      stateDir: createFolder(),
      config: { general: { worker } },
      log: { warn: (text: string) => said.push(text), info: () => undefined },
    }) as unknown as Core;

  beforeEach(() => {
    clock = createFakeClock();
    said = [];
    whatOpenThrows = undefined;
  });

  it('begins with it after a while', async () => {
    const work = joinWorkers(createFakeCore(true), clock);
    await clock.advance(1999);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual(['opens', 'works']);
    await work?.close();
    expect(said).toEqual(['opens', 'works', 'closes']);
  });

  it('does not begin with it when it ends before', async () => {
    await joinWorkers(createFakeCore(true), clock)?.close();
    await clock.advance(5000);
    expect(said).toEqual([]);
  });

  it('leaves it alone with BIJIA_WORKER=0', async () => {
    expect(joinWorkers(createFakeCore(false), clock)).toBeUndefined();
  });

  it('goes on without it where it cannot begin, and says why in the log', async () => {
    whatOpenThrows = new ConfigError('bullmq is missing.', { code: 'no_bullmq' });
    joinWorkers(createFakeCore(true), clock);
    await clock.advance(2000);
    expect(said).toEqual(['opens', 'this process works on no jobs of other machines: bullmq is missing.']);
  });
});
