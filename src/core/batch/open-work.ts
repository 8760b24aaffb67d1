import { isSandbox } from '../config.js';
import type { Core } from '../core.js';
import { InputError } from '../errors.js';
import type { ShopRef } from '../lookup/shop-listing.js';
import { isRegularFile } from '../state/state-file.js';
import { createCoreBatchSource, listGateways } from './core-batch-source.js';
import { createDamagedCopyError } from './input/copy.js';
import { type InputList, loadInput } from './input/list.js';
import type { JobRecord } from './jobs/job-record.js';
import type { KnownJournal } from './journal/journal.js';
import { createListWork } from './list-work.js';
import { type Row, readRows } from './output/row.js';
import { readPace } from './plan.js';
import { openShopWork, readShopRows } from './shop-work.js';
import type { Work } from './work.js';

/** What a job works through, with what is known of it so far. Close the journal when done. */
export interface OpenWork<J extends KnownJournal = KnownJournal> {
  readonly work: Work;
  readonly journal: J;
  /** Absent for a shop. */
  readonly list?: InputList;
  /** Lines of the input that ask for nothing. */
  readonly refused: number;
  /**
   * Every line of a list, or the products of a shop, with what became of them.
   * @param ready resolves when an index has its outcome, or will not get one in this run
   * @param skip how many rows, from the first on, are passed over
   */
  readonly rows: (ready?: (index: number) => Promise<void>, skip?: number) => AsyncGenerator<Row>;
}

/** Which journal of a job is wanted. */
export interface JournalFacts extends Pick<JobRecord, 'id' | 'run'> {
  /** Hash of the list. */
  readonly list: string;
  /** Absent for a shop. */
  readonly size?: number;
}

export interface OpenWorkOptions<J extends KnownJournal = KnownJournal> {
  readonly core: Core;
  /** The job's copy of its list. */
  readonly copyPath: string;
  readonly openJournal: (facts: JournalFacts) => Promise<J>;
  /** The list, when it is in memory already; else the job's copy is read. */
  readonly list?: InputList;
  /** Asks again even when an answer is cached. */
  readonly fresh?: boolean;
  /** Asks again for what failed at the upstream. */
  readonly retryFailed?: boolean;
  /** Only the rows are wanted: that needs no credentials. */
  readonly rowsOnly?: boolean;
  /** This run keeps no calls for people. */
  readonly batchFirst?: boolean;
}

/** @throws BijiaError when the copy of the input or the journal cannot be read */
export async function openWork<J extends KnownJournal>(
  record: JobRecord,
  options: OpenWorkOptions<J>,
): Promise<OpenWork<J>> {
  return record.key.kind === 'shop' ? openShop(record, options) : openList(record, options);
}

async function openList<J extends KnownJournal>(
  { id, key, run }: JobRecord,
  options: OpenWorkOptions<J>,
): Promise<OpenWork<J>> {
  const { core, copyPath, fresh, retryFailed, rowsOnly, batchFirst } = options;
  const list = options.list ?? (await loadKept(copyPath, key.list));
  const { references, summary } = list;
  const journal = await options.openJournal({ id, run, list: key.list, size: references.size });
  const source = createCoreBatchSource(core, { ...key, fresh });
  const pace = rowsOnly ? undefined : await readPace(core, batchFirst);
  const work = createListWork({ references, journal, source, retryFailed, pace });
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
    list,
    refused: summary.refused,
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

/** @throws ConfigError when the copy is not the list that the job is about */
export async function loadKept(copyPath: string, hash: string): Promise<InputList> {
  if (!(await isRegularFile(copyPath))) throw createDamagedCopyError(copyPath);
  const list = await loadInput(copyPath);
  // Earlier versions knew a list by its references alone.
  if (list.hash === hash || list.references.hash() === hash) return list;
  throw createDamagedCopyError(copyPath);
}

async function openShop<J extends KnownJournal>(
  record: JobRecord,
  options: OpenWorkOptions<J>,
): Promise<OpenWork<J>> {
  const { id, key, run } = record;
  const { core, rowsOnly } = options;
  const journal = await options.openJournal({ id, run, list: key.list });
  const { work, url } = await openPages(record, core, journal, rowsOnly);
  return { work, journal, refused: 0, rows: (ready, skip) => readShopRows(journal, url, { ready, skip }) };
}

/** @param rowsOnly nothing is asked for: that needs no credentials */
export async function openPages(
  { key, shop }: JobRecord,
  core: Core,
  journal: Pick<KnownJournal, 'read'>,
  rowsOnly = false,
): Promise<{ readonly work: Work; readonly source: string; readonly url: string }> {
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
  const work = await openShopWork({
    shopId: id,
    source,
    pageSize,
    journal,
    getPage: (page, callOptions) =>
      core.getShopPage(ref, { page, size: pageSize }, { ...callOptions, lane: 'batch', source: key.source }),
  });
  return { work, source, url };
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
