import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import { type BijiaError, InputError, NotFoundError, toBijiaError, UnsupportedError } from '../errors.js';
import type { Product } from '../product/product.js';
import { findShownPrice } from '../product/shown-price.js';
import type { SearchQuery, SearchSort } from '../provider.js';
import type { GetOptions } from './look-up.js';
import { markProduct } from './mark-product.js';
import { formatPlaces, hashQuery, type Place, type Places, parsePlaces } from './search-cursor.js';
import type { Upstream } from './upstream.js';
import type { GetUpstream } from './upstream-finder.js';

export interface SearchOptions
  extends Pick<GetOptions, 'platform' | 'source' | 'signal' | 'lane' | 'onWait' | 'onPermit'> {
  readonly sort?: SearchSort;
  /** Bounds of the price to pay, integer fen. */
  readonly minFen?: number;
  readonly maxFen?: number;
  readonly hasCoupon?: boolean;
  /** Most products to return; 20 unless said otherwise. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** A marketplace that could not be searched, and why. */
export interface FailedSearch {
  readonly platform: string;
  readonly source: string;
  readonly error: BijiaError;
}

/** What was found, in the order of each marketplace, taken in turns. They are candidates: nobody has seen whether two are the same. */
export interface SearchAnswer {
  readonly products: readonly Product[];
  /** Brings what comes after the products; absent where there is nothing more. */
  readonly nextCursor?: string;
  /** The cursor for a caller that uses only the first products of this answer. */
  readonly cursorAfter: (count: number) => string | undefined;
  readonly failed: readonly FailedSearch[];
  /** Marketplaces that are set up, and cannot be searched as they are: what to change, for the operator. */
  readonly unsearched: readonly BijiaError[];
  readonly sandbox?: boolean;
}

/** Searches all configured marketplaces at once. @throws InputError, ConfigError, UnsupportedError */
export type Search = (words: string, options?: SearchOptions) => Promise<SearchAnswer>;

export interface SearchParts extends Pick<Clock, 'now'> {
  /** The upstreams to search, one for each marketplace. @throws ConfigError, UnsupportedError, InputError */
  readonly chooseUpstreams: (options: SearchOptions) => SearchList;
}

/** Whom a search asks, and why it does not ask others that are set up. */
export interface SearchList {
  readonly upstreams: readonly Upstream[];
  readonly unsearched: readonly UnsupportedError[];
}

/**
 * The upstreams that a search asks: of the marketplace that is named, or of each that some provider can search and that is
 * configured. One that cannot be searched as it is configured does not keep the others from being searched.
 */
export function createSearchList(config: Config, getUpstream: GetUpstream): SearchParts['chooseUpstreams'] {
  return ({ platform, source }) => {
    const get = (id: string) => getUpstream(id, { source, capability: 'search' });
    if (platform !== undefined) return { upstreams: [get(platform)], unsearched: [] };
    const able = config.providers.filter(
      ({ id, capabilities }) => capabilities.includes('search') && (source === undefined || id === source),
    );
    const configured = able.filter((one) => config.configured.some(({ provider }) => provider === one));
    const marketplaces = [...new Set(configured.map(({ marketplace }) => marketplace.id))];
    const [first] = able;
    // Nobody can be asked: the finder says what to configure.
    if (marketplaces.length === 0 && first) marketplaces.push(first.marketplace.id);
    const found = marketplaces.map((id) => tryFind(() => get(id)));
    const upstreams = found.flatMap(({ upstream }) => upstream ?? []);
    const unsearched = found.flatMap(({ error }) => error ?? []);
    if (upstreams.length === 0 && unsearched[0]) throw unsearched[0];
    return { upstreams, unsearched };
  };
}

function tryFind(find: () => Upstream): { readonly upstream?: Upstream; readonly error?: UnsupportedError } {
  try {
    return { upstream: find() };
  } catch (error) {
    if (error instanceof UnsupportedError) return { error };
    throw error;
  }
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const MAX_WORDS_CHARS = 100;
/** Where filters leave little of a page: how many pages of a marketplace one search reads at most. */
const MAX_PAGES = 5;

export function createSearch({ chooseUpstreams, now }: SearchParts): Search {
  return async (words, options = {}) => {
    const query = toQuery(words, options);
    const { upstreams, unsearched } = chooseUpstreams(options);
    const key = hashQuery(query, options, upstreams);
    const places = options.cursor === undefined ? {} : parsePlaces(options.cursor, key);
    const open = upstreams.filter(({ provider }) => places[provider.id] !== null);
    const share = { ...query, count: Math.ceil(query.count / Math.max(1, open.length)) };
    const streams = await Promise.all(
      open.map((upstream) =>
        readStream(upstream, share, places[upstream.provider.id] ?? {}, { ...options, now }),
      ),
    );
    return { ...toAnswer(streams, query.count, { key, places }), unsearched };
  };
}

function toQuery(words: string, options: SearchOptions): SearchQuery {
  const { sort, minFen, maxFen, hasCoupon, limit = DEFAULT_LIMIT } = options;
  const clean = words.normalize('NFC').replace(/\s+/g, ' ').trim();
  if (clean === '') throw new InputError('There are no words to search for.', { code: 'no_words' });
  if ([...clean].length > MAX_WORDS_CHARS) {
    throw new InputError(
      `Search for at most ${MAX_WORDS_CHARS} characters; the name of the product is enough.`,
      { code: 'too_many_words', facts: { limit: MAX_WORDS_CHARS } },
    );
  }
  return { words: clean, sort, minFen, maxFen, hasCoupon, count: Math.min(MAX_LIMIT, Math.max(1, limit)) };
}

type ReadOptions = SearchOptions & Pick<Clock, 'now'>;

/** What a marketplace has for this answer. */
interface Stream {
  readonly upstream: Upstream;
  readonly found: readonly { readonly product: Product; readonly after: Place | null }[];
  /** Where to go on when everything found is used. */
  readonly rest: Place | null;
  readonly error?: BijiaError;
}

async function readStream(
  upstream: Upstream,
  query: SearchQuery,
  place: Place,
  options: ReadOptions,
): Promise<Stream> {
  const found: Stream['found'][number][] = [];
  const seen = new Set<string>();
  let rest: Place | null = place;
  try {
    for (let page = 0; rest && page < MAX_PAGES && found.length < query.count; page += 1) {
      const { rows, next } = await readPage(upstream, query, rest, options);
      // Upstreams repeat a product on another page, or in another list.
      for (const row of rows) {
        const key = upstream.provider.stableId?.(row.product) ?? row.product.id;
        if (!seen.has(key)) found.push(row);
        seen.add(key);
      }
      rest = next;
    }
    return { upstream, found, rest };
  } catch (thrown) {
    // To some upstreams an empty page is an error.
    if (thrown instanceof NotFoundError) return { upstream, found, rest: null };
    return { upstream, found, rest, error: toBijiaError(thrown) };
  }
}

async function readPage(
  upstream: Upstream,
  query: SearchQuery,
  place: Place,
  { now, ...options }: ReadOptions,
) {
  const { continuation, skip = 0 } = place;
  const lane = options.lane ?? 'interactive';
  const page = await upstream.connection.search?.(query, continuation, { ...options, lane });
  if (!page) return { rows: [], next: null };
  const next = page.continuation === undefined ? null : { continuation: page.continuation };
  const found = page.products.map((facts) => markProduct(facts, upstream, now()));
  // Upstreams sort by a price of theirs, which is not always the one that is shown.
  if (query.sort === 'price') found.sort((one, other) => getShownFen(one) - getShownFen(other));
  const rows = found.flatMap((product, at) => {
    const isLast = at === found.length - 1;
    return at < skip || !isWanted(product, query)
      ? []
      : [{ product, after: isLast ? next : { continuation, skip: at + 1 } }];
  });
  return { rows, next };
}

const getShownFen = ({ prices }: Product) => findShownPrice(prices)?.amountFen ?? Number.MAX_SAFE_INTEGER;

/** Not every upstream filters by what is really paid. */
function isWanted({ prices, coupons = [] }: Product, { minFen, maxFen, hasCoupon }: SearchQuery): boolean {
  const fen = findShownPrice(prices)?.amountFen;
  const isBounded = minFen !== undefined || maxFen !== undefined;
  if (isBounded && (fen === undefined || fen < (minFen ?? 0) || fen > (maxFen ?? Number.POSITIVE_INFINITY)))
    return false;
  return !hasCoupon || coupons.length > 0 || prices.some(({ kind }) => kind === 'coupon');
}

/**
 * Takes one product of each marketplace in turn, so that none hides the others. A marketplace that failed comes again
 * with the next page, from where it stood.
 */
function toAnswer(
  streams: readonly Stream[],
  count: number,
  { key, places }: { readonly key: string; readonly places: Places },
): Omit<SearchAnswer, 'unsearched'> {
  const turns = streams.flatMap((stream) => stream.found.map((one, turn) => ({ ...one, turn, stream })));
  // Sorting is stable: within a turn the marketplaces keep their order.
  const given = turns.sort((a, b) => a.turn - b.turn).slice(0, count);
  const cursorAfter = (usedCount: number): string | undefined => {
    const used = given.slice(0, usedCount);
    const next: Record<string, Place | null> = { ...places };
    for (const stream of streams) {
      const { id } = stream.upstream.provider;
      const own = used.filter((one) => one.stream === stream);
      const isUsedUp = own.length === stream.found.length;
      next[id] = isUsedUp ? stream.rest : (own.at(-1)?.after ?? places[id] ?? {});
    }
    const hasMore = used.length > 0 && Object.values(next).some((place) => place !== null);
    return hasMore ? formatPlaces(key, next) : undefined;
  };
  return {
    products: given.map(({ product }) => product),
    failed: streams.flatMap(toFailedSearch),
    nextCursor: cursorAfter(given.length),
    cursorAfter,
    sandbox: streams.some(({ upstream }) => upstream.isSandbox) || undefined,
  };
}

function toFailedSearch({ upstream: { provider }, error }: Stream): FailedSearch[] {
  return error ? [{ platform: provider.marketplace.id, source: provider.id, error }] : [];
}
