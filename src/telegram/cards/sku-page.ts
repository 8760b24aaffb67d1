import { FormattedString } from '@grammyjs/parse-mode';
import type { Price, Product, Sku } from '../../core/index.js';
import { findSkuPrice, renderFreshness, renderSku, renderTitle } from './card.js';
import { fitLines, joinParts, MAX_CAPTION, plain, type Rich, type View } from './card-view.js';

const SKUS_PER_PAGE = 10;

export function countSkuPages({ skus = [] }: Product): number {
  return Math.max(1, Math.ceil(skus.length / SKUS_PER_PAGE));
}

/**
 * Ten variants, one line each; what is sold out is struck through, the lowest price of what can be had is marked.
 * @param page counted from 1; one beyond the end shows the last
 */
export function renderSkuPage(product: Product, page: number, view: View): Rich {
  const { skus = [] } = product;
  const { card } = view.texts;
  const pages = countSkuPages(product);
  const shown = Math.min(Math.max(1, page), pages);
  const start = (shown - 1) * SKUS_PER_PAGE;
  const lowestFen = findLowestFen(skus);
  const lines = skus.slice(start, start + SKUS_PER_PAGE).map((sku, index) => {
    const isLowest = lowestFen !== undefined && !isSoldOut(sku) && findSkuPrice(sku)?.amountFen === lowestFen;
    return { text: renderLine(sku, start + index + 1, isLowest ? card.lowest : undefined, view), rank: 1 };
  });
  const head = joinParts(
    [card.skuCount(skus.length), pages > 1 ? card.pageOf(shown, pages) : undefined],
    ' · ',
  );
  return fitLines(
    [
      { text: renderTitle(product, view), rank: 0 },
      { text: head, rank: 0 },
      ...lines,
      { text: renderFreshness(product, view), rank: 2 },
    ],
    MAX_CAPTION,
  );
}

function renderLine(sku: Sku, number: number, mark: string | undefined, view: View): Rich {
  if (isSoldOut(sku)) {
    const status = sku.stock && view.texts.stock[sku.stock.status];
    const price = renderSku({ ...sku, stock: undefined }, view);
    return joinParts(
      [plain(`${number}. `), joinParts([FormattedString.strikethrough(price), status], '  ')],
      '',
    );
  }
  const marked = mark === undefined ? undefined : FormattedString.bold(`⬇️ ${mark}`);
  return joinParts([plain(`${number}. `), joinParts([renderSku(sku, view), marked], '  ')], '');
}

function isSoldOut({ stock }: Sku): boolean {
  return stock?.status === 'out_of_stock' || stock?.status === 'off_sale';
}

/** Undefined where prices of several kinds cannot be compared, or all are the same. */
function findLowestFen(skus: readonly Sku[]): number | undefined {
  const prices = skus
    .filter((sku) => !isSoldOut(sku))
    .flatMap((sku): Price[] => {
      const price = findSkuPrice(sku);
      return price ? [price] : [];
    });
  const amounts = prices.map(({ amountFen }) => amountFen);
  const kinds = new Set(prices.map(({ kind }) => kind));
  const lowest = Math.min(...amounts);
  return kinds.size === 1 && lowest < Math.max(...amounts) ? lowest : undefined;
}
