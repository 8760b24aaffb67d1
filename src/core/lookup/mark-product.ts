import type { Marketplace } from '../marketplace.js';
import { parseShownUrl } from '../product/normalizer.js';
import type { Note, Product, ProductFacts, Shop, Sku } from '../product/product.js';
import type { Found } from './product-lookup.js';
import type { Upstream } from './upstream.js';

/** Says where facts come from, and keeps out pictures and videos from foreign hosts. What needs no change is not copied. */
export function markProduct(facts: ProductFacts, upstream: Upstream, fetchedAtMs: number): Product {
  const { id: source, marketplace } = upstream.provider;
  return {
    ...facts,
    image: keepShown(facts.image, marketplace),
    images: keepAllShown(facts.images, marketplace),
    detailImages: keepAllShown(facts.detailImages, marketplace),
    video: keepShown(facts.video, marketplace),
    shop: facts.shop && keepLogo(facts.shop, marketplace),
    skus: facts.skus && keepSkus(facts.skus, marketplace),
    platform: marketplace.id,
    url: marketplace.productUrl(facts.id, facts.idType) ?? '',
    source,
    fetchedAtMs,
    ...toShownLinks(facts, upstream),
    sandbox: upstream.isSandbox || undefined,
  };
}

/** An answer as a product: the same object each time it is told from the cache, which nobody can change. */
export type ToProduct = (found: Found, upstream: Upstream) => Product;

/** Filters and copies each answer once, however often it is handed out. */
export function createToProduct(): ToProduct {
  const fresh = new WeakMap<ProductFacts, Product>();
  const cached = new WeakMap<ProductFacts, Product>();
  return (found, upstream) => {
    const { facts, fetchedAtMs, receipt } = found;
    const made = found.cached ? cached : fresh;
    const known = made.get(facts);
    if (known) return known;
    const marked = markProduct(facts, upstream, fetchedAtMs);
    const product = { ...marked, receipt, cached: found.cached || undefined };
    freezeProduct(product);
    made.set(facts, product);
    return product;
  };
}

/** What everybody is told, nobody can change for the others. The upstream's own answer is shown to one only, and may be large. */
function freezeProduct(product: Product): void {
  Object.freeze(product);
  const { raw: _, ...parts } = product;
  freezeParts(parts);
}

function freezeParts(whole: object): void {
  for (const part of Object.values(whole)) {
    if (typeof part !== 'object' || part === null || Object.isFrozen(part)) continue;
    Object.freeze(part);
    freezeParts(part);
  }
}

const TAKE_COUPON_NOTE: Note = {
  en: "The coupon has to be taken through the operator's promotion link first (BIJIA_BUY_LINKS=1 shows it)",
  enForUsers: 'The coupon has to be taken through a promotion link first',
  zh: '优惠券需要先通过推广链接领取',
};

/** Addresses that earn the operator a commission are shown only where the operator has said so. */
function toShownLinks(
  { buyLink, coupons, notes = [] }: ProductFacts,
  { showsBuyLinks }: Upstream,
): Pick<ProductFacts, 'buyLink' | 'coupons' | 'notes'> {
  if (showsBuyLinks) return { buyLink, coupons, notes: notes.length > 0 ? notes : undefined };
  const isHidden = coupons?.some(({ isPromotionLink }) => isPromotionLink) ?? false;
  const shown = coupons?.map(({ link, isPromotionLink, ...coupon }) => ({
    ...coupon,
    ...(link !== undefined && !isPromotionLink && { link }),
  }));
  const all = isHidden ? [...notes, TAKE_COUPON_NOTE] : notes;
  return { buyLink: undefined, coupons: shown, notes: all.length > 0 ? all : undefined };
}

function keepShown(image: string | undefined, { shownHosts }: Marketplace): string | undefined {
  return image === undefined ? undefined : parseShownUrl(image, shownHosts);
}

function keepAllShown(
  images: readonly string[] = [],
  marketplace: Marketplace,
): readonly string[] | undefined {
  const shown = images.flatMap((image) => keepShown(image, marketplace) ?? []);
  if (shown.length === 0) return undefined;
  return shown.length === images.length && shown.every((image, at) => image === images[at]) ? images : shown;
}

function keepLogo(shop: Shop, marketplace: Marketplace): Shop {
  const logo = keepShown(shop.logo, marketplace);
  return logo === shop.logo ? shop : { ...shop, logo };
}

function keepSkus(skus: readonly Sku[], marketplace: Marketplace): readonly Sku[] {
  return skus.map((sku) => {
    if (sku.image === undefined) return sku;
    const image = keepShown(sku.image, marketplace);
    return image === sku.image ? sku : { ...sku, image };
  });
}
