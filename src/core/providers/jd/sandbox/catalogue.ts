import type { SandboxSample } from '../../../simulation/upstream.js';
import { FLAGSHIP_ID, findFlagship } from './flagship.js';
import { generateGoods, type SandboxGoods } from './generate.js';
import { findShopOf, SHOP_SAMPLES } from './shops.js';
import { findVariant, VARIANT_SAMPLES } from './variants.js';

/**
 * The product that an id stands for. Every well-formed id has one, except those that end in 404 and are listed
 * by no shop: they are unknown.
 */
export function findGoods(id: string): SandboxGoods | undefined {
  if (!/^[1-9]\d{0,19}$/.test(id)) return undefined;
  const made = findFlagship(id) ?? findVariant(id);
  if (made) return made;
  const shop = findShopOf(id);
  return shop === undefined && id.endsWith('404') ? undefined : generateGoods(id, { shop });
}

export const GOODS_SAMPLES: readonly SandboxSample[] = [
  { kind: 'product', id: FLAGSHIP_ID, about: 'a phone with 12 SKUs, coupon price 5699' },
  { kind: 'product', id: '100000000404', about: 'unknown, like every id that ends in 404' },
  {
    kind: 'product',
    id: '100000000777',
    about: 'without commission, like every id that ends in 777: dialect jos leaves it out',
  },
  ...SHOP_SAMPLES,
  ...VARIANT_SAMPLES,
];
