import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getJobId, type JobKey } from '../../../../src/core/batch/jobs/job-record.js';
import { createJobStore, type JobStore } from '../../../../src/core/batch/jobs/job-store.js';
import type { JobDetails } from '../../../../src/core/batch/jobs/renew-record.js';
import { type Clock, createClock } from '../../../../src/core/clock.js';
import { createFolder } from '../../../helpers/batch/reading.js';
import { createProcessWorld } from '../../../helpers/process-world.js';

const KEY: JobKey = {
  kind: 'batch',
  list: 'abc',
  detail: 'summary',
  gateways: ['g1'],
  sandbox: false,
  owner: 'local',
};
const DETAILS: JobDetails = { label: 'list.txt', lines: 3, total: 2 };
const DAY_MS = 86_400_000;

/** What takes seconds takes milliseconds; the wall clock is the test's. */
function createFastClock(now: () => number): Clock {
  const clock = createClock();
  return {
    ...clock,
    now,
    wait: (ms, signal) => clock.wait(ms / 50, signal),
    repeat: (ms, work) => clock.repeat(ms / 50, work),
  };
}

function open(stateDir = createFolder()) {
  const world = createProcessWorld();
  let nowMs = 1_000_000;
  const clock = createFastClock(() => nowMs);
  const openAs = (pid: number, container = '') =>
    createJobStore({ stateDir, processes: world.start(pid, container), clock });
  return { ...world, stateDir, openAs, store: openAs(1), pass: (ms: number) => (nowMs += ms) };
}

async function putCopy(store: JobStore, content: string, continues = false) {
  const copyPath = await store.createCopyPath();
  writeFileSync(copyPath, content);
  return store.put(KEY, DETAILS, { copyPath, continues });
}

const finish = async (store: JobStore, id: string) => {
  const job = await store.lock(id);
  await job.update({ state: 'finished' });
  await job.release();
};

describe('getJobId', () => {
  it('is the same for the same question, and another for any other', () => {
    const changes: Partial<JobKey>[] = [
      {},
      { kind: 'shop' },
      { list: 'abd' },
      { detail: 'price' },
      { platform: 'red' },
      { source: 'red' },
      { gateways: ['g2'] },
      { sandbox: true },
      { owner: 'telegram:1' },
    ];
    const ids = changes.map((change) => getJobId({ ...KEY, ...change }));
    expect(new Set(ids).size).toBe(changes.length);
    expect(getJobId({ ...KEY })).toBe(ids[0]);
    expect(ids[0]).toMatch(/^[0-9a-f]{10}$/);
  });
});

describe('createJobStore', () => {
  it('puts a job in place with its copy, for its owner only to see', async () => {
    const { store, stateDir } = open();
    const record = await putCopy(store, 'copy');
    expect(record).toMatchObject({ state: 'planned', run: 1, label: 'list.txt', done: 0 });
    expect(readdirSync(join(stateDir, 'jobs', record.id)).sort()).toEqual([
      'holder-1',
      'input.jsonl',
      'job.json',
    ]);
    expect(statSync(join(stateDir, 'jobs', record.id)).mode & 0o777).toBe(0o700);
    expect(statSync(join(stateDir, 'jobs', record.id, 'job.json')).mode & 0o777).toBe(0o600);
  });

  it('continues with an unfinished job, and begins a new run after a finished one', async () => {
    const { store } = open();
    const { id } = await putCopy(store, 'copy');
    expect((await putCopy(store, 'copy')).run).toBe(1);
    await finish(store, id);
    expect(await putCopy(store, 'copy', true)).toMatchObject({ run: 1, state: 'finished' });
    expect(await putCopy(store, 'copy')).toMatchObject({ run: 2, state: 'planned', done: 0 });
  });

  it('finds jobs by the beginning of their id, and lists the latest first', async () => {
    const { store, pass } = open();
    const first = await store.put(KEY, DETAILS);
    pass(1000);
    const second = await store.put({ ...KEY, owner: 'telegram:1' }, DETAILS);
    expect((await store.list()).map(({ id }) => id)).toEqual([second.id, first.id]);
    expect((await store.list('telegram:1')).map(({ id }) => id)).toEqual([second.id]);
    expect((await store.get(first.id.slice(0, 6))).id).toBe(first.id);
  });

  it.each(['nothing', '../../etc', '', 'a'])('says that there is no job "%s"', async (id) => {
    await expect(open().store.get(id)).rejects.toThrow('There is no job');
  });

  it('names the process that runs a job already', async () => {
    const { store, openAs } = open();
    const { id } = await store.put(KEY, DETAILS);
    await store.lock(id);
    const other = openAs(2);
    await expect(other.lock(id)).rejects.toThrow('already running in process 1');
    await expect(putCopy(other, 'other')).rejects.toMatchObject({ code: 'job_running' });
    await expect(other.remove(id)).rejects.toMatchObject({ code: 'job_running' });
  });

  it('shows a job whose process was killed as stopped, and lets another continue', async () => {
    const { store, openAs, kill } = open();
    const { id } = await store.put(KEY, DETAILS);
    await (await store.lock(id)).update({ state: 'running', done: 1 });
    const other = openAs(2);
    expect((await other.get(id)).state).toBe('running');
    kill(1);
    expect(await other.get(id)).toMatchObject({ state: 'stopped', cause: { code: 'interrupted' } });
    const job = await other.lock(id);
    expect(job.record()).toMatchObject({ state: 'stopped', done: 1 });
  });

  it('names the process of another container that runs a job, once that is seen to live', async () => {
    const { openAs } = open();
    const store = openAs(7, 'pid:[1]');
    const { id } = await store.put(KEY, DETAILS);
    await store.lock(id);
    await expect(openAs(7, 'pid:[2]').lock(id)).rejects.toThrow(
      'already running in process 7 of another container',
    );
  });

  it('writes nothing to a job that another process has taken over', async () => {
    const { store, stateDir } = open();
    const { id } = await store.put(KEY, DETAILS);
    const job = await store.lock(id);
    // As the next holder does, once this one has not touched its lock for too long.
    for (const name of readdirSync(join(stateDir, 'jobs', id)).filter((file) => file.startsWith('holder-'))) {
      rmSync(join(stateDir, 'jobs', id, name));
    }
    expect(await job.isEndRequested()).toBe(true);
    await expect(job.update({ done: 2 })).rejects.toThrow('Another process has taken this job over');
    expect(await store.get(id)).toMatchObject({ done: 0 });
  });

  it('asks a running job to end, in whatever process, and ends one that is not running', async () => {
    const { store, openAs } = open();
    const { id } = await store.put(KEY, DETAILS);
    const job = await store.lock(id);
    await job.update({ state: 'running' });
    expect(await job.isEndRequested()).toBe(false);
    await openAs(2).cancel(id);
    expect(await job.isEndRequested()).toBe(true);
    await job.update({ state: 'stopped' });
    await job.release();
    expect((await store.cancel(id)).state).toBe('cancelled');
    expect(await (await store.lock(id)).isEndRequested()).toBe(false);
  });

  it('removes a job with all it holds', async () => {
    const { store, stateDir } = open();
    const { id } = await putCopy(store, 'copy');
    await store.remove(id);
    expect(existsSync(join(stateDir, 'jobs', id))).toBe(false);
  });

  it.each([
    ['finished', 7],
    ['cancelled', 30],
    ['planned', 30],
    ['stopped', 90],
  ] as const)('keeps a %s job for %i days', async (state, days) => {
    const { store, pass } = open();
    const { id } = await store.put(KEY, DETAILS);
    const job = await store.lock(id);
    await job.update({ state });
    await job.release();
    pass(days * DAY_MS - 1000);
    await store.removeExpired();
    expect(await store.list()).toHaveLength(1);
    pass(2000);
    await store.removeExpired();
    expect(await store.list()).toHaveLength(1);
    // The second reading of the clock that says so counts.
    const removed = await store.removeExpired();
    expect(await store.list()).toHaveLength(0);
    expect(removed.map((record) => record.id)).toEqual(state === 'finished' ? [] : [id]);
  });

  it('keeps all jobs when the wall clock is wrong for a while', async () => {
    const { store, pass } = open();
    const { id } = await store.put(KEY, DETAILS);
    pass(365 * DAY_MS);
    await store.removeExpired();
    pass(-365 * DAY_MS);
    await store.removeExpired();
    pass(-365 * DAY_MS);
    await store.removeExpired();
    expect((await store.list()).map((record) => record.id)).toEqual([id]);
  });

  it('removes copies that no job took, after a day', async () => {
    const { store, stateDir, pass } = open();
    const copyPath = await store.createCopyPath();
    writeFileSync(copyPath, '');
    utimesSync(copyPath, 1000, 1000);
    await store.removeExpired();
    expect(existsSync(copyPath)).toBe(true);
    pass(2 * DAY_MS);
    await store.removeExpired();
    expect(readdirSync(join(stateDir, 'jobs'))).toEqual([]);
  });

  it.each(['', '{"version":1,', '{"version":1,"run":1e99}', 'null', '\u0000'])(
    'names a damaged record (%j), lists and removes it, and starts again with a run that no journal has',
    async (text) => {
      const { store, stateDir } = open();
      const { id } = await store.put(KEY, DETAILS);
      const path = join(stateDir, 'jobs', id, 'job.json');
      writeFileSync(path, text);
      writeFileSync(join(stateDir, 'jobs', id, 'journal-7-1.jsonl'), '');
      await expect(store.get(id)).rejects.toThrow(path);
      expect(await store.list()).toEqual([]);
      expect(await store.listDamaged()).toEqual([{ id, message: expect.stringContaining(path) }]);
      expect(await store.put(KEY, DETAILS)).toMatchObject({ id, run: 8 });
      writeFileSync(path, text);
      await store.remove(id);
      expect(await store.listDamaged()).toEqual([]);
    },
  );

  it('takes a record that names another job for a damaged one', async () => {
    const { store, stateDir } = open();
    const { id } = await store.put(KEY, DETAILS);
    const path = join(stateDir, 'jobs', id, 'job.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace(id, '9007199254'));
    await expect(store.get(id)).rejects.toMatchObject({ code: 'job_damaged' });
    expect(await store.put(KEY, DETAILS)).toMatchObject({ id });
  });

  it('never touches a job of a newer version', async () => {
    const { store, stateDir } = open();
    const { id } = await store.put(KEY, DETAILS);
    const path = join(stateDir, 'jobs', id, 'job.json');
    writeFileSync(path, '{"version":2,"id":"x"}');
    const attempts = [store.get, store.lock, store.cancel, () => store.put(KEY, DETAILS)];
    for (const attempt of attempts) {
      await expect(attempt(id)).rejects.toMatchObject({ code: 'job_version' });
    }
    expect(readFileSync(path, 'utf8')).toBe('{"version":2,"id":"x"}');
    expect(await store.listDamaged()).toHaveLength(1);
  });

  it('lists every job where few files may be open', async () => {
    const { store, stateDir } = open();
    const ids = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => (await store.put({ ...KEY, list: `${at}` }, DETAILS)).id),
    );
    expect((await store.list()).map(({ id }) => id).sort()).toEqual(ids.sort());
    chmodSync(join(stateDir, 'jobs', ids[0] ?? '', 'job.json'), 0o000);
    const isRoot = process.getuid?.() === 0;
    expect((await store.list()).length + (await store.listDamaged()).length).toBe(40);
    if (!isRoot) expect(await store.listDamaged()).toHaveLength(1);
  });

  it('keeps what the face adds, also while the job runs, along with its other changes', async () => {
    const { store, openAs } = open();
    const { id } = await store.put(KEY, DETAILS);
    expect(await store.setExtra(id, { chat: 1 })).toMatchObject({ extra: { chat: 1 }, state: 'planned' });
    const job = await store.lock(id);
    const changes = [
      job.update({ state: 'running' }),
      store.setExtra(id, { chat: 2 }),
      job.update({ done: 1 }),
    ];
    await Promise.all(changes);
    expect(await store.get(id)).toMatchObject({ extra: { chat: 2 }, state: 'running', done: 1 });
    await expect(openAs(2).setExtra(id, {})).rejects.toMatchObject({ code: 'job_running' });
    await job.release();
    expect(await openAs(2).setExtra(id, { chat: [3] })).toMatchObject({ extra: { chat: [3] } });
    expect((await store.put(KEY, DETAILS)).extra).toEqual({ chat: [3] });
  });

  it('ends a job that has only just begun to load', async () => {
    const { store, openAs } = open();
    const { id } = await store.put(KEY, DETAILS);
    const job = await store.lock(id);
    await openAs(2).cancel(id);
    expect(await job.isEndRequested()).toBe(true);
  });

  it('says that the state folder cannot be written', async () => {
    const stateDir = join(createFolder(), 'file');
    writeFileSync(stateDir, '');
    await expect(open(stateDir).store.createCopyPath()).rejects.toThrow(/state folder/);
  });
});
