import { appendFileSync, copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../../src/core/batch/journal/journal.js';
import { followJournal } from '../../../../src/core/batch/journal/journal-follower.js';
import { createFolder } from '../../../helpers/batch/reading.js';

const FACTS = { run: 1, list: 'list-a' };
const follow = (folder: string) => followJournal({ folder, ...FACTS });
const segmentOf = (folder: string, segment = 1) => join(folder, `journal-1-${segment}.jsonl`);

/** A runner with a segment of its own. */
const open = (folder: string) => openJournal({ folder, ...FACTS });

describe('a journal that is followed', () => {
  it('brings what was appended since, of whichever runner', async () => {
    const folder = createFolder();
    const follower = follow(folder);
    expect(await follower.refresh()).toEqual([]);
    const one = await open(folder);
    await one.append(4, 'ok', 'four', false);
    await one.append(1, 'not_found', 'one', false);
    expect(await follower.refresh()).toEqual([4, 1]);
    await one.append(2, 'ok', 'two', false);
    const other = await open(folder);
    await other.append(3, 'ok', 'three', false);
    expect(await follower.refresh()).toEqual([2, 3]);
    expect(await follower.refresh()).toEqual([]);
    expect(follower.counts()).toEqual({ ok: 3, not_found: 1 });
    await one.close();
    await other.close();
    const whole = await open(folder);
    for (const index of [1, 2, 3, 4]) {
      expect(follower.lineOf(index)).toEqual(whole.lineOf(index));
      expect(follower.placeOf(index)).toBe(whole.placeOf(index));
    }
    expect(follower.segmentNames()).toEqual(whole.segmentNames());
    await whole.close();
  });

  it('names no index behind the end of the list', async () => {
    const folder = createFolder();
    const journal = await open(folder);
    await journal.append(3, 'ok', 'beyond', false);
    await journal.append(2, 'ok', 'two', false);
    await journal.close();
    const follower = followJournal({ folder, ...FACTS, size: 3 });
    expect(await follower.refresh()).toEqual([2]);
    expect(follower.counts()).toEqual({ ok: 1 });
  });

  it('reads nothing again, so that what stood before may be gone', async () => {
    const folder = createFolder();
    const journal = await open(folder);
    await journal.append(0, 'ok', 'zero', false);
    const follower = follow(folder);
    await follower.refresh();
    const path = segmentOf(folder);
    const { size } = statSync(path);
    await journal.append(1, 'ok', 'one', false);
    await journal.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x20, 0, size));
    expect(await follower.refresh()).toEqual([1]);
  });

  it('waits for the end of a line that is being written', async () => {
    const folder = createFolder();
    const journal = await open(folder);
    await journal.append(0, 'ok', 'zero', false);
    const path = segmentOf(folder);
    const { size } = statSync(path);
    await journal.append(1, 'ok', 'one', false);
    await journal.close();
    const copy = join(folder, 'copy');
    copyFileSync(path, copy);
    const bytes = readFileSync(copy);
    for (let cut = size; cut < bytes.length; cut += 7) {
      truncateSync(path, cut);
      const follower = follow(folder);
      const early = await follower.refresh();
      appendFileSync(path, bytes.subarray(cut));
      expect([...early, ...(await follower.refresh())]).toEqual([0, 1]);
      expect(follower.lineOf(1)).toMatchObject({ offset: size, length: bytes.length - size - 1 });
    }
  });

  it('names an index again whose failure has given way', async () => {
    const folder = createFolder();
    const journal = await open(folder);
    const follower = follow(folder);
    await journal.append(0, 'upstream_error', 'no', false);
    expect(await follower.refresh()).toEqual([0]);
    await journal.append(0, 'ok', 'yes', false);
    await journal.append(0, 'ok', 'too late', false);
    expect(await follower.refresh()).toEqual([0]);
    await journal.close();
  });
});
