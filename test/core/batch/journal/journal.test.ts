import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  getNewestRun,
  type JournalOptions,
  openJournal,
  removeOtherJournals,
} from '../../../../src/core/batch/journal/journal.js';
import type { SegmentFile } from '../../../../src/core/batch/journal/journal-writer.js';
import type { Outcome } from '../../../../src/core/errors.js';
import { anyCharacter } from '../../../helpers/any-character.js';
import { createFolder } from '../../../helpers/batch/reading.js';

const open = (folder: string, options: Partial<JournalOptions> = {}) =>
  openJournal({ folder, run: 1, list: 'list-a', ...options });

type Entry = readonly [index: number, outcome: Outcome, record: unknown];

async function write(folder: string, entries: readonly Entry[], options?: Partial<JournalOptions>) {
  const journal = await open(folder, options);
  for (const [index, outcome, record] of entries) await journal.append(index, outcome, record, false);
  await journal.close();
}

async function read(folder: string, size: number) {
  const journal = await open(folder);
  const entries: (Entry | undefined)[] = [];
  for (let index = 0; index < size; index += 1) {
    const outcome = journal.outcomeAt(index);
    entries.push(outcome && [index, outcome, await journal.read(index)]);
  }
  await journal.close();
  return entries;
}

const segmentOf = (folder: string, segment = 1) => join(folder, `journal-1-${segment}.jsonl`);
const outcomes = fc.constantFrom<Outcome>('ok', 'not_found', 'invalid', 'unsupported', 'upstream_error');

describe('openJournal', () => {
  it('gives back what was entered, in any order and across runners', async () => {
    const folder = createFolder();
    await write(folder, [
      [2, 'ok', { product: { title: '苹果 ["00000000",' } }],
      [0, 'not_found', { error: { code: 'not_found' } }],
    ]);
    await write(folder, [[1, 'ok', 'second runner']]);
    expect(await read(folder, 4)).toEqual([
      [0, 'not_found', { error: { code: 'not_found' } }],
      [1, 'ok', 'second runner'],
      [2, 'ok', { product: { title: '苹果 ["00000000",' } }],
      undefined,
    ]);
    const journal = await open(folder);
    expect(journal.count()).toBe(3);
    expect(journal.counts()).toEqual({ ok: 2, not_found: 1 });
    expect(await journal.read(3)).toBeUndefined();
    await journal.close();
  });

  it('writes JSON lines that anybody can read', async () => {
    const folder = createFolder();
    await write(folder, [[7, 'ok', { a: 1 }]]);
    const [header, line] = readFileSync(segmentOf(folder), 'utf8')
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one));
    expect(header).toEqual({ journal: 'bijia', version: 1, list: 'list-a' });
    expect(line).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/), 7, 'ok', { a: 1 }]);
  });

  it('lets the first line of a reference count, and a failure of the upstream give way', async () => {
    const folder = createFolder();
    await write(folder, [
      [0, 'ok', 'first'],
      [1, 'upstream_error', 'failed'],
      [2, 'upstream_error', 'failed'],
    ]);
    await write(folder, [
      [0, 'not_found', 'second'],
      [1, 'ok', 'retried'],
      [2, 'upstream_error', 'failed again'],
    ]);
    expect(await read(folder, 3)).toEqual([
      [0, 'ok', 'first'],
      [1, 'ok', 'retried'],
      [2, 'upstream_error', 'failed again'],
    ]);
    const journal = await open(folder);
    expect([journal.count(), journal.counts()]).toEqual([3, { ok: 2, upstream_error: 1 }]);
    await journal.close();
  });

  it('gives each runner a segment of its own, also when both began with the same view', async () => {
    const folder = createFolder();
    const [first, second] = [await open(folder), await open(folder)];
    await first.append(0, 'ok', 'first', true);
    await second.append(1, 'ok', 'second', true);
    await first.append(2, 'ok', 'first', true);
    expect([await first.read(2), await first.read(0), await second.read(1)]).toEqual([
      'first',
      'first',
      'second',
    ]);
    await Promise.all([first.close(), second.close()]);
    expect(readdirSync(folder).sort()).toEqual(['journal-1-1.jsonl', 'journal-1-2.jsonl']);
    expect(await read(folder, 3)).toEqual([
      [0, 'ok', 'first'],
      [1, 'ok', 'second'],
      [2, 'ok', 'first'],
    ]);
  });

  it('names a folder that stands in the place of a segment', async () => {
    const folder = createFolder();
    mkdirSync(segmentOf(folder));
    await expect(open(folder)).rejects.toThrow('journal-1-1.jsonl cannot be used (not a regular file)');
  });

  it('passes over a segment that is gone when it is its turn', async () => {
    const folder = createFolder();
    symlinkSync(join(folder, 'nowhere'), segmentOf(folder));
    await write(folder, [[0, 'ok', 'written beside it']]);
    expect(await read(folder, 1)).toEqual([[0, 'ok', 'written beside it']]);
  });

  it.skipIf(process.platform !== 'linux')('holds no file open when it is closed', async () => {
    const folder = createFolder();
    await write(folder, [[0, 'ok', 'x']]);
    await read(folder, 1);
    const links = readdirSync('/proc/self/fd').map((name) => {
      try {
        return readlinkSync(`/proc/self/fd/${name}`);
      } catch {
        return '';
      }
    });
    expect(links.filter((link) => link.startsWith(folder))).toEqual([]);
  });

  it('writes nothing until there is something to write', async () => {
    const folder = createFolder();
    await (await open(folder)).close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a journal of another list', async () => {
    const folder = createFolder();
    await write(folder, [[0, 'ok', 1]], { list: 'list-b' });
    await expect(open(folder)).rejects.toMatchObject({
      code: 'journal_of_another_list',
      message: expect.stringContaining('belongs to another list'),
    });
  });

  it('refuses a journal of another version', async () => {
    const folder = createFolder();
    writeFileSync(segmentOf(folder), '{"journal":"bijia","version":9,"list":"list-a"}\n');
    await expect(open(folder)).rejects.toMatchObject({
      code: 'journal_version',
      message: expect.stringContaining('written by another version of bijia (format 9, here 1)'),
    });
  });

  it('counts no line of another list, even where the header is gone', async () => {
    const [folder, other] = [createFolder(), createFolder()];
    await write(other, [[0, 'ok', 'of the other list']], { list: 'list-b' });
    writeFileSync(segmentOf(folder), readFileSync(segmentOf(other), 'utf8').replace(/^.*\n/, '###\n'));
    expect(await read(folder, 1)).toEqual([undefined]);
  });

  it('keeps the lines of earlier runs apart, and removes them when asked', async () => {
    const folder = createFolder();
    await write(folder, [[0, 'ok', 'yesterday']]);
    await write(folder, [[1, 'ok', 'today']], { run: 2 });
    expect(await read(folder, 2)).toEqual([[0, 'ok', 'yesterday'], undefined]);
    await write(folder, [[1, 'ok', 'of a run whose record was lost']], { run: 3 });
    writeFileSync(join(folder, 'journal-99999999999-1.jsonl'), '');
    expect(await getNewestRun(folder)).toBe(3);
    await removeOtherJournals(folder, 2);
    expect(readdirSync(folder)).toEqual(['journal-2-1.jsonl']);
  });

  it('takes for journals what is named like one from end to end, and removes nothing else', async () => {
    const folder = createFolder();
    for (const name of ['journal-12-1.jsonl', 'old-journal-98-1.jsonl', 'journal-99-1.jsonl.bak', 'job.json'])
      writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, 'journal-3-1.jsonl'));
    expect(await getNewestRun(folder)).toBe(12);
    await removeOtherJournals(folder, 12);
    expect(readdirSync(folder).sort()).toEqual(['job.json', 'journal-12-1.jsonl', 'old-journal-98-1.jsonl']);
  });

  it('has places that grow from each entry to the next, over all segments', async () => {
    const folder = createFolder();
    for (const index of [0, 2, 4]) {
      await write(folder, [
        [index, 'ok', 'x'.repeat(1000)],
        [index + 1, 'ok', 'y'],
      ]);
    }
    const journal = await open(folder);
    const places = [0, 1, 2, 3, 4, 5].map((index) => journal.placeOf(index) ?? Number.NaN);
    await journal.close();
    expect(places).toEqual([...new Set(places)].sort((one, other) => one - other));
    expect(places.every(Number.isSafeInteger)).toBe(true);
    expect(journal.placeOf(6)).toBeUndefined();
  });

  it('ignores indexes beyond the list', async () => {
    const folder = createFolder();
    await write(folder, [
      [4, 'ok', 1],
      [5, 'ok', 1],
    ]);
    const journal = await open(folder, { size: 5 });
    expect([journal.count(), journal.outcomeAt(4), journal.outcomeAt(5)]).toEqual([1, 'ok', undefined]);
    await journal.close();
  });

  it('takes indexes as they come while nobody knows how many there are', async () => {
    const folder = createFolder();
    const entries = [255, 256, 5000, 5001, 0].map((index): Entry => [index, 'ok', `number ${index}`]);
    await write(folder, entries);
    const journal = await open(folder);
    expect(await Promise.all(entries.map(([index]) => journal.read(index)))).toEqual(
      entries.map(([, , record]) => record),
    );
    expect(journal.count()).toBe(5);
    await journal.close();
  });

  it('reads the segments of twenty runners in the order in which they began, and no other file', async () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'journal-1-1.jsonl.bak'), 'not ours');
    const runners = Array.from({ length: 20 }, (_, at) => at);
    for (const at of runners) {
      await write(folder, [
        [at, 'ok', `runner ${at}`],
        [20, 'upstream_error', `runner ${at}`],
      ]);
    }
    const entries = runners.map((at): Entry => [at, 'ok', `runner ${at}`]);
    expect(await read(folder, 21)).toEqual([...entries, [20, 'upstream_error', 'runner 19']]);
  });

  it.each(['', '{"version":1}', '{"list":"list-a"}', 'null', '{"jour'])(
    'reads on where the header became %j',
    async (header) => {
      const folder = createFolder();
      const entries: Entry[] = [
        [0, 'ok', 'a'],
        [1, 'ok', 'b'],
      ];
      await write(folder, entries);
      writeFileSync(segmentOf(folder), readFileSync(segmentOf(folder), 'utf8').replace(/^.*/, header));
      expect(await read(folder, 2)).toEqual(entries);
    },
  );

  it('finds a line again when the line feed before it is gone', async () => {
    const folder = createFolder();
    const entries = [0, 1, 2].map((at): Entry => [at, 'ok', [['deep'], at]]);
    await write(folder, entries);
    const bytes = readFileSync(segmentOf(folder));
    for (const [line, lost] of [
      [0, undefined],
      [1, 0],
      [2, 1],
    ] as const) {
      const damaged = Buffer.from(bytes);
      damaged[endOfLine(bytes, line)] = 0x78;
      writeFileSync(segmentOf(folder), damaged);
      expect(await read(folder, 3)).toEqual(entries.map((entry, at) => (at === lost ? undefined : entry)));
    }
  });

  it('passes over 64 MB without a line feed', async () => {
    const folder = createFolder();
    await write(folder, [[0, 'ok', 'after it']]);
    const [header = '', line = ''] = readFileSync(segmentOf(folder), 'utf8').split('\n');
    writeFileSync(segmentOf(folder), `${header}\n${'x'.repeat(2 ** 26 + 5)}\n${line}\n`);
    expect(await read(folder, 1)).toEqual([[0, 'ok', 'after it']]);
  });

  it('reads lines longer than its windows, and many at once', async () => {
    const folder = createFolder();
    const long = 'x'.repeat(3_000_000);
    await write(folder, [
      [0, 'ok', 'short'],
      [1, 'ok', long],
      [2, 'ok', 'short'],
    ]);
    const journal = await open(folder);
    expect(await Promise.all([2, 0, 1, 2, 0].map((index) => journal.read(index)))).toEqual([
      'short',
      'short',
      long,
      'short',
      'short',
    ]);
    await journal.close();
  });

  it('loses nothing but the torn line, wherever the file is cut', async () => {
    const folder = createFolder();
    const entries = Array.from({ length: 6 }, (_, at): Entry => [at, 'ok', { title: `商品 ${at}` }]);
    await write(folder, entries);
    const whole = readFileSync(segmentOf(folder));
    const ends = entries.map((_, at) => endOfLine(whole, at + 1));
    for (let length = 0; length < whole.length; length += 1) {
      writeFileSync(segmentOf(folder), whole.subarray(0, length));
      // A line without its line feed is still proven by its checksum.
      expect(await read(folder, 6)).toEqual(
        entries.map((entry, at) => (length >= (ends[at] ?? 0) ? entry : undefined)),
      );
    }
  });

  it('continues in a new segment after a torn end', async () => {
    const folder = createFolder();
    await write(folder, [
      [0, 'ok', 'whole'],
      [1, 'ok', 'torn'],
    ]);
    writeFileSync(segmentOf(folder), readFileSync(segmentOf(folder)).subarray(0, -6));
    await write(folder, [[1, 'ok', 'again']]);
    expect(await read(folder, 2)).toEqual([
      [0, 'ok', 'whole'],
      [1, 'ok', 'again'],
    ]);
  });

  it('loses only the lines that flipped bits hit', async () => {
    const record = fc.oneof(
      fc.string(),
      fc.array(fc.string()),
      fc.record({ title: fc.string({ unit: anyCharacter }) }),
    );
    const entry = fc.tuple(outcomes, record);
    const flip = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(7));
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 12 }),
        fc.array(flip, { minLength: 1, maxLength: 3 }),
        async (drawn, flips) => {
          const folder = createFolder();
          const entries = drawn.map(
            ([outcome, value], at): Entry => [at, outcome, JSON.parse(JSON.stringify(value))],
          );
          await write(folder, entries);
          const bytes = readFileSync(segmentOf(folder));
          const original = Buffer.from(bytes);
          for (const [where, bit] of flips) {
            const at = Math.floor(where * bytes.length);
            bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
          }
          writeFileSync(segmentOf(folder), bytes);
          // The header may have become one that is refused; then nothing is read, and nothing lost.
          const found = await read(folder, entries.length).catch(() => undefined);
          if (!found) return;
          for (const [at, kept] of found.entries()) {
            const [start, end] = [endOfLine(original, at) + 1, endOfLine(original, at + 1) + 1];
            if (original.subarray(start, end).equals(bytes.subarray(start, end)))
              expect(kept).toEqual(entries[at]);
            else expect([undefined, entries[at]]).toContainEqual(kept);
          }
        },
      ),
      { numRuns: 80 },
    );
  });
});

/** Offset of the line feed that ends line `number`, the header being 0; of the header's for -1 is -1. */
function endOfLine(bytes: Buffer, number: number): number {
  let at = -1;
  for (let line = 0; line <= number; line += 1) at = bytes.indexOf(0x0a, at + 1);
  return at;
}

describe('append', () => {
  function createDisk(room: number) {
    const log: string[] = [];
    let left = room;
    const createFile = async (path: string): Promise<SegmentFile> => ({
      append: async (bytes) => {
        writeFileSync(path, bytes.subarray(0, left), { flag: 'a' });
        log.push(`write ${bytes.toString().trimEnd().split('\n').length}`);
        if (bytes.length > left) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        left -= bytes.length;
      },
      sync: async () => void log.push('sync'),
      close: async () => void log.push('close'),
    });
    return { log, createFile };
  }

  it('is on the disk before it returns, for what an upstream was asked for', async () => {
    const { log, createFile } = createDisk(1e9);
    const journal = await open(createFolder(), { createFile });
    await journal.append(0, 'ok', 1, true);
    expect(log).toEqual(['write 1', 'write 1', 'sync']);
  });

  it('shares one write and one sync among answers that come together', async () => {
    const { log, createFile } = createDisk(1e9);
    const journal = await open(createFolder(), { createFile });
    await journal.append(0, 'ok', 1, true);
    log.length = 0;
    await Promise.all(Array.from({ length: 20 }, (_, at) => journal.append(at + 1, 'ok', at, at % 2 === 0)));
    expect(log).toEqual(['write 1', 'sync', 'write 19', 'sync']);
  });

  it('syncs within a second what was cached, also when nothing follows', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { log, createFile } = createDisk(1e9);
      const journal = await open(createFolder(), { createFile });
      for (const index of [0, 1, 2]) await journal.append(index, 'ok', 1, false);
      expect(log).not.toContain('sync');
      await vi.advanceTimersByTimeAsync(1000);
      expect(log.filter((one) => one === 'sync')).toHaveLength(1);
      await journal.close();
      expect(log.slice(-2)).toEqual(['sync', 'close']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('closes the file after all that was entered has been written and is on the disk', async () => {
    const { log, createFile } = createDisk(1e9);
    const journal = await open(createFolder(), {
      createFile: async (path) => {
        const file = await createFile(path);
        const append = async (bytes: Buffer) => {
          await new Promise(setImmediate);
          await file.append(bytes);
        };
        return { ...file, append };
      },
    });
    await journal.append(0, 'ok', 1, true);
    log.length = 0;
    const entering = [1, 2].map((index) => journal.append(index, 'ok', index, false));
    await journal.close();
    await Promise.all(entering);
    expect(log).toEqual(['write 1', 'write 1', 'sync', 'close']);
  });

  it('syncs nothing once the file is closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { log, createFile } = createDisk(1e9);
      const journal = await open(createFolder(), { createFile });
      await journal.append(0, 'ok', 1, false);
      await journal.close();
      await vi.advanceTimersByTimeAsync(5000);
      expect(log.slice(-2)).toEqual(['sync', 'close']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('says that the disk is full, writes nothing after that, and can be resumed', async () => {
    const folder = createFolder();
    const { log, createFile } = createDisk(200);
    const journal = await open(folder, { createFile });
    await journal.append(0, 'ok', 'x'.repeat(50), true);
    for (const index of [1, 2]) {
      await expect(journal.append(index, 'ok', 'x'.repeat(90), true)).rejects.toMatchObject({
        code: 'disk_full',
        stopsBatch: true,
      });
    }
    expect(journal.outcomeAt(1)).toBeUndefined();
    await journal.close();
    expect(log).toEqual(['write 1', 'write 1', 'sync', 'write 1', 'close']);
    expect(await read(folder, 3)).toEqual([[0, 'ok', 'x'.repeat(50)], undefined, undefined]);
  });

  it('says that the folder cannot be written', async () => {
    const createFile = () => Promise.reject(Object.assign(new Error('read-only'), { code: 'EROFS' }));
    const journal = await open(createFolder(), { createFile });
    await expect(journal.append(0, 'ok', 1, true)).rejects.toThrow('cannot be written (EROFS)');
  });

  it('notices when a line went bad after it was read', async () => {
    const folder = createFolder();
    await write(folder, [[0, 'ok', 'good']]);
    const journal = await open(folder);
    const path = segmentOf(folder);
    copyFileSync(path, `${path}.old`);
    writeFileSync(path, readFileSync(path, 'utf8').replace('good', 'evil'));
    expect(await journal.read(0)).toBeUndefined();
    await journal.close();
  });
});
