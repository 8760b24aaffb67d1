import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../../src/core/batch/journal/journal.js';
import type { LinePlace } from '../../../../src/core/batch/journal/journal-index.js';
import { openJournalPlaces } from '../../../../src/core/batch/journal/journal-places.js';
import { createFolder } from '../../../helpers/batch/reading.js';

const LIST = 'list-a';

/** Two runners enter two products each. */
async function writeJournal() {
  const folder = createFolder();
  const places: LinePlace[] = [];
  let names: string[] = [];
  for (const first of [0, 2]) {
    const journal = await openJournal({ folder, run: 1, list: LIST });
    for (const index of [first, first + 1]) {
      await journal.append(index, 'ok', { title: `商品 ${index}` }, false);
      const place = journal.lineOf(index);
      if (place) places.push(place);
    }
    names = journal.segmentNames();
    await journal.close();
  }
  return { places, paths: names.map((name) => join(folder, name)) };
}

describe('openJournalPlaces', () => {
  it('reads the entries of all segments by their places alone', async () => {
    const { places, paths } = await writeJournal();
    const journal = openJournalPlaces(paths, LIST);
    const records = await Promise.all(places.map(journal.read));
    expect(records).toEqual([0, 1, 2, 3].map((index) => ({ title: `商品 ${index}` })));
    await journal.close();
  });

  it('knows nothing of an entry that went bad since, nor of another list', async () => {
    const { places, paths } = await writeJournal();
    const [path = ''] = paths;
    writeFileSync(path, readFileSync(path, 'utf8').replace('商品 0', '商品 9'));
    const journal = openJournalPlaces(paths, LIST);
    const [bad, good] = await Promise.all(places.map(journal.read));
    expect([bad, good]).toEqual([undefined, { title: '商品 1' }]);
    await journal.close();
    const other = openJournalPlaces(paths, 'list-b');
    expect(await Promise.all(places.map(other.read))).toEqual(places.map(() => undefined));
    await other.close();
  });
});
