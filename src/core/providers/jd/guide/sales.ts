import { parseSalesText } from '../../../product/normalizer.js';
import type { CountText } from '../../../product/product.js';

/** A number or a text about sales; undefined for nothing, and for a number that counts nothing, such as -1 and 3.5. */
export function parseGuideSales(value: unknown): CountText | undefined {
  const sales = parseSalesText(typeof value === 'number' ? String(value) : value);
  return sales && (sales.count !== undefined || !/^[-\d.]+$/.test(sales.text)) ? sales : undefined;
}
