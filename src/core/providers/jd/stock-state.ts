import { parseCount } from '../../product/normalizer.js';
import type { Stock } from '../../product/product.js';

/** 1 有货, 0 无货, as number, text or boolean. */
export function parseStockState(value: unknown): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  const text = String(value).trim();
  if (text === '有货' || text === '无货') return Number(text === '有货');
  return parseCount(value);
}

/** 1 有货, 0 无货; undefined where nothing is said. */
export function normalizeStockState(stockState: number | undefined): Stock | undefined {
  if (stockState === undefined) return undefined;
  if (stockState === 1) return { status: 'in_stock' };
  return { status: stockState === 0 ? 'out_of_stock' : 'unknown' };
}
