import { lookup } from 'node:dns/promises';
import { existsSync, readFileSync } from 'node:fs';
import { type Batches, createBatches as createBatchesFrom } from './batch/batches.js';
import type { Reader } from './batch/output/workbook-columns.js';
import { createLimiter } from './call/limiter.js';
import { createTransport } from './call/transport.js';
import { createClock } from './clock.js';
import { type Config, type Environment, isSandbox, parseConfig as parseConfigWith } from './config.js';
import { type Core, type CoreParts, createCore as createCoreFrom } from './core.js';
import { createProductFinder } from './history/find-product.js';
import { createHistory } from './history/history.js';
import { createShortLinkOpener } from './links/short-link.js';
import { marketplaces, providers } from './providers/index.js';
import { openHistoryStore } from './state/history/open-history-store.js';
import { openState } from './state/open-state.js';
import { createProcesses } from './state/process-identity.js';
import { getStateDir } from './state/state-dir.js';
import { type Language, WORDS } from './words/index.js';

/** Three years, and a few days to compare with the day three years ago. */
const DEFAULT_HISTORY_DAYS = 1100;

/**
 * Reads the configuration of all registered providers from environment variables.
 * @throws ConfigError that names every problem at once
 */
export function parseConfig(environment: Environment): Config {
  return parseConfigWith(environment, { providers, readFile: (path) => readFileSync(path, 'utf8') });
}

/**
 * The core over real HTTP, with its state on disk. Close it to let the process end.
 * @param parts replaces parts of it, for tests and embedding
 */
export function createCore(config: Config, parts: Partial<CoreParts> = {}): Core {
  const { general } = config;
  const stateDir = parts.stateDir ?? getStateDir(general.stateDir, isSandbox(config));
  const clock = createClock();
  const { callTimeoutMs } = general;
  const state = openState(config.database, {
    ...{
      stateDir,
      callTimeoutMs,
      batchFirst: general.batchFirst,
      clock,
      random: Math.random,
      answerTtlMs: general.cacheTtlMs,
    },
  });
  const transport = parts.transport ?? createTransport({ timeoutMs: callTimeoutMs, proxy: general });
  const hasProxy = general.httpsProxy !== undefined || general.httpProxy !== undefined;
  return createCoreFrom({
    config,
    marketplaces,
    stateDir,
    transport,
    state,
    createLimiter: (group, limit) => createLimiter(state.createPermits(group, limit), limit.intervalMs),
    shortLinks: createShortLinkOpener({
      marketplaces,
      lookup,
      openDispatcher: hasProxy ? transport.openDispatcher : undefined,
    }),
    openHistory: (folder, log) =>
      createHistory({
        folder,
        openStore: (path) => openHistoryStore(path, { ...clock, tell: (text) => log.warn(text) }),
        findProduct: createProductFinder(marketplaces, providers),
        keptDays: general.historyDays ?? DEFAULT_HISTORY_DAYS,
        pid: process.pid,
        ...clock,
        onFailure: (error) => log.warn('prices are not noted for the history', { detail: String(error) }),
      }),
    writeLog: (line) => process.stderr.write(`${line}\n`),
    ...clock,
    random: Math.random,
    ...parts,
  });
}

/** Lists of any length and whole shops, as jobs of the core's state directory. */
export function createBatches(core: Core): Batches {
  return createBatchesFrom({
    core,
    xlsx: { entry: getXlsxEntry() },
    processes: createProcesses(),
    clock: createClock(),
  });
}

/** For whom a workbook is written, with the names of the marketplaces in their language. */
export function createReader(language: Language): Reader {
  const { nameOf } = WORDS[language];
  return {
    language,
    platformNames: Object.fromEntries(marketplaces.map(({ id, names }) => [id, nameOf(names)])),
  };
}

/** The built file stands beside the bundle's entries; this code may stand there too, in a chunk, or in the sources. */
function getXlsxEntry(): URL {
  const places = ['./', '../', '../../dist/'].map(
    (folder) => new URL(`${folder}xlsx-child.js`, import.meta.url),
  );
  return places.find((place) => existsSync(place)) ?? new URL('./xlsx-child.js', import.meta.url);
}

/** The HTTP client, loaded when it is first needed. */
export const loadHttpClient = () => import('./call/http-client.js');

export type { Batches } from './batch/batches.js';
export { countOf } from './batch/count-of.js';
export type { InputReading } from './batch/input/report.js';
export { AmbiguousInputError, type InputChoice } from './batch/input/table/column-choice.js';
export { type JobRecord, type JobState, toOutput } from './batch/jobs/job-record.js';
export type { JobReport } from './batch/jobs/run-job.js';
export type { Cell } from './batch/output/csv-cells.js';
export {
  checkOutput,
  formatJsonl,
  type Output,
  type OutputFormat,
  parseOutputFormat,
  writeOutput,
} from './batch/output/output.js';
export {
  type Column,
  getColumns,
  type TableRows,
  toTableRows,
} from './batch/output/output-columns.js';
export { type Row, toProductRow } from './batch/output/row.js';
export { type TableColumn, writeTable, writeWhole } from './batch/output/write-table.js';
export { isWrittenBy } from './batch/output/written-file.js';
export type { PreparedBatch, PreparedList } from './batch/prepared-batch.js';
export type { Progress as BatchProgress } from './batch/progress.js';
export type { ProxySettings } from './call/http-client.js';
export { createCheckedLookup, createPublicAddressCheck } from './call/public-address.js';
export { createSlots, createSlotsByKey } from './call/slots.js';
export { type Clock, createClock, formatDateTime, formatDay } from './clock.js';
export type { Config, Environment } from './config.js';
export { GENERAL_SETTINGS, isSandbox, listAnswerable, listSupported, parseSettings } from './config.js';
export type { Core, CoreParts } from './core.js';
export { type Check, type CheckStatus, formatCheck, mapTexts, toProblem } from './doctor/check.js';
export { type DoctorOptions, examine } from './doctor/examine.js';
export { examineNode } from './doctor/examine-machine.js';
export { examineProxies } from './doctor/examine-proxies.js';
export { type RecordedAnswer, toRecordName } from './doctor/record.js';
export { createReport } from './doctor/report.js';
export * from './errors.js';
export { drawChart } from './history/chart/chart.js';
export { drawPng } from './history/chart/png.js';
export { formatSparkline } from './history/chart/sparkline.js';
export { type Drop, formatPointId, type History } from './history/history.js';
export { formatDrop, formatPriceHistory } from './history/history-json.js';
export type { PriceHistory } from './history/price-history.js';
export { parseRefs } from './links/link-parser.js';
export type { NotedRef } from './links/reference.js';
export { createShortLinkOpener } from './links/short-link.js';
export { createRedactor, type Logger, type LogLevel } from './logger.js';
export type { ConvertedText } from './lookup/convert-links.js';
export type { GetOptions } from './lookup/look-up.js';
export type { SearchAnswer, SearchOptions } from './lookup/search.js';
export type { ShopListing, ShopRef } from './lookup/shop-listing.js';
export type { ShopOptions } from './lookup/shops.js';
export type { Upstream } from './lookup/upstream.js';
export {
  findMarketplace,
  findMarketplaceByName,
  isHostOf,
  type LinkRule,
  type Marketplace,
} from './marketplace.js';
export { findNearestName } from './nearest-name.js';
export type { Lane, PermitStatus } from './permits/permits.js';
export { parseAmountFen } from './product/amount.js';
export { cleanText, stripUnseen } from './product/normalizer.js';
export * from './product/product.js';
export { formatProduct, formatRefJson, type RefJson, toYuan } from './product/product-json.js';
export { ProductJson } from './product/product-schema.js';
export {
  countBilled,
  type ErrorJson,
  formatError,
  formatResult,
  type Result,
  type ResultJson,
} from './product/result.js';
export { findErrorWords, type Provider, SEARCH_SORTS, type SearchSort } from './provider.js';
export { marketplaces, providers } from './providers/index.js';
export * from './settings.js';
export { type PriceMoves, parsePriceMoves } from './simulation/price-moves.js';
export { openLocalFolder } from './state/local-folder.js';
export { openTables } from './state/postgres/tables.js';
export { readStateFileSync, replaceFile } from './state/state-file.js';
export { listUnknownSettings, type UnknownSetting } from './unknown-settings.js';
export type { MadeWatch, NewWatch } from './watch/add-watches.js';
export { type Alert, type AlertFate, type AlertStatus, formatAlert } from './watch/alert.js';
export { MAX_SINGLE_ALERTS } from './watch/delivery.js';
export { formatWatchChange, type WatchChange } from './watch/report.js';
export type { SweepReport } from './watch/sweep.js';
export { findTargetFen } from './watch/target.js';
export type { Watch, WatchRule } from './watch/watch.js';
export type { Watches } from './watch/watches.js';
export { type Bilingual, sameInBoth } from './words/bilingual.js';
export { say } from './words/doctor.js';
export type { Words } from './words/en.js';
export { formatErrorText, USAGE } from './words/error-text.js';
export { chooseLanguage, LANGUAGES, type Language, WORDS } from './words/index.js';
