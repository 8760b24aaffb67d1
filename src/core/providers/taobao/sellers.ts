import type { Note } from '../../product/product.js';

const TMALL = 1;
const BARGAIN_APP = 3;

/** Which of the group's shops sells it, where that is not Taobao itself (0). */
export function noteSeller(kind: number | undefined): Note | undefined {
  if (kind === TMALL) return { en: 'Sold on Tmall', zh: '天猫商品' };
  return kind === BARGAIN_APP ? { en: 'Sold in 淘宝特价版', zh: '淘宝特价版商品' } : undefined;
}
