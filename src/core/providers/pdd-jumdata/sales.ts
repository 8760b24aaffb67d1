import type { Sales } from '../../product/product.js';
import type { Goods } from './schema.js';

type SalesFields = Pick<Goods, 'side_sales_tip' | 'sales_tip' | 'sold_total'>;

/**
 * The sales to show, and what else the answer says about them. Texts come first, since `sold_total` is 0 next to
 * 已拼10万+件; it counts where no text has a number, or where it is above the one that a text cuts down.
 */
export function readSales({ side_sales_tip, sales_tip, sold_total }: SalesFields): {
  readonly main?: Sales;
  readonly others: readonly string[];
} {
  const tips = [side_sales_tip, sales_tip].filter((tip) => tip !== undefined);
  const tip = tips.find(({ count }) => count !== undefined) ?? tips[0];
  const total = sold_total && sold_total.count > 0 ? sold_total : undefined;
  const isCutDown = tip?.scope === 'item' && (tip.atLeast || tip.approximate);
  const best =
    tip?.count === undefined || (isCutDown && total && total.count > tip.count) ? (total ?? tip) : tip;
  const others = tips.filter((one) => one !== best).map(({ text }) => text);
  return { main: best && { ...best, period: 'total' }, others: [...new Set(others)] };
}
