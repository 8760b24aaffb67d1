import { join } from 'node:path';
import { isSandbox } from '../config.js';
import type { Core } from '../core.js';
import { InputError } from '../errors.js';
import type { ShopRef } from '../lookup/shop-listing.js';
import { isRegularFile } from '../state/state-file.js';
import { createCoreBatchSource, listGateways } from './core-batch-source.js';
import { createDamagedCopyError, readCopy } from './input/copy.js';
import { type InputList, loadInput, type OwnColumn } from './input/list.js';
import type { JobRecord } from './jobs/job-record.js';
import { COPY_FILE } from './jobs/job-store.js';
import { type Journal, openJournal } from './journal/journal.js';
import { createListWork } from './list-work.js';
import { type Row, readRows } from './output/row.js';
import { countBytes, type RowIndexFacts, type RowPlace, writeRowIndex } from './output/row-index.js';
import { listShopPlaces, openShopWork, readShopRows } from './shop-work.js';
import type { Work } from './work.js';

/** What a job works through, with what is known of it so far. Close the journal when done. */
export interface OpenWork {
  readonly work: Work;
  readonly journal: Journal;
  /** Lines of the input that ask for nothing. */
  readonly refused: number;
  /**
   * Every line of a list, or the products of a shop, with what became of them.
   * @param ready resolves when an index has its outcome, or will not get one in this run
   * @param skip how many rows, from the first on, are passed over
   */
  readonly rows: (ready?: (index: number) => Promise<void>, skip?: number) => AsyncGenerator<Row>;
  /** Keeps where the rows stand, once all of them are there. */
  readonly index: () => Promise<void>;
}

export interface OpenWorkOptions {
  readonly core: Core;
  readonly folder: string;
  /** The list, when it is in memory already; else the job's copy is read. */
  readonly list?: InputList;
  /** Asks again even when an answer is cached. */
  readonly fresh?: boolean;
  /** Asks again for what failed at the upstream. */
  readonly retryFailed?: boolean;
  /** Only the rows are wanted: that needs no credentials. */
  readonly rowsOnly?: boolean;
}

/** @throws BijiaError when the copy of the input or the journal cannot be read */
export async function openWork(record: JobRecord, options: OpenWorkOptions): Promise<OpenWork> {
  return record.key.kind === 'shop' ? openShop(record, options) : openList(record, options);
}

async function openList({ key, run }: JobRecord, options: OpenWorkOptions): Promise<OpenWork> {
  const { core, folder, fresh, retryFailed, rowsOnly } = options;
  const copyPath = join(folder, COPY_FILE);
  const list = options.list ?? (await loadKept(copyPath, key.list));
  const { references, summary } = list;
  const journal = await openJournal({ folder, run, list: key.list, size: references.size });
  const source = createCoreBatchSource(core, { ...key, fresh });
  const work = createListWork({ references, journal, source, retryFailed });
  // Reading alone needs no configured upstream.
  const isConfigured =
    !rowsOnly || isConfiguredFor(key, { core, gateways: listGateways(references, source) });
  const explain = (index: number) => {
    const reason = work.explain(index);
    return reason?.outcome === 'not_configured' && !isConfigured ? undefined : reason;
  };
  return {
    work,
    journal,
    refused: summary.refused,
    index: async () => {
      const facts = await toIndexFacts(journal, run, { copyPath, ownColumns: list.ownColumns });
      await writeRowIndex(folder, facts, listPlaces(copyPath, list, journal));
    },
    rows: (ready, skip) => readRows({ copyPath, list, journal, explain, sandbox: key.sandbox, ready, skip }),
  };
}

/** Reading a job needs no configuration as it was: what is missing then says nothing about its lines. */
function isConfiguredFor(
  { sandbox, gateways }: JobRecord['key'],
  own: { readonly core: Core; readonly gateways: readonly string[] },
): boolean {
  if (sandbox) return isSandbox(own.core.config);
  return JSON.stringify(own.gateways) === JSON.stringify(gateways);
}

async function toIndexFacts(
  journal: Journal,
  run: number,
  { copyPath, ownColumns }: { readonly copyPath: string; readonly ownColumns: readonly OwnColumn[] },
): Promise<RowIndexFacts> {
  const segments = journal.segmentNames();
  return { version: 1, run, segments, copyBytes: await countBytes(copyPath), ownColumns: [...ownColumns] };
}

async function* listPlaces(copyPath: string, list: InputList, journal: Journal): AsyncGenerator<RowPlace> {
  let position = 0;
  for await (const { offset } of readCopy(copyPath)) {
    yield { at: offset, answer: journal.lineOf(list.indexAt(position)) };
    position += 1;
  }
}

/** @throws ConfigError when the copy is not the list that the job is about */
async function loadKept(copyPath: string, hash: string): Promise<InputList> {
  if (!(await isRegularFile(copyPath))) throw createDamagedCopyError(copyPath);
  const list = await loadInput(copyPath);
  // Earlier versions knew a list by its references alone.
  if (list.hash === hash || list.references.hash() === hash) return list;
  throw createDamagedCopyError(copyPath);
}

async function openShop({ key, run, shop }: JobRecord, options: OpenWorkOptions): Promise<OpenWork> {
  const { core, folder, rowsOnly } = options;
  if (!shop) {
    throw new InputError('The job does not say which shop it is about. Remove it and start again.', {
      code: 'job_without_shop',
    });
  }
  const { platform, id, url } = shop;
  const ref: ShopRef = { platform, kind: 'shop', id, url };
  const { source, pageSize } = rowsOnly
    ? { source: '', pageSize: SHOP_PAGE_SIZE }
    : getShopRoute(core, platform, key.source);
  const journal = await openJournal({ folder, run, list: key.list });
  const work = await openShopWork({
    shopId: id,
    source,
    pageSize,
    journal,
    getPage: (page, callOptions) =>
      core.getShopPage(ref, { page, size: pageSize }, { ...callOptions, lane: 'batch', source: key.source }),
  });
  return {
    work,
    journal,
    refused: 0,
    rows: (ready, skip) => readShopRows(journal, url, { ready, skip }),
    index: async () => {
      const facts = await toIndexFacts(journal, run, { copyPath: join(folder, COPY_FILE), ownColumns: [] });
      await writeRowIndex(folder, facts, listShopPlaces(journal));
    },
  };
}

/** Where a provider does not say how long a page may be. */
const SHOP_PAGE_SIZE = 20;

/** Who lists a shop, and in pages of which size. @throws ConfigError, UnsupportedError, InputError */
export function getShopRoute(core: Core, platform: string, wanted: string | undefined) {
  const { provider, connection, identity } = core.getUpstream(platform, {
    source: wanted,
    capability: 'shop',
  });
  return { source: provider.id, identity, pageSize: connection.maxShopPageSize ?? SHOP_PAGE_SIZE };
}
