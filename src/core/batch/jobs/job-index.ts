import { join } from 'node:path';
import { readCopy } from '../input/copy.js';
import type { InputList } from '../input/list.js';
import type { Journal } from '../journal/journal.js';
import { countBytes, type RowPlace, writeRowIndex } from '../output/row-index.js';
import { listShopPlaces } from '../shop-work.js';
import { COPY_FILE } from './job-store.js';

export type PlacedJournal = Pick<Journal, 'read' | 'lineOf' | 'segmentNames'>;

/**
 * Keeps where the rows of a run stand, once all of them are there.
 * @param finishedAtMs where they count no longer when the job has gone on since
 */
export async function indexRows(
  folder: string,
  run: number,
  { journal, list }: { readonly journal: PlacedJournal; readonly list?: InputList },
  finishedAtMs?: number,
): Promise<void> {
  const copyPath = join(folder, COPY_FILE);
  const ownColumns = [...(list?.ownColumns ?? [])];
  const copyBytes = await countBytes(copyPath);
  const segments = journal.segmentNames();
  const facts = { version: 1 as const, run, segments, finishedAtMs, copyBytes, ownColumns };
  await writeRowIndex(folder, facts, list ? listPlaces(copyPath, list, journal) : listShopPlaces(journal));
}

async function* listPlaces(
  copyPath: string,
  list: InputList,
  journal: PlacedJournal,
): AsyncGenerator<RowPlace> {
  let position = 0;
  for await (const { offset } of readCopy(copyPath)) {
    yield { at: offset, answer: journal.lineOf(list.indexAt(position)) };
    position += 1;
  }
}
