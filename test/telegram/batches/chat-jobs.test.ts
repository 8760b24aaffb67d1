import { describe, expect, it } from 'vitest';
import { type Batches, InputError, type JobRecord } from '../../../src/core/index.js';
import type { BatchEntry } from '../../../src/telegram/batches/batch-entry.js';
import { openChatJobs } from '../../../src/telegram/batches/chat-jobs.js';
import { NOW_MS } from '../../helpers/telegram/products.js';

const DAY_MS = 86_400_000;
const BOT = 7_000_000_001;

const record = (id: string, rest: Partial<JobRecord> = {}): JobRecord => ({
  version: 1,
  id,
  key: { kind: 'batch', list: id, detail: 'summary', gateways: [], sandbox: true, owner: 'telegram:1' },
  state: 'planned',
  label: 'ids.txt',
  run: 1,
  lines: 5,
  total: 5,
  done: 0,
  counts: {},
  createdAtMs: NOW_MS,
  updatedAtMs: NOW_MS,
  ...rest,
});

const entry = (id: string, rest: Partial<BatchEntry> = {}): BatchEntry => ({
  id,
  ownerId: 1,
  chatId: 1,
  locale: 'zh',
  label: 'ids.txt',
  format: 'csv',
  total: 5,
  phase: 'queued',
  retryFailed: false,
  messageId: 7,
  atMs: NOW_MS,
  delivery: 'none',
  ...rest,
});

/** Records as the core keeps them, on a disk that a test looks at. */
function createRecords(...ids: string[]) {
  const disk = new Map(ids.map((id) => [id, record(id)]));
  let lockedId: string | undefined;
  const batches: Pick<Batches, 'list' | 'get' | 'setExtra' | 'replaceExtra' | 'remove'> = {
    list: async () => [...disk.values()],
    get: async (id) => disk.get(id) ?? expect.fail('no such job'),
    replaceExtra: async (id, known, extra) => {
      await Promise.resolve();
      if (JSON.stringify(disk.get(id)?.extra) !== JSON.stringify(known)) return false;
      disk.set(id, JSON.parse(JSON.stringify({ ...(disk.get(id) ?? record(id)), extra })));
      return true;
    },
    setExtra: async (id, extra) => {
      await Promise.resolve();
      if (id === lockedId) throw new InputError('in use', { code: 'job_running' });
      const known = disk.get(id);
      if (!known) throw new InputError('none', { code: 'no_such_job' });
      // Through text, as a disk keeps it.
      const written = JSON.parse(JSON.stringify({ ...known, extra })) as JobRecord;
      disk.set(id, written);
      return written;
    },
    remove: async (id) => {
      disk.delete(id);
      return id;
    },
  };
  const change = (id: string, changes: Partial<JobRecord>) =>
    disk.set(id, { ...(disk.get(id) ?? record(id)), ...changes });
  const open = (bot = BOT, member?: number) => openChatJobs({ batches, bot, member, now: () => NOW_MS });
  const lock = (id: string | undefined) => {
    lockedId = id;
  };
  return { disk, change, open, lock };
}

describe('the jobs of chats', () => {
  it('are what was put, in order, also after a restart, and those of this bot only', async () => {
    const { open } = createRecords('a', 'b', 'c');
    const jobs = await open();
    await jobs.put(entry('b', { atMs: NOW_MS + 1 }));
    await jobs.put(entry('a'));
    await Promise.all([
      jobs.put(entry('a', { delivery: 'sending' })),
      jobs.put(entry('a', { delivery: 'sent' })),
    ]);
    const again = await open();
    expect(again.list()).toEqual([entry('a', { delivery: 'sent' }), entry('b', { atMs: NOW_MS + 1 })]);
    expect((await open(BOT + 1)).list()).toEqual([]);
    await again.remove('a');
    expect((await open()).find('a')).toBeUndefined();
  });

  it('end as their run ended, unless the chat ended them', async () => {
    const { change, open } = createRecords('a', 'b', 'c', 'd', 'e');
    const jobs = await open();
    for (const id of ['a', 'b', 'c', 'd', 'e']) await jobs.put(entry(id, { phase: 'ended', end: 'stopped' }));
    await jobs.change('c', { end: 'cancelled' });
    await jobs.change('d', { end: 'stopped', cause: 'chat_gone' });
    change('a', { state: 'finished' });
    change('b', { state: 'stopped', cause: { code: 'daily_calls_used', message: '' } });
    change('e', { state: 'cancelled' });
    const ends = (await open()).list().map(({ id, phase, end, cause }) => [id, phase, end, cause]);
    expect(ends).toEqual([
      ['a', 'ended', 'finished', undefined],
      ['b', 'ended', 'stopped', 'daily_calls_used'],
      ['c', 'ended', 'cancelled', undefined],
      ['d', 'ended', 'stopped', 'chat_gone'],
      ['e', 'ended', 'cancelled', undefined],
    ]);
  });

  it('that a run begins are written by that run, with its state', async () => {
    const { change, disk, open } = createRecords('a');
    const jobs = await open();
    await jobs.put(entry('a'));
    const extra = jobs.begin(entry('a', { phase: 'running' }));
    expect(jobs.find('a')?.phase).toBe('running');
    expect(disk.get('a')?.extra).toMatchObject({ telegram: { open: 'queued' } });
    change('a', { state: 'running', extra });
    expect((await open()).find('a')?.phase).toBe('running');
  });

  it('are on the disk when they say so, and never pretend to be', async () => {
    const { disk, lock, open } = createRecords('a');
    const jobs = await open();
    await jobs.put(entry('a', { phase: 'ended', end: 'finished' }));
    lock('a');
    await expect(jobs.change('a', { delivery: 'sending' })).rejects.toThrow('in use');
    expect(disk.get('a')?.extra).toMatchObject({ telegram: { delivery: 'none' } });
    lock(undefined);
    await jobs.change('a', { delivery: 'sending' });
    expect(disk.get('a')?.extra).toMatchObject({ telegram: { delivery: 'sending' } });
  });

  it('wait for a run that just begins or ends', async () => {
    const { disk, lock, open } = createRecords('a');
    const jobs = await open();
    lock('a');
    const writing = jobs.put(entry('a'));
    const settled = jobs.settle('a');
    setTimeout(() => lock(undefined), 60);
    await Promise.all([writing, settled]);
    expect(disk.get('a')?.extra).toMatchObject({ telegram: { open: 'queued' } });
  });

  it('move with their group', async () => {
    const { open } = createRecords('a', 'b');
    const jobs = await open();
    await jobs.put(entry('a', { chatId: -5, ownerId: -5, threadId: 3 }));
    await jobs.put(entry('b'));
    await jobs.moveChat(-5, -1005);
    expect((await open()).find('a')).toMatchObject({ chatId: -1005, ownerId: -1005 });
    expect((await open()).find('a')?.messageId).toBeUndefined();
    expect((await open()).find('b')?.chatId).toBe(1);
  });

  it('are listed for seven days after their end; what waits, for ever', async () => {
    const { open } = createRecords('old', 'waiting', 'new');
    const jobs = await open();
    await jobs.put(entry('old', { phase: 'ended', atMs: NOW_MS - 8 * DAY_MS }));
    await jobs.put(entry('waiting', { atMs: NOW_MS - 8 * DAY_MS }));
    await jobs.put(entry('new', { phase: 'ended', atMs: NOW_MS - 6 * DAY_MS }));
    expect(jobs.list().map(({ id }) => id)).toEqual(['waiting', 'new']);
  });

  it('that somebody removed by hand, or whose part makes no sense, do no harm', async () => {
    const { change, disk, open } = createRecords('a', 'b');
    const jobs = await open();
    await jobs.put(entry('a'));
    disk.delete('a');
    await jobs.change('a', { delivery: 'failed' });
    change('b', { extra: { telegram: { chatId: 'x' } } });
    expect((await open()).list()).toEqual([]);
  });
});

describe('the jobs of chats on several machines', () => {
  const openTwo = async () => {
    const { open, disk, change } = createRecords('a');
    change('a', { state: 'finished' });
    const [one, other] = [await open(BOT, 1), await open(BOT, 2)];
    await one.put(entry('a', { phase: 'ended', end: 'finished' }));
    await other.refresh();
    return { one, other, disk };
  };
  const isUnsent = ({ delivery }: BatchEntry) => delivery === 'none';

  it('are seen to by one, and its result is sent by one', async () => {
    const { one, other } = await openTwo();
    expect([other.find('a')?.by, other.isOwn(other.find('a') ?? expect.fail())]).toEqual([1, false]);
    const claims = await Promise.all(
      [one, other].map((jobs) => jobs.claim('a', { delivery: 'sending' }, isUnsent)),
    );
    expect(claims.filter((claimed) => claimed !== undefined)).toHaveLength(1);
    expect(one.find('a')).toEqual(other.find('a'));
  });

  it('keep both changes of two machines that know nothing of each other', async () => {
    const { one, other, disk } = await openTwo();
    await one.moveChat(1, -5);
    await other.change('a', { delivery: 'failed' });
    expect(disk.get('a')?.extra?.['telegram']).toMatchObject({ chatId: -5, delivery: 'failed', by: 1 });
  });

  it('are put by the faster one only', async () => {
    const { one, other } = await openTwo();
    await one.put(entry('a', { phase: 'queued' }));
    await expect(other.put(entry('a', { phase: 'queued' }))).rejects.toMatchObject({ code: 'job_elsewhere' });
    expect(other.find('a')).toMatchObject({ phase: 'queued', by: 1 });
  });

  it('that this machine runs are not read again, and others are', async () => {
    const { one, other } = await openTwo();
    const letGo = other.hold('a');
    await one.change('a', { delivery: 'sent' });
    await other.refresh();
    expect(other.find('a')?.delivery).toBe('none');
    letGo();
    await other.refresh();
    expect(other.find('a')?.delivery).toBe('sent');
  });
});
