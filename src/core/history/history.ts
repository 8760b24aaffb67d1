import { join } from 'node:path';
import { type Clock, DAY_MS, MINUTE_MS } from '../clock.js';
import { InputError } from '../errors.js';
import { decodePercent } from '../links/link-text.js';
import { type Origin, type SeriesKey, toObservation } from '../prices/observation.js';
import { createPriceReport, type PriceReport } from '../prices/price-report.js';
import { TRACK_NAMES } from '../prices/timeline.js';
import type { PriceKind, ProductFacts } from '../product/product.js';
import type { DroppedSeries, HistoryTables, Series } from '../state/history/history-store.js';
import { createInbox } from '../state/history/inbox.js';
import type { WatchStore } from '../state/history/watch-store.js';
import { createBackgroundFold } from './background-fold.js';
import { type BroughtHistory, bringHistory } from './bring-history.js';
import { type FindProduct, listExchanged } from './exchange.js';
import { formatExchangeHeader, formatExchangeRow } from './exchange-csv.js';
import { createHistoryTable, type HistoryTableOptions } from './history-table.js';
import { type ImportReport, importEntries, listLineEntries, listTableEntries } from './import.js';

export interface HistoryOptions extends HistoryTableOptions {
  /** Given where other machines are to know what is seen here: then that does not wait until somebody reads. */
  readonly sharing?: Pick<Clock, 'repeat' | 'wait'> & {
    /** What this machine has kept by itself; undefined where it has nothing. @throws ConfigError */
    readonly openOwn: () => Promise<HistoryTables | undefined>;
  };
  /** What an imported line is about. */
  readonly findProduct: FindProduct;
  readonly pid: number;
}

/** One source's price history of a product. */
export interface SourceHistory extends PriceReport, Pick<Series, 'source' | 'title' | 'tracks'> {}

/** A price that fell. */
export interface Drop extends SeriesKey {
  readonly title?: string;
  readonly nowFen: number;
  readonly kind?: PriceKind;
  readonly beforeFen: number;
  /** 0 to 1: how much of the price before is gone. */
  readonly share: number;
  readonly atMs: number;
}

/** A product, and when a source was last seen to answer about it. */
export interface SeenProduct extends SeriesKey {
  readonly atMs: number;
}

/** What prices were, as far as bijia saw them on this machine. */
export type History = ReturnType<typeof createHistory>;

export function createHistory(options: HistoryOptions) {
  const { folder, now } = options;
  const inbox = createInbox({ ...options, folder: join(folder, 'inbox') });
  const { read, ask, close } = createHistoryTable(options);
  const sharing = options.sharing && createBackgroundFold({ ...options.sharing, fold: read });
  return {
    ...createExchange(options, read),
    /** Notes a fresh answer. Never throws and loads nothing. */
    record: (facts: ProductFacts, origin: Origin, tells: readonly PriceKind[]): void => {
      const observation = toObservation(facts, origin, tells);
      if (!observation) return;
      inbox.append(observation);
      sharing?.note();
    },
    /** One report for each source that was asked about the product. @throws ConfigError */
    getReports: async (platform: string, stableId: string, days: number): Promise<SourceHistory[]> => {
      const series = await ask((store) => store.listSeries(platform, stableId));
      return series
        .filter(({ sku }) => sku === '')
        .map(({ source, title, tracks }) => ({
          source,
          title,
          tracks,
          ...createPriceReport(tracks, now(), days),
        }));
    },
    /** The largest drops first. @param minShare 0 to 1 @throws ConfigError */
    listDrops: async (days: number, minShare: number, limit: number): Promise<Drop[]> => {
      const since = Math.floor((now() - days * DAY_MS) / MINUTE_MS);
      return (await ask((store) => store.listDropped(since, minShare, limit))).flatMap(toDrop);
    },
    /** What was seen since then, and when last. @throws ConfigError */
    listSeenSince: async (sinceMs: number): Promise<SeenProduct[]> => {
      const seen = await ask((store) => store.listSeen(Math.floor(sinceMs / MINUTE_MS)));
      return seen.map(({ lastMinute, ...key }) => ({ ...key, atMs: lastMinute * MINUTE_MS }));
    },
    /** @returns how many series are gone @throws ConfigError */
    removeProduct: async (platform: string, stableId: string): Promise<number> =>
      ask((store) => store.removeProduct(platform, stableId)),
    /** @returns whether there was such a point @throws InputError, ConfigError */
    removePoint: async (pointId: string): Promise<boolean> => {
      const { key, track, minute } = parsePointId(pointId);
      return ask((store) => store.removePoint(key, track, minute));
    },
    /** What is watched lies in the same file. @throws ConfigError */
    openWatches: async (): Promise<WatchStore> => (await read()).watches,
    close: async (): Promise<void> => {
      await sharing?.close();
      inbox.close();
      await close();
    },
  };
}

/** What comes in from elsewhere, and goes out. */
function createExchange({ now, findProduct, sharing }: HistoryOptions, read: () => Promise<HistoryTables>) {
  const getRules = () => ({ nowMs: now(), findProduct });
  return {
    /** Adds an exported history; what is known already changes nothing. @throws ConfigError */
    importLines: async (lines: AsyncIterable<string>): Promise<ImportReport> =>
      importEntries(await read(), listLineEntries(lines, getRules())),
    /** The same as a table in CSV. @throws InputError when it is not one, ConfigError */
    importTable: async (chunks: AsyncIterable<Uint8Array>): Promise<ImportReport> =>
      importEntries(await read(), listTableEntries(chunks, getRules())),
    /**
     * Adds what this machine has kept by itself to what it shares with others; undefined where there is nothing of its own.
     * @throws ConfigError, StateError
     */
    bringOwn: async (): Promise<BroughtHistory | undefined> => {
      const own = await sharing?.openOwn();
      if (!own) return undefined;
      try {
        return await bringHistory(own, await read(), now());
      } finally {
        await own.close();
      }
    },
    /** Everything as lines of JSON. @throws ConfigError */
    exportLines: async function* (): AsyncGenerator<string> {
      for await (const series of (await read()).listAll())
        yield* listExchanged(series).map((one) => JSON.stringify(one));
    },
    /** Everything as a table in CSV, in pieces. @throws ConfigError */
    exportTable: async function* (): AsyncGenerator<string> {
      yield formatExchangeHeader();
      for await (const series of (await read()).listAll())
        yield listExchanged(series).map(formatExchangeRow).join('');
    },
  };
}

function toDrop(series: DroppedSeries): Drop[] {
  const { shownFen, shownKind, beforeFen, changedMinute, platform, id, sku, source, title } = series;
  if (shownFen === undefined || beforeFen === undefined) return [];
  const atMs = (changedMinute ?? 0) * MINUTE_MS;
  const share = (beforeFen - shownFen) / beforeFen;
  return [{ platform, id, sku, source, title, nowFen: shownFen, kind: shownKind, beforeFen, share, atMs }];
}

/** Names one point, so that a wrong one can be removed: platform, id, source, kind and minute. */
export function formatPointId(key: SeriesKey, track: string, minute: number): string {
  return [key.platform, key.id, key.sku, key.source, track, minute].map(encodeURIComponent).join('/');
}

function parsePointId(text: string) {
  const [platform = '', id = '', sku = '', source = '', name = '', minute = ''] = text
    .split('/')
    .map(decodePercent);
  const track = TRACK_NAMES.find((known) => known === name);
  if (!track || !/^\d+$/.test(minute)) {
    throw new InputError('That is not the id of a point. Points are listed by: bijia history LINK --points', {
      code: 'history_point',
    });
  }
  return { key: { platform, id, sku, source }, track, minute: Number(minute) };
}
