import type { Agent, Dispatcher } from 'undici';
import { DeadlineError, runWithin } from '../call/abort.js';
import {
  createCheckedLookup,
  createPublicAddressCheck,
  type Lookup,
  PrivateAddressError,
} from '../call/public-address.js';
import { BijiaError, InputError, UnsupportedError, UpstreamError, UpstreamTimeoutError } from '../errors.js';
import { findMarketplace, isHostOf, type Marketplace, type ShortLinks } from '../marketplace.js';
import type { Ref } from '../product/product.js';
import { findRef } from './link-parser.js';

const MAX_HOPS = 5;
const TOTAL_MS = 5000;
const MAX_BODY_BYTES = 256 * 1024;
const HEADERS = {
  accept: 'text/html,application/xhtml+xml',
  'accept-encoding': 'identity',
  'accept-language': 'zh-CN,zh;q=0.9',
  'user-agent': 'Mozilla/5.0 (compatible; bijia)',
};

export interface ShortLinkOptions {
  readonly marketplaces: readonly Marketplace[];
  /** Resolves host names. A host is connected to only when all its addresses are public, and only at those. */
  readonly lookup: Lookup;
  /**
   * Serves a host from another origin, given by address, such as `http://127.0.0.1:8080`; `Host` still names the
   * host. Only for sandbox and tests: that address is not checked. All else is still decided by the link.
   */
  readonly route?: (hostname: string) => string | undefined;
  /**
   * Sends requests through a proxy. It is the proxy that resolves the names then, so refusing private addresses is
   * up to it; hosts, ports, hops, time and size are still checked here. Never closed here.
   */
  readonly openDispatcher?: () => Promise<Dispatcher>;
  /** Time for all hops together, in milliseconds; 5,000 unless said otherwise. */
  readonly totalMs?: number;
}

export interface ShortLinkOpener {
  /**
   * The product or shop behind a short link. Follows redirects, and the scripts of pages known to forward by script,
   * as long as each address is a short link of the same marketplace; at most 5 requests, never with cookies.
   * @throws InputError for a link that is dead, unsafe, or leads to no product or shop: says what to paste instead.
   * UnsupportedError for a marketplace whose short links are only recognised.
   * UpstreamError, UpstreamTimeoutError, CancelledError
   */
  readonly open: (ref: Ref, options?: { readonly signal?: AbortSignal }) => Promise<Ref>;
}

/** Opens short links; connects to public addresses alone. */
export function createShortLinkOpener(options: ShortLinkOptions): ShortLinkOpener {
  return {
    open: async (ref, { signal } = {}) => {
      const trip = createTrip(ref, options.marketplaces);
      // Loaded with the first short link: it takes a while.
      const { Agent } = await import('../call/http-client.js');
      // One agent for each link: no connection and nothing an answer sets outlives it.
      const lookup = createCheckedLookup(options.lookup, createPublicAddressCheck());
      const agent = new Agent({ connect: { lookup } });
      try {
        return await runWithin(options.totalMs ?? TOTAL_MS, signal, (stop) =>
          followHops(trip, (link) => getPage(link, trip.shortLinks, { ...options, agent, signal: stop })),
        );
      } catch (thrown) {
        throw toOpenError(thrown, trip);
      } finally {
        await agent.destroy();
      }
    },
  };
}

/** One short link on its way. */
interface Trip {
  readonly start: string;
  readonly marketplaces: readonly Marketplace[];
  readonly marketplace: Marketplace;
  readonly shortLinks: ShortLinks;
}

function createTrip(ref: Ref, marketplaces: readonly Marketplace[]): Trip {
  const marketplace = findMarketplace(ref.platform, marketplaces);
  if (!marketplace?.shortLinks) {
    const name = marketplace?.names.en ?? ref.platform;
    throw new UnsupportedError(`Short links of ${name} are not opened. Paste the product link itself.`, {
      code: 'short_link_closed',
    });
  }
  return { start: ref.url, marketplaces, marketplace, shortLinks: marketplace.shortLinks };
}

type GetPage = (link: URL) => Promise<Page>;

async function followHops(trip: Trip, get: GetPage): Promise<Ref> {
  const seen = new Set<string>();
  let ref = readTarget(trip.start, trip);
  while (ref.kind === 'short') {
    if (seen.has(ref.url)) throw createRefusal(trip, 'short_link_loop', 'leads back to itself');
    if (seen.size === MAX_HOPS)
      throw createRefusal(trip, 'short_link_loop', `takes more than ${MAX_HOPS} hops`);
    seen.add(ref.url);
    ref = readTarget(getNext(await get(new URL(ref.url)), trip), trip);
  }
  return ref;
}

/** Decides where a hop may go: only what the marketplace's own rules know is ever returned or asked. */
function readTarget(address: string, trip: Trip): Ref {
  const link = URL.canParse(address) ? new URL(address) : undefined;
  const ref = link && findRef(link, trip.marketplaces);
  if (!ref) {
    // Where it leads is for the log alone: a stranger chose that address.
    const what = `leads away from ${trip.marketplace.names.en} and was not followed`;
    throw createRefusal(trip, 'short_link_unsafe', what, address);
  }
  if (ref.platform !== trip.marketplace.id) {
    const other = findMarketplace(ref.platform, trip.marketplaces);
    throw createRefusal(trip, 'short_link_foreign', `leads away to ${other?.names.en ?? ref.platform}`);
  }
  if (ref.kind === 'none') {
    throw createRefusal(trip, 'no_product_in_link', 'leads to a page that is neither a product nor a shop');
  }
  return ref;
}

interface Page {
  readonly link: URL;
  readonly status: number;
  readonly location?: string;
  readonly html?: string;
}

/** @throws InputError for a dead end, UpstreamError when the host is in trouble */
function getNext({ link, status, location, html }: Page, trip: Trip): string {
  const isRedirect = status >= 300 && status < 400;
  const next = isRedirect ? location : html && trip.shortLinks.findNextUrl(html);
  if (next) return URL.canParse(next, link.href) ? new URL(next, link).href : next;
  if (status === 429 || status >= 500) {
    throw new UpstreamError(`${link.host} answered ${status} for the short link. ${suggest(trip, RETRY)}`);
  }
  throw createRefusal(trip, 'short_link_dead', 'leads nowhere any more');
}

interface PageOptions extends Pick<ShortLinkOptions, 'route' | 'openDispatcher'> {
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

async function getPage(link: URL, { htmlHosts }: ShortLinks, options: PageOptions): Promise<Page> {
  const { request } = await import('../call/http-client.js');
  const routed = options.route?.(link.hostname);
  const proxy = routed === undefined ? await options.openDispatcher?.() : undefined;
  const { statusCode, headers, body } = await request((routed ?? link.origin) + link.pathname + link.search, {
    dispatcher: proxy ?? options.agent,
    headers: { ...HEADERS, host: link.host },
    signal: options.signal,
  });
  try {
    const location = headers['location'];
    const hasHtml = statusCode === 200 && isHostOf(link.hostname, htmlHosts);
    return {
      link,
      status: statusCode,
      location: typeof location === 'string' ? location : undefined,
      html: hasHtml ? await readStart(body) : undefined,
    };
  } finally {
    // What is left of the body is not wanted, and neither is the error that says so.
    body.on('error', () => {}).destroy();
  }
}

/** The first 256 KiB of a body: whatever forwards stands at the start of a page. */
async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, MAX_BODY_BYTES - size));
    size += chunk.length;
    if (size >= MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toOpenError(thrown: unknown, trip: Trip): BijiaError {
  if (thrown instanceof BijiaError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof PrivateAddressError) {
    return createRefusal(
      trip,
      'short_link_unsafe',
      'leads to a private address and was not followed',
      detail,
    );
  }
  const options = { detail, cause: thrown };
  if (thrown instanceof DeadlineError) {
    return new UpstreamTimeoutError(`The short link took too long to open. ${suggest(trip, RETRY)}`, options);
  }
  return new UpstreamError(`The short link could not be reached. ${suggest(trip, RETRY)}`, options);
}

function createRefusal(trip: Trip, code: string, what: string, detail = trip.start): InputError {
  return new InputError(`The short link ${what}. ${suggest(trip)}`, { code, detail });
}

const RETRY = 'Try again later, or paste';

function suggest({ marketplace: { ids, productUrl } }: Trip, lead = 'Paste'): string {
  const example = ids[0] && productUrl(ids[0].example);
  return `${lead} the product's own link instead${example ? `, such as ${example}` : ''}.`;
}
