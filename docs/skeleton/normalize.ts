import * as z from 'zod/mini';
import { field, text } from '../../product/lenient-schema.js';
import {
  parseCount,
  parseFen,
  parseIdDigits,
  parseSalesText,
  parseShownUrl,
  toPrices,
} from '../../product/normalizer.js';
import type { ProductFacts } from '../../product/product.js';
import { mogu } from './links.js';

/** `data` of an answer: only what is used. A field that cannot be read is absent. */
export const Item = z.object({
  itemId: field(parseIdDigits),
  title: text(),
  picture: field((value) => parseShownUrl(value, mogu.shownHosts)),
  /** Fen. Where an upstream writes yuan, read it with `parseYuan`. */
  price: field(parseFen),
  marketPrice: field(parseFen),
  /** As shops write it: 已售1.2万+件. */
  soldText: field(parseSalesText),
  stock: field(parseCount),
});

export function normalizeItem(item: z.infer<typeof Item>, askedId: string): ProductFacts {
  const { itemId = askedId, title, picture, price, marketPrice, soldText, stock } = item;
  return {
    id: itemId,
    title,
    image: picture,
    prices: [...toPrices('sale', price), ...toPrices('list', marketPrice)],
    sales: soldText,
    stock:
      stock === undefined ? undefined : { status: stock > 0 ? 'in_stock' : 'out_of_stock', quantity: stock },
  };
}
