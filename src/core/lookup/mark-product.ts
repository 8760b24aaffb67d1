import type { Marketplace } from '../marketplace.js';
import { parseShownUrl } from '../product/normalizer.js';
import type { Product, ProductFacts } from '../product/product.js';
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
    sandbox: upstream.isSandbox || undefined,
  };
}

function keepShown(image: string | undefined, { shownHosts }: Marketplace): string | undefined {
  return image === undefined ? undefined : parseShownUrl(image, shownHosts);
}

function keepAllShown(images: readonly string[] = [], marketplace: Marketplace): string[] | undefined {
  const shown = images.flatMap((image) => keepShown(image, marketplace) ?? []);
  return shown.length > 0 ? shown : undefined;
}
