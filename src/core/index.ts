export { createBatches } from './assembly/batches.js';
export { createCore, loadHttpClient, parseConfig, requireStateFolder } from './assembly/core.js';
export { createReader } from './assembly/reader.js';
export { startWorker } from './assembly/worker.js';
export type { ArrivedRows } from './batch/arrived-rows.js';
export type { Batches } from './batch/batches.js';
export { countOf } from './batch/count-of.js';
export { AmbiguousInputError } from './batch/input/table/column-choice.js';
export { type JobRecord, type JobState, toOutput } from './batch/jobs/job-record.js';
export type { JobReport } from './batch/jobs/run-job.js';
export {
  checkOutput,
  formatJsonl,
  type Output,
  writeOutput,
} from './batch/output/output.js';
export {
  type Column,
  getColumns,
  type TableRows,
  toTableRows,
} from './batch/output/output-columns.js';
export { type OutputFormat, parseOutputFormat } from './batch/output/output-format.js';
export { type Row, toProductRow } from './batch/output/row.js';
export { type TableColumn, writeTable, writeWhole } from './batch/output/write-table.js';
export { isWrittenBy } from './batch/output/written-file.js';
export type { PreparedBatch, PreparedList } from './batch/prepared-batch.js';
export type { Progress as BatchProgress } from './batch/progress.js';
export type { ProxySettings } from './call/proxy-settings.js';
export { createCheckedLookup, createPublicAddressCheck } from './call/public-address.js';
export { createSlots, createSlotsByKey } from './call/slots.js';
export { type Clock, createClock, formatDateTime, formatDay } from './clock.js';
export type { Config, Environment } from './config.js';
export {
  asksForSandbox,
  isSandbox,
  listAnswerable,
  listSupported,
  parseSettings,
} from './config.js';
export type { Core, CoreParts } from './core.js';
export { type Check, type CheckStatus, formatCheck, mapTexts, toProblem } from './doctor/check.js';
export { type DoctorOptions, examine } from './doctor/examine.js';
export { toDatabaseChecks } from './doctor/examine-database.js';
export { examineNode } from './doctor/examine-machine.js';
export { examineProxies } from './doctor/examine-proxies.js';
export { type RecordedAnswer, toRecordName } from './doctor/record.js';
export { createReport } from './doctor/report.js';
export * from './errors.js';
export { GENERAL_SETTINGS } from './general-settings.js';
export type { BroughtHistory } from './history/bring-history.js';
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
export { type Alert, type AlertFate, type AlertStatus, formatAlert } from './prices/alert.js';
export type { Watch, WatchRule } from './prices/watch.js';
export { parseAmountFen } from './product/amount.js';
export { cleanText, stripUnseen } from './product/normalizer.js';
export * from './product/product.js';
export { formatProduct, formatRefJson, type RefJson, toYuan } from './product/product-json.js';
export { ProductJson } from './product/product-schema.js';
export { listPromotionLinks } from './product/promotion-links.js';
export { toPublicProduct } from './product/public-product.js';
export {
  countBilled,
  type ErrorJson,
  formatError,
  formatResult,
  type Result,
  type ResultJson,
} from './product/result.js';
export { findShownPrice } from './product/shown-price.js';
export { findErrorWords, type Provider, SEARCH_SORTS, type SearchSort } from './provider.js';
export { marketplaces, providers } from './providers/index.js';
export * from './setting-parsers.js';
export * from './settings.js';
export { type PriceMoves, parsePriceMoves } from './simulation/price-moves.js';
export type {
  BotFleet,
  BotState,
  FleetBeat,
  FleetEvents,
  KeptUpdate,
  Reservation,
} from './state/bot-state.js';
export { openLocalFolder } from './state/local-folder.js';
export { openTables } from './state/postgres/tables.js';
export { readStateFileSync } from './state/state-file.js';
export type { Cell } from './text/csv-cells.js';
export { listUnknownSettings, type UnknownSetting } from './unknown-settings.js';
export type { MadeWatch, NewWatch } from './watch/add-watches.js';
export { MAX_SINGLE_ALERTS } from './watch/delivery.js';
export { formatWatchChange, type WatchChange } from './watch/report.js';
export type { SweepReport } from './watch/sweep.js';
export { findTargetFen } from './watch/target.js';
export type { Watches } from './watch/watches.js';
export { type Bilingual, sameInBoth } from './words/bilingual.js';
export { say } from './words/doctor.js';
export type { Words } from './words/en.js';
export { formatErrorText, formatHeading, USAGE } from './words/error-text.js';
export { chooseLanguage, LANGUAGES, type Language, WORDS } from './words/index.js';
export type { InputChoice, InputReading } from './words/input-reading.js';
export { joinAll, joinAny } from './words/join.js';
