import type { Limiter } from './call/limiter.js';
import { post } from './call/post.js';
import { createTokenCache } from './call/token-cache.js';
import type { Transport } from './call/transport.js';
import type { Clock } from './clock.js';
import { type Config, isSandbox, listSupported } from './config.js';
import { toBijiaError } from './errors.js';
import { createHistories, type Histories, type HistoriesParts } from './history/histories.js';
import type { History } from './history/history.js';
import {
  createPriceHistory,
  type ForgetPriceHistory,
  type GetPriceHistory,
} from './history/price-history.js';
import { parseRefs } from './links/link-parser.js';
import { assertProductRef, getMarketplace } from './links/reference.js';
import type { ShortLinkOpener } from './links/short-link.js';
import { createLogger, createRedactor, type Logger, type Redactor } from './logger.js';
import { type ConvertLinks, createLinkConverter } from './lookup/convert-links.js';
import { createGet, type Get } from './lookup/get.js';
import { createLookUp, type LookUp } from './lookup/look-up.js';
import { createReferenceOpener } from './lookup/open-reference.js';
import { createProductCache } from './lookup/product-cache.js';
import { createProductLookup } from './lookup/product-lookup.js';
import type { Resolve } from './lookup/question.js';
import { createReferences, type References } from './lookup/references.js';
import { createSearch, createSearchList, type Search } from './lookup/search.js';
import { createSharedLookup } from './lookup/shared-lookup.js';
import { createShops, type Shops } from './lookup/shops.js';
import { createUpstream, type Upstream } from './lookup/upstream.js';
import { type ChooseUpstream, createUpstreamFinder, type GetUpstream } from './lookup/upstream-finder.js';
import type { Marketplace } from './marketplace.js';
import type { Ref } from './product/product.js';
import type { Quota } from './setting-parsers.js';
import { isPrivate } from './state/database-settings.js';
import type { State } from './state/state.js';
import { createWatches, type Watches } from './watch/watches.js';

const DEFAULT_CACHE_ENTRIES = 5000;

/** What the core stands on. */
export interface CoreParts extends HistoriesParts, Pick<Clock, 'now' | 'monotonicNow' | 'wait' | 'repeat'> {
  readonly marketplaces: readonly Marketplace[];
  readonly transport: Transport;
  /** What all processes share. */
  readonly state: State;
  readonly createLimiter: (group: string, limit: Quota) => Limiter;
  readonly shortLinks: ShortLinkOpener;
  /** Receives finished log lines. */
  readonly writeLog: (line: string) => void;
  readonly random: () => number;
}

/** Text in, normalised products out. Every face of bijia stands on this. */
export interface Core extends References {
  readonly config: Config;
  readonly marketplaces: readonly Marketplace[];
  /** The providers that have credentials, in registry order. */
  readonly upstreams: readonly Upstream[];
  readonly stateDir: string;
  readonly log: Logger;
  readonly redact: (text: string) => string;
  /** The links in a text; offline. */
  readonly resolve: (text: string) => Ref[];
  /** Products by text. What a user can cause is a result, never thrown. */
  readonly get: Get;
  /** Products by reference. */
  readonly lookUp: LookUp;
  /**
   * Whether everything here is made up: the configuration says so, or every upstream that has answered so far. For
   * what is thrown; a result says it of itself.
   */
  readonly isSandbox: boolean;
  /** One upstream page of a shop. @throws BijiaError */
  readonly getShopPage: Shops['getShopPage'];
  /** A part of a shop. @throws BijiaError */
  readonly getShopProducts: Shops['getShopProducts'];
  /** The upstream that answers about a marketplace. @throws ConfigError, UnsupportedError, InputError */
  readonly getUpstream: GetUpstream;
  /** Products by words, of all marketplaces that can be searched. */
  readonly search: Search;
  /** A text with the operator's own promotion links in the place of its product links. */
  readonly convertLinks: ConvertLinks;
  /** Whether a price is a good one: what bijia saw of it on this machine. */
  readonly getPriceHistory: GetPriceHistory;
  readonly forgetPriceHistory: ForgetPriceHistory;
  /** The price history as a whole: drops, import and export. */
  readonly history: History;
  /** Price alerts. */
  readonly watches: Watches;
  /** The database that several machines share; undefined for the state folder of this one. */
  readonly inspectDatabase: State['inspectDatabase'];
  /** Through which its machines share the work on jobs. */
  readonly tasks: State['tasks'];
  /** Jobs that several machines share; undefined where the state folder keeps them. */
  readonly jobRows: State['jobs'];
  /** What a chat bot keeps. @throws ConfigError */
  readonly openBot: State['openBot'];
  readonly close: () => Promise<void>;
}

/** Puts the parts together. Nothing is asked of anybody before the first question. */
export function createCore(given: CoreParts): Core {
  const { config, marketplaces } = given;
  const redactor = createRedactor(config.secrets);
  const log = createLogger({ level: config.general.logLevel, redactor, write: given.writeLog });
  if (config.database && !isPrivate(config.database.url)) {
    log.warn('nobody checks who the database is: add sslmode=verify-full to BIJIA_DATABASE_URL');
  }
  const { upstreams, limiters } = createUpstreams(given, log, redactor);
  const shortLinks = createReferenceOpener(given.shortLinks, upstreams, marketplaces);
  const parts = { ...given, shortLinks };
  const chooseUpstream = createUpstreamFinder(config, upstreams);
  const getUpstream: GetUpstream = (platform, query) =>
    chooseUpstream(getMarketplace(platform, marketplaces), query);
  const references = createReferences(parts, upstreams);
  const histories = createHistories(parts, log);
  const products = createProducts(parts, { upstreams, chooseUpstream }, references, histories);
  return {
    ...products,
    watches: createWatches({
      ...toWatchSettings(config),
      ...{ getUpstream, shortLinks, post, log, lookUp: products.lookUp, now: parts.now },
      assertProductRef: createProductCheck(given),
      openStore: histories.get(false).openWatches,
      getHistory: histories.get,
      isSandbox: () => isMadeUp(config, upstreams),
    }),
    history: histories.get(false),
    ...createShops({
      getUpstream,
      getShopRef: references.getShopRef,
      recordListed: histories.recordListed,
      now: parts.now,
    }),
    ...references,
    config,
    marketplaces,
    upstreams,
    stateDir: parts.stateDir,
    inspectDatabase: parts.state.inspectDatabase,
    tasks: parts.state.tasks,
    jobRows: parts.state.jobs,
    openBot: parts.state.openBot,
    log,
    redact: (text) => redactor.redact(text),
    resolve: (text) => parseRefs(text, marketplaces),
    getUpstream,
    convertLinks: createLinkConverter({ marketplaces, getUpstream, shortLinks }),
    search: createSearch({ chooseUpstreams: createSearchList(config, getUpstream), now: parts.now }),
    get isSandbox() {
      return isMadeUp(config, upstreams);
    },
    close: async () => {
      await Promise.all([...limiters.values()].map((limiter) => limiter.close()));
      // What was seen may still be on its way to the state.
      await histories.close();
      await Promise.all([parts.transport.close(), parts.state.close()]);
    },
  };
}

function toWatchSettings({ providers, webhooks, general }: Config) {
  const { watchShare: share, watchPaidDaily: paidDaily, watchEveryMs: leastMs } = general;
  return { providers, webhooks, limits: { share, paidDaily, leastMs }, isHistoryOff: !general.history };
}

function isMadeUp(config: Config, upstreams: readonly Upstream[]): boolean {
  if (isSandbox(config)) return true;
  const known = upstreams.flatMap((upstream) => upstream.isSandbox ?? []);
  return known.length > 0 && known.every((isOne) => isOne);
}

function createUpstreams(parts: CoreParts, log: Logger, redactor: Redactor) {
  const limiters = new Map<string, Limiter>();
  const getLimiter = (group: string, limit: Quota) => {
    const limiter = limiters.get(group) ?? parts.createLimiter(group, limit);
    limiters.set(group, limiter);
    return limiter;
  };
  const createTokenSource = createTokenCache({ store: parts.state.tokens, redactor, log, now: parts.now });
  const options = {
    ...parts,
    general: parts.config.general,
    log,
    redactor,
    getLimiter,
    createTokenSource,
    createPaidCalls: parts.state.createPaidCalls,
  };
  const upstreams = parts.config.configured.map((configured) => createUpstream(configured, options));
  return { upstreams, limiters };
}

interface UpstreamChoice {
  readonly upstreams: readonly Upstream[];
  readonly chooseUpstream: ChooseUpstream;
}

/** Refuses what names no product. @returns the marketplace of what does */
function createProductCheck({ config, marketplaces }: Pick<CoreParts, 'config' | 'marketplaces'>) {
  const reach = { supported: listSupported(config), withShops: listSupported(config, 'shop') };
  return (ref: Ref): Marketplace => {
    const marketplace = getMarketplace(ref.platform, marketplaces);
    assertProductRef(ref, marketplace, reach);
    return marketplace;
  };
}

function createProducts(
  { config, marketplaces, shortLinks, state, ...clock }: CoreParts,
  { upstreams, chooseUpstream }: UpstreamChoice,
  { parseProductRefs, parseEntry: parse }: References,
  histories: Histories,
): Pick<Core, 'get' | 'lookUp' | 'getPriceHistory' | 'forgetPriceHistory'> {
  const assertProduct = createProductCheck({ config, marketplaces });
  const resolve: Resolve = (ref, { source }) => {
    try {
      return { ref, upstream: chooseUpstream(assertProduct(ref), { source, idType: ref.idType }) };
    } catch (thrown) {
      return { ref, error: toBijiaError(thrown) };
    }
  };
  const cache = createProductCache({
    ...clock,
    ttlMs: config.general.cacheTtlMs,
    maxEntries: config.general.cacheEntries ?? DEFAULT_CACHE_ENTRIES,
  });
  const own = createProductLookup({ ...clock, cache, record: histories.record });
  const { answers } = state;
  const lookup = answers ? createSharedLookup({ lookup: own, cache, answers, clock }) : own;
  const isEmbedded = isSandbox(config);
  const parts = {
    resolve,
    lookup,
    shortLinks,
    assertProductRef: assertProduct,
    isSandbox: isEmbedded,
    upstreams,
    hasPaidFallback: config.general.paidFallback,
  };
  const lookUp = createLookUp(parts);
  const asked = { parse: parseProductRefs, lookUp, isSandbox: isEmbedded };
  const priceHistory = createPriceHistory({
    ...asked,
    ...{ resolve, shortLinks, assertProductRef: assertProduct },
    providers: config.providers,
    getHistory: histories.get,
  });
  return { lookUp, get: createGet({ ...asked, parse }), ...priceHistory };
}
