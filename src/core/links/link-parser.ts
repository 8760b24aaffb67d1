import { InputError } from '../errors.js';
import { isHostOf, type Marketplace } from '../marketplace.js';
import type { Ref } from '../product/product.js';
import type { ProductId } from '../provider.js';
import { parseLinks, parsePlacedLinks } from './link-text.js';
import { listNestedLinks, spreadJson } from './nested-links.js';

/** How many links in a link are looked at: login pages carry risk pages that carry ad pages that carry the product. */
const MAX_NESTED_LINKS = 12;

/**
 * The references in a text, in order and without repeats. A link of a known marketplace that is not a product, shop or
 * short link gives one of kind `none`; bare ids and all other text give nothing. Never throws.
 */
export function parseRefs(text: string, marketplaces: readonly Marketplace[]): Ref[] {
  const refs = new Map<string, Ref>();
  for (const link of parseLinks(text, (origin) => findOwner(origin, marketplaces) !== undefined)) {
    const found = readLink(link, marketplaces);
    if (found && !refs.has(found.key)) refs.set(found.key, found.ref);
  }
  return [...refs.values()];
}

/** As much of a host's name as is shown: its end tells whose it is. */
const SHOWN_HOST_CHARS = 60;

/**
 * The host of the first web link in a text whose host belongs to no known marketplace, as a browser reads it (a
 * look-alike in other letters shows as `xn--…`), without `www.`.
 */
export function findForeignHost(text: string, marketplaces: readonly Marketplace[]): string | undefined {
  const hosts: string[] = [];
  parseLinks(text, (origin) => {
    const isForeign = /^https?:$/.test(origin.protocol) && !findOwner(origin, marketplaces);
    if (isForeign) hosts.push(origin.hostname.replace(/^www\.|\.$/g, ''));
    return false;
  });
  const host = hosts.find((name) => name.includes('.'));
  if (host === undefined || host.length <= SHOWN_HOST_CHARS) return host;
  return `…${host.slice(-SHOWN_HOST_CHARS)}`;
}

/** A reference, and where its link stands. */
export interface PlacedRef {
  readonly ref: Ref;
  readonly start: number;
  readonly end: number;
}

/** The references in a text with their places in it, repeats included; the text is given as it is read. */
export function parsePlacedRefs(
  text: string,
  marketplaces: readonly Marketplace[],
): { readonly text: string; readonly refs: readonly PlacedRef[] } {
  const found = parsePlacedLinks(text, (origin) => findOwner(origin, marketplaces) !== undefined);
  const refs = found.links.flatMap(({ link, ...place }) => {
    const ref = findRef(link, marketplaces);
    return ref ? [{ ref, ...place }] : [];
  });
  return { text: found.text, refs };
}

/** What one link points to; undefined when it belongs to no known marketplace or has userinfo or an odd port. */
export function findRef(link: URL, marketplaces: readonly Marketplace[]): Ref | undefined {
  return readLink(link, marketplaces)?.ref;
}

/**
 * A bare product id.
 * @throws InputError when it is none of the marketplace's kinds of id
 */
export function parseId(text: string, marketplace: Marketplace): Ref {
  const id = cleanId(text);
  const kind = marketplace.ids.find(({ pattern }) => pattern.test(id));
  if (!kind) throw createBadIdError(marketplace);
  return createRef(marketplace, 'product', { id, idType: kind.idType }, id);
}

function createBadIdError({ names, ids: [ordinary] }: Marketplace): InputError {
  // Not every provider can answer about the other kinds.
  return new InputError(
    `That is not a ${names.en} product id. ${ordinary ? `An id looks like ${ordinary.example}.` : 'Its products cannot be looked up.'}`,
    { code: 'bad_product_id', facts: { platform: names.zh, example: ordinary?.example } },
  );
}

/**
 * A bare id as it stands in a list or a message, where a number of few digits is not a product's.
 * @throws InputError when it is none of the marketplace's kinds of id, or has too few or too many digits
 */
export function parseBareProductId(text: string, marketplace: Marketplace): Ref {
  const ref = parseId(text, marketplace);
  const { barePattern } = marketplace.ids.find(({ idType }) => idType === ref.idType) ?? {};
  const id = ref.id ?? '';
  if (barePattern?.test(id) !== false) return ref;
  if (ref.idType !== undefined) throw createBadIdError(marketplace);
  const { names, ids, productUrl } = marketplace;
  const example = ids[0]?.example ?? '';
  throw new InputError(
    `${id} is too ${id.length < example.length ? 'short' : 'long'} for a ${names.en} product ID such as ${example}. Give the product's link, such as ${productUrl(example)}.`,
    { code: 'not_an_id', facts: { id, platform: names.zh, example } },
  );
}

/**
 * A bare shop id.
 * @throws InputError when the marketplace has no such shop ids
 */
export function parseShopId(text: string, marketplace: Marketplace): Ref {
  const id = cleanId(text);
  if (!marketplace.shopId?.test(id)) {
    throw new InputError(
      `That is not a ${marketplace.names.en} shop id. Paste the shop's link, or the number in it.`,
      { code: 'bad_shop_id', facts: { platform: marketplace.names.zh } },
    );
  }
  return createRef(marketplace, 'shop', { id }, id);
}

/** Full-width digits become plain ones. */
const cleanId = (text: string) =>
  text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim();

interface Reading {
  readonly ref: Ref;
  /** The same for every link to the same thing. */
  readonly key: string;
}

/**
 * Reads a link and the links in it. A product or shop counts wherever it stands: a short link that carries its product
 * need not be opened.
 */
function readLink(link: URL, marketplaces: readonly Marketplace[]): Reading | undefined {
  const marketplace = findOwner(link, marketplaces);
  if (!marketplace) return undefined;
  let short: Reading | undefined;
  const links = [toPage(link, marketplace)];
  // Breadth first, so that the outermost product wins; `links` grows on the way.
  for (const one of links) {
    const page = spreadJson(one);
    const found = matchRules(page, marketplace, one.href);
    if (found && found.ref.kind !== 'short') return found;
    short ??= found;
    const nested = listNestedLinks(page, marketplace).filter((inner) => findOwner(inner, [marketplace]));
    const room = MAX_NESTED_LINKS - links.length;
    links.push(...nested.slice(0, room).map((inner) => toPage(inner, marketplace)));
  }
  if (short) return short;
  const url = toPage(link, marketplace).href;
  return {
    ref: { platform: marketplace.id, kind: 'none', id: null, url },
    key: `${marketplace.id} none ${url}`,
  };
}

/** Whose link it is. Userinfo, odd ports and odd letters in the host are in no shared link, only in look-alikes. */
function findOwner(link: URL, marketplaces: readonly Marketplace[]): Marketplace | undefined {
  if (link.username !== '' || link.password !== '' || link.port !== '') return undefined;
  if (!/^(?!(?:.*\.)?xn--)[\w.-]+$/i.test(link.hostname)) return undefined;
  return marketplaces.find(({ hosts, schemes = [] }) =>
    isWeb(link) ? isHostOf(link.hostname, hosts) : schemes.includes(link.protocol),
  );
}

const isWeb = ({ protocol }: URL) => protocol === 'https:' || protocol === 'http:';

/**
 * A link in the one spelling that rules know: an app's link to a web page is that page, hosts are lower-case, and what
 * would end a link in a text is encoded.
 */
function toPage(link: URL, { hosts }: Marketplace): URL {
  const host = link.hostname.toLowerCase().replace(/\.$/, '');
  const protocol = !isWeb(link) && isHostOf(host, hosts) ? 'https:' : link.protocol;
  const given = `${link.search}${link.hash}`;
  const query = given.replace(/[{}|\\^`]/g, encodeURIComponent);
  if (query === given && host === link.hostname && protocol === link.protocol) return link;
  return new URL(`${protocol}//${host}${link.pathname}${query}`);
}

function matchRules(page: URL, marketplace: Marketplace, pasted: string): Reading | undefined {
  for (const rule of marketplace.links) {
    const id = rule.match(page);
    if (id === undefined) continue;
    if (rule.kind !== 'short') {
      const ref = createRef(marketplace, rule.kind, { id, idType: rule.idType }, pasted);
      return { ref, key: [ref.platform, ref.kind, ref.idType, id].join(' ') };
    }
    const ref: Ref = { platform: marketplace.id, kind: 'short', id: null, url: pasted };
    return { ref, key: [ref.platform, ref.kind, page.hostname, id].join(' ') };
  }
  return undefined;
}

function createRef(
  marketplace: Marketplace,
  kind: 'product' | 'shop',
  { id, idType }: ProductId,
  pasted: string,
): Ref {
  const ref = { platform: marketplace.id, kind, id, ...(idType !== undefined && { idType }) };
  return { ...ref, url: formatLink(marketplace, ref, id) ?? pasted };
}

function formatLink(
  { productUrl, shopUrl }: Marketplace,
  { kind, idType }: Pick<Ref, 'kind' | 'idType'>,
  id: string,
): string | undefined {
  if (kind === 'product') return productUrl(id, idType);
  return kind === 'shop' ? shopUrl?.(id) : undefined;
}
