import { BijiaError, NotFoundError, toBijiaError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import type { ShortLinkOpener } from '../links/short-link.js';
import type { Marketplace } from '../marketplace.js';
import { parseShownUrl } from '../product/normalizer.js';
import type { Detail, Product, ProductFacts, Ref } from '../product/product.js';
import type { Result } from '../product/result.js';
import type { CallOptions, ProductId } from '../provider.js';
import type { Found, ProductLookup } from './product-lookup.js';
import type { Upstream } from './upstream.js';

/** How products are looked up: by which provider, in how much detail, how fresh. */
export interface GetOptions extends Partial<CallOptions> {
  /** What a bare id belongs to. */
  readonly platform?: string;
  /** Which provider answers; else the first configured one that can. */
  readonly source?: string;
  /** `summary` unless said otherwise. */
  readonly detail?: Detail;
  /** Asks again even when an answer is at hand. */
  readonly fresh?: boolean;
}

export interface Products {
  /** @throws BijiaError */
  readonly getProduct: (ref: NotedRef, options?: GetOptions) => Promise<Product>;
  /** One result per reference, in order; ids of one source travel together where the source offers it. */
  readonly getProducts: (refs: readonly NotedRef[], options?: GetOptions) => Promise<Result[]>;
}

export interface ProductsOptions {
  readonly lookup: ProductLookup;
  readonly shortLinks: ShortLinkOpener;
  /** The source for a reference. @throws BijiaError for anything that can never be looked up */
  readonly getUpstream: (ref: Ref, options: GetOptions) => Upstream;
}

export function createProducts({ lookup, shortLinks, getUpstream }: ProductsOptions): Products {
  const open = async (ref: NotedRef, options: GetOptions): Promise<NotedRef> => {
    if (ref.kind !== 'short') return ref;
    // Before anything is opened: is there a source that could answer?
    getUpstream(ref, options);
    return shortLinks.open(ref, { signal: options.signal });
  };

  const getProduct: Products['getProduct'] = async (pasted, options = {}) => {
    const ref = await open(pasted, options);
    const upstream = getUpstream(ref, options);
    return toProduct(
      await lookup.getOne(upstream, toProductId(ref), toLookupOptions(options)),
      upstream,
      ref,
    );
  };

  const getTogether = async ({ upstream, members }: Group, options: GetOptions): Promise<Result[]> => {
    const found = await lookup.getMany(upstream, members.map(toProductId), toLookupOptions(options));
    return Promise.all(
      members.map((ref, place) =>
        settle(ref, async () => {
          const one = found[place];
          if (!one || one instanceof BijiaError) throw one;
          return toProduct(one, upstream, ref);
        }),
      ),
    );
  };

  const getProducts: Products['getProducts'] = async (refs, options = {}) => {
    const detail = options.detail ?? 'summary';
    const { groups, alone } = groupRefs(refs, (ref) => getUpstream(ref, options), detail);
    const results = new Map<NotedRef, Result>();
    await Promise.all([
      ...alone.map(async (ref) => results.set(ref, await settle(ref, () => getProduct(ref, options)))),
      ...groups.map(async (group) => {
        const answered = await getTogether(group, options);
        for (const [place, ref] of group.members.entries()) {
          const result = answered[place];
          if (result) results.set(ref, result);
        }
      }),
    ]);
    return refs.flatMap((ref) => results.get(ref) ?? []);
  };

  return { getProduct, getProducts };
}

/** References that travel in one call. */
interface Group {
  readonly upstream: Upstream;
  readonly idType: string | undefined;
  readonly members: NotedRef[];
}

/** Ids of one kind whose source answers several at once are grouped, in chunks as large as a call may be. */
function groupRefs(refs: readonly NotedRef[], getUpstream: (ref: Ref) => Upstream, detail: Detail) {
  const groups: Group[] = [];
  const alone: NotedRef[] = [];
  for (const ref of refs) {
    const upstream = ref.kind === 'product' ? tryFind(() => getUpstream(ref)) : undefined;
    const capacity = upstream?.connection.getProducts
      ? (upstream.connection.idsPerCall?.(detail, ref.idType) ?? 1)
      : 0;
    if (!upstream || capacity < 2) {
      alone.push(ref);
      continue;
    }
    const { idType } = ref;
    const last = groups.findLast((group) => group.upstream === upstream && group.idType === idType);
    if (last && last.members.length < capacity) last.members.push(ref);
    else groups.push({ upstream, idType, members: [ref] });
  }
  return { groups, alone };
}

function tryFind(find: () => Upstream): Upstream | undefined {
  try {
    return find();
  } catch {
    // Thrown again, and answered, when the reference is asked for by itself.
    return undefined;
  }
}

/** Turns an attempt into a result; whatever fails belongs to this reference alone. */
async function settle(
  ref: Pick<Ref, 'url'> & Partial<Ref>,
  attempt: () => Promise<Product>,
): Promise<Result> {
  const facts = { input: ref.url, platform: ref.platform, id: ref.id ?? undefined };
  try {
    const product = await attempt();
    return {
      ...facts,
      outcome: 'ok',
      product,
      platform: product.platform,
      id: product.id,
      sandbox: product.sandbox,
    };
  } catch (thrown) {
    const error = toBijiaError(thrown);
    return { ...facts, outcome: error.outcome, error, sandbox: error.sandbox || undefined };
  }
}

function toProductId({ id, idType }: Ref): ProductId {
  return { id: id ?? '', idType };
}

function toLookupOptions(options: GetOptions) {
  return { ...options, lane: options.lane ?? 'interactive', detail: options.detail ?? 'summary' };
}

function toProduct(
  { facts, fetchedAtMs, sandbox, cached }: Found,
  upstream: Upstream,
  ref: NotedRef,
): Product {
  if (facts instanceof NotFoundError) {
    facts.sandbox = sandbox;
    throw facts;
  }
  const product = markProduct(facts, upstream, { fetchedAtMs, sandbox });
  const notes = ref.note === undefined ? product.notes : [...(product.notes ?? []), ref.note];
  return { ...product, notes, cached: cached || undefined };
}

/** Says where facts come from, and keeps out pictures and videos from foreign hosts. */
export function markProduct(
  facts: ProductFacts,
  { provider: { id, marketplace } }: Upstream,
  { fetchedAtMs, sandbox }: { readonly fetchedAtMs: number; readonly sandbox: boolean },
): Product {
  return {
    ...facts,
    image: keepShown(facts.image, marketplace),
    images: keepAllShown(facts.images, marketplace),
    detailImages: keepAllShown(facts.detailImages, marketplace),
    video: keepShown(facts.video, marketplace),
    shop: facts.shop && { ...facts.shop, logo: keepShown(facts.shop.logo, marketplace) },
    skus: facts.skus?.map((sku) => ({ ...sku, image: keepShown(sku.image, marketplace) })),
    platform: marketplace.id,
    url: marketplace.productUrl(facts.id, facts.idType) ?? '',
    source: id,
    fetchedAtMs,
    sandbox: sandbox || undefined,
  };
}

function keepShown(image: string | undefined, { shownHosts }: Marketplace): string | undefined {
  return image === undefined ? undefined : parseShownUrl(image, shownHosts);
}

function keepAllShown(images: readonly string[] = [], marketplace: Marketplace): string[] | undefined {
  const shown = images.flatMap((image) => keepShown(image, marketplace) ?? []);
  return shown.length > 0 ? shown : undefined;
}
