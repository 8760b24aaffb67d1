import { ConfigError, InputError, UnsupportedError } from '../errors.js';
import { findMarketplace, findMarketplaceByName, type Marketplace } from '../marketplace.js';
import type { Note, Ref } from '../product/product.js';
import type { Bilingual } from '../words/bilingual.js';
import { joinAll, joinAny } from '../words/join.js';
import { findForeignHost, parseBareProductId, parseRefs, parseShopId } from './link-parser.js';

export interface ReferenceOptions {
  readonly marketplaces: readonly Marketplace[];
  /** Marketplaces that a configured provider can answer about. */
  readonly answerable: readonly Marketplace[];
  /** Those of the upstreams that can open a share code; where there are any, one is a reference of kind `short`. */
  readonly openers?: readonly Marketplace[];
  /** What a bare id belongs to, whatever stands beside it. */
  readonly platform?: string;
  /** The same where nothing stands beside it; empty where that is open, though only one marketplace is configured. */
  readonly hint?: string;
  /** Reads links as {@link parseRefs} does, and faster where many are alike. */
  readonly readRefs?: (text: string) => Ref[];
}

/** A reference, and what the reader must know about how it was read. */
export interface NotedRef extends Ref {
  readonly note?: Note;
}

/**
 * Reads a shop's link or a bare shop id.
 * @throws InputError that says what is accepted
 */
export function parseShopRef(text: string, options: ReferenceOptions): NotedRef {
  const refs = parseRefs(text, options.marketplaces);
  const shop = refs.find((ref) => ref.kind === 'shop' || ref.kind === 'short');
  if (shop) return shop;
  if (refs.length > 0) {
    const examples = listShopForms(options.marketplaces);
    throw new InputError(`This is not a shop's link. Paste one such as ${joinAny(examples)}.`, {
      code: 'not_a_shop_link',
      facts: { example: examples[0] },
    });
  }
  return parseBareId(text, options, 'shop');
}

/** @throws InputError that says what is accepted, or which marketplaces it could belong to */
export function parseBareId(text: string, options: ReferenceOptions, kind: 'product' | 'shop'): NotedRef {
  const parse = kind === 'product' ? parseBareProductId : parseShopId;
  if (options.platform !== undefined) {
    const marketplace = getMarketplace(options.platform, options.marketplaces);
    const host = findForeignHost(text, options.marketplaces);
    if (host !== undefined) throw createForeignError(host, options.marketplaces);
    if (marketplace.ids.length === 0)
      throw createUnsupportedError(marketplace, listKnown(options.marketplaces));
    return parse(text, marketplace);
  }
  const readings = options.marketplaces.flatMap((one) => tryParse(text, one, parse) ?? []);
  if (readings.length === 0) throw createUnrecognisedError(text, options.marketplaces, kind);
  // An opaque id that fits one marketplace alone is not mistaken for another's, as a number is.
  const [first, ...further] = readings;
  const isAnswerable = options.answerable.some(({ id }) => id === first?.platform);
  if (first?.idType !== undefined && further.length === 0 && isAnswerable) return first;
  const [only, ...others] = options.answerable;
  const reading =
    others.length === 0 &&
    options.hint === undefined &&
    readings.find(({ platform }) => platform === only?.id);
  if (!only || !reading) {
    // A marketplace that nobody here can answer about is named only where there is no other.
    const likely = readings.filter(({ platform }) => options.answerable.some(({ id }) => id === platform));
    throw createAmbiguousError(likely.length > 0 ? likely : readings);
  }
  return { ...reading, note: createReadingNote(only) };
}

function createReadingNote({ names: { en, zh } }: Marketplace): Note {
  return {
    en: `Read as a ${en} id: no other marketplace is configured`,
    zh: `按${zh}编号查询：没有配置其他平台`,
  };
}

/** By its id or a name. @throws InputError that lists the known ones */
export function getMarketplace(id: string, marketplaces: readonly Marketplace[]): Marketplace {
  const found = findMarketplace(id, marketplaces) ?? findMarketplaceByName(id, marketplaces);
  if (found) return found;
  const known = listKnown(marketplaces)
    .map((one) => one.id)
    .join(', ');
  const given = id.slice(0, 30);
  throw new InputError(`There is no platform "${given}". Known: ${known}.`, {
    code: 'no_such_platform',
    facts: { given, known },
  });
}

function tryParse(text: string, marketplace: Marketplace, parse: typeof parseShopId): Ref | undefined {
  try {
    return parse(text, marketplace);
  } catch {
    return undefined;
  }
}

function createUnrecognisedError(
  text: string,
  marketplaces: readonly Marketplace[],
  kind: 'product' | 'shop',
): InputError {
  const host = findForeignHost(text, marketplaces);
  if (host !== undefined) return createForeignError(host, marketplaces);
  const examples =
    kind === 'shop'
      ? listShopForms(marketplaces)
      : marketplaces.flatMap(({ ids, productUrl }) => (ids[0] ? (productUrl(ids[0].example) ?? []) : []));
  const what = text.trim() === '' ? 'Nothing was given.' : `No ${kind} link or id was found in the text.`;
  return new InputError(`${what} Paste a link such as ${joinAny(examples)}.`, {
    code: 'not_recognised',
    facts: { example: examples[0] },
  });
}

function createForeignError(host: string, marketplaces: readonly Marketplace[]): InputError {
  const names = listKnown(marketplaces).map((one) => one.names);
  return new InputError(`${host} isn't supported. Supported: ${names.map(({ en }) => en).join(', ')}.`, {
    code: 'not_a_marketplace',
    facts: { host, supported: names.map(({ zh }) => zh).join('、') },
  });
}

/** Those whose products can be looked up; of the others only the links are known. */
const listKnown = (marketplaces: readonly Marketplace[]) => marketplaces.filter(({ ids }) => ids.length > 0);

function createAmbiguousError(readings: readonly Ref[]): InputError {
  const forms = readings.map(({ platform, url }) => `platform ${platform} (${url})`);
  const what =
    forms.length > 1 ? 'could be an id of several marketplaces' : 'is an id without its marketplace';
  return new InputError(`${readings[0]?.id} ${what}. Say which: ${joinAny(forms)}.`, {
    code: 'platform_needed',
    facts: {
      id: readings[0]?.id ?? undefined,
      platforms: readings.map(({ platform }) => platform).join(' '),
    },
  });
}

function listShopForms(marketplaces: readonly Marketplace[]): string[] {
  return marketplaces
    .flatMap(({ links }) => links.filter(({ kind }) => kind === 'shop').slice(0, 1))
    .map(({ form }) => form);
}

/** What providers, configured or not, can answer about. */
export interface Reach {
  readonly supported: readonly Marketplace[];
  /** Those of them whose shops some provider lists. */
  readonly withShops: readonly Marketplace[];
}

/**
 * Refuses a reference that no provider could ever look up; a short link may still turn out to be a product.
 * @throws InputError, UnsupportedError
 */
export function assertProductRef(ref: Ref, marketplace: Marketplace, { supported, withShops }: Reach): void {
  if (!supported.includes(marketplace)) throw createUnsupportedError(marketplace, supported);
  if (ref.kind === 'shop') throw createShopError(marketplace, withShops);
  if (ref.kind === 'product' || ref.kind === 'short') return;
  const example = marketplace.ids[0] && marketplace.productUrl(marketplace.ids[0].example);
  throw new InputError(
    `This ${marketplace.names.en} link names no product. Open it and paste the product page, such as ${example}.`,
    { code: 'no_product_in_link', facts: { example } },
  );
}

function createShopError(marketplace: Marketplace, withShops: readonly Marketplace[]): InputError {
  if (withShops.includes(marketplace)) {
    return new InputError(
      'This is a shop, not a product. Use "bijia shop" (or the shop_products tool) to list its products.',
      { code: 'shop_link' },
    );
  }
  const { en, zh } = marketplace.names;
  return new InputError(
    `This is a shop, not a product, and shops of ${en} cannot be listed. Paste the link of a product.`,
    { code: 'shop_not_listed', facts: { platform: zh } },
  );
}

/** For a marketplace that no provider can answer about. */
export function createUnsupportedError(
  marketplace: Marketplace,
  supported: readonly Marketplace[],
): UnsupportedError {
  const names = joinAll(supported.map((one) => one.names.en));
  return new UnsupportedError(`${marketplace.names.en} is not supported yet. Supported are ${names}.`, {
    facts: { platform: marketplace.names.zh, supported: supported.map((one) => one.names.zh).join('、') },
  });
}

/** What to set so that a marketplace can be asked. */
export function createNotConfiguredError(
  names: readonly Bilingual[],
  unconfigured: readonly { readonly missing: readonly string[] }[],
  isSandbox: boolean,
): ConfigError {
  const ways = unconfigured.map(({ missing }) => joinAll(missing)).join(', or ');
  // The command sets the credentials of its sandbox, so only a program can lack them under BIJIA_SANDBOX=1.
  const sandbox = isSandbox
    ? 'BIJIA_SANDBOX=1 starts a sandbox for the command only, a program takes the variables that "bijia sandbox" prints.'
    : 'BIJIA_SANDBOX=1 answers with made-up sandbox data.';
  return new ConfigError(
    `${joinAny(names.map(({ en }) => en))} is not configured. Set ${ways}; or try without credentials: ${sandbox}`,
    { facts: { platform: names.map(({ zh }) => zh).join('或'), settings: formatWaysInZh(unconfigured) } },
  );
}

const formatWaysInZh = (ways: readonly { readonly missing: readonly string[] }[]) =>
  ways.map(({ missing }) => missing.join('、')).join('，或 ');
