import type { SandboxSample } from '../../../simulation/upstream.js';
import { generateGoods, type SandboxGoods } from './generate.js';
import { RECORDED_PRODUCT } from './recorded.js';
import { findVariant, VARIANT_SAMPLES } from './variants.js';

const RECORDED_ID = String(RECORDED_PRODUCT.data.goods_id);

/** The product that an id stands for. Every well-formed id has one, except those that end in 404. */
export function findGoods(id: string): SandboxGoods | undefined {
  if (id === RECORDED_ID) return RECORDED_PRODUCT.data;
  const variant = findVariant(id);
  if (variant) return variant;
  return id.endsWith('404') ? undefined : generateGoods(id);
}

export const GOODS_SAMPLES: readonly SandboxSample[] = [
  { kind: 'product', id: RECORDED_ID, about: "the answer recorded in the upstream's documentation, 4 SKUs" },
  { kind: 'product', id: '100000404', about: 'unknown, like every id that ends in 404; the call is charged' },
  ...VARIANT_SAMPLES,
];
