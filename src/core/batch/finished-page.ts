import { join } from 'node:path';
import type { Core } from '../core.js';
import { type BijiaError, toBijiaError } from '../errors.js';
import type { ListedPage } from '../lookup/shop-listing.js';
import { createCoreBatchSource } from './core-batch-source.js';
import type { KeptLine } from './input/copy.js';
import { openCopyLines } from './input/copy-lines.js';
import type { OwnColumn } from './input/list.js';
import type { JobRecord } from './jobs/job-record.js';
import { COPY_FILE } from './jobs/job-store.js';
import { toPlaceNumber } from './journal/journal.js';
import type { JournalPlaces } from './journal/journal-places.js';
import { type ResultRecord, type Row, toProductRow, toRow } from './output/row.js';
import { openRowIndex, type RowIndex, type RowPlace } from './output/row-index.js';

/** Reads rows of a finished job without those that stand before them. @param skip how many those are */
export type ReadRows = (skip: number) => AsyncGenerator<Row>;

interface PageOptions {
  readonly core: Core;
  /** Of the job. */
  readonly folder: string;
  /** @param segments names of files in the folder, as places count them */
  readonly openAnswers: (segments: readonly string[]) => JournalPlaces;
}

/** @returns undefined where nothing says where the rows stand: then all of them are read in their order */
export async function openPage(record: JobRecord, options: PageOptions): Promise<ReadRows | undefined> {
  if (record.state !== 'finished') return undefined;
  const { folder } = options;
  const copyPath = join(folder, COPY_FILE);
  const index = await openRowIndex(folder, record.run, copyPath);
  if (!index) return undefined;
  const { finishedAtMs = record.updatedAtMs, segments } = index.facts;
  if (finishedAtMs !== record.updatedAtMs) {
    await index.close();
    return undefined;
  }
  const journal = options.openAnswers(segments);
  const read = record.key.kind === 'shop' ? readProducts : readLines;
  return async function* readRows(skip) {
    try {
      yield* read(record, { ...options, index, journal, copyPath }, skip);
    } finally {
      await journal.close();
      await index.close();
    }
  };
}

interface ReadOptions extends PageOptions {
  readonly index: RowIndex;
  readonly journal: JournalPlaces;
  readonly copyPath: string;
}

const readLines = (
  record: JobRecord,
  { core, index, journal, copyPath }: ReadOptions,
  skip: number,
): AsyncGenerator<Row> => {
  const { ownColumns } = index.facts;
  return readPlacedLines(record, index.readFrom(skip), { core, journal, copyPath, ownColumns });
};

export interface PlacedLinesOptions {
  readonly core: Core;
  readonly journal: JournalPlaces;
  readonly copyPath: string;
  readonly ownColumns: readonly OwnColumn[];
}

/** The rows of a list that stand at these places, without looking at any other. */
export async function* readPlacedLines(
  { key }: JobRecord,
  places: AsyncIterable<RowPlace> | Iterable<RowPlace>,
  { core, journal, copyPath, ownColumns: columns }: PlacedLinesOptions,
): AsyncGenerator<Row> {
  const source = createCoreBatchSource(core, key);
  const lines = await openCopyLines(copyPath);
  try {
    for await (const { at, answer } of places) {
      const line = await lines.read(at);
      const record = answer && ((await journal.read(answer)) as ResultRecord | undefined);
      const place = answer && toPlaceNumber(answer);
      const explain = () => findRefusal(line, source);
      yield toRow(line, { record, place, explain }, { columns, sandbox: key.sandbox });
    }
  } finally {
    await lines.close();
  }
}

/** Why a line can never be asked for; that nothing is configured here says nothing about it. */
function findRefusal(
  { ref }: KeptLine,
  { getRoute }: ReturnType<typeof createCoreBatchSource>,
): BijiaError | undefined {
  try {
    if (ref) getRoute(ref);
    return undefined;
  } catch (thrown) {
    const error = toBijiaError(thrown);
    return error.outcome === 'not_configured' ? undefined : error;
  }
}

async function* readProducts(
  { shop }: JobRecord,
  { index, journal }: ReadOptions,
  skip: number,
): AsyncGenerator<Row> {
  let page: { readonly offset: number; readonly listed: ListedPage | undefined } | undefined;
  let line = skip;
  for await (const { at, answer } of index.readFrom(skip)) {
    if (!answer) return;
    const offset = toPlaceNumber(answer);
    if (page?.offset !== offset) page = { offset, listed: (await journal.read(answer)) as ListedPage };
    const product = page.listed?.products[at];
    line += 1;
    if (product) yield toProductRow(product, line, shop?.url ?? '');
  }
}
