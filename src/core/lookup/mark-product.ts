import type { Marketplace } from '../marketplace.js';
import { parseShownUrl } from '../product/normalizer.js';
import type { Note, Product, ProductFacts } from '../product/product.js';
import type { Upstream } from './upstream.js';

/** Says where facts come from, and keeps out pictures and videos from foreign hosts. */
export function markProduct(facts: ProductFacts, upstream: Upstream, fetchedAtMs: number): Product {
  const { id: source, marketplace } = upstream.provider;
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
    source,
    fetchedAtMs,
    ...toShownLinks(facts, upstream),
    sandbox: upstream.isSandbox || undefined,
  };
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

function keepAllShown(images: readonly string[] = [], marketplace: Marketplace): string[] | undefined {
  const shown = images.flatMap((image) => keepShown(image, marketplace) ?? []);
  return shown.length > 0 ? shown : undefined;
}
