import { FormattedString } from '@grammyjs/parse-mode';
import { InlineKeyboard } from 'grammy';
import type { Product } from '../../core/index.js';
import { cutText, defuse, formatCount } from '../locales/display.js';
import { formatSubject } from './button-data.js';
import { addButton, addPager } from './card-keyboard.js';
import { fitLines, joinParts, MAX_TEXT, plain, type Rich, type View } from './card-view.js';
import { renderListed } from './listed-product.js';

export const SHOP_PAGE_SIZE = 10;

/** One page of a shop as it is shown. */
export interface ShownShop {
  readonly platform: string;
  readonly id: string;
  readonly name?: string;
  readonly total?: number;
  /** Counted from 1. */
  readonly page: number;
  readonly products: readonly Product[];
  /** Rows of the upstream, also those without an id. */
  readonly rowCount: number;
  readonly sandbox: boolean;
}

function countShopPages({ total, page, rowCount }: ShownShop): number {
  if (total !== undefined && total > 0) return Math.max(page, Math.ceil(total / SHOP_PAGE_SIZE));
  return rowCount < SHOP_PAGE_SIZE ? page : page + 1;
}

/** Ten products, one or two lines each. */
export function renderShopPage(shop: ShownShop, view: View): Rich {
  const { texts } = view;
  const { name = texts.shop.unnamed(shop.id), total, page, products } = shop;
  const start = (page - 1) * SHOP_PAGE_SIZE;
  const title = texts.shop.title(defuse(cutText(name, 40)), total ? formatCount(total) : '');
  const marks = [
    texts.card.pageOf(page, countShopPages(shop)),
    shop.sandbox ? texts.card.sandbox : undefined,
  ];
  const lines = products.map((product, index) => ({
    text: renderListed(product, start + index + 1, view),
    rank: 1,
  }));
  return fitLines(
    [
      { text: FormattedString.bold(title), rank: 0 },
      { text: joinParts(marks, ' · '), rank: 0 },
      ...(lines.length > 0 ? lines : [{ text: plain(texts.shop.empty), rank: 0 }]),
    ],
    MAX_TEXT,
  );
}

export function createShopKeyboard(shop: ShownShop, { texts }: View): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  const subject = formatSubject(shop);
  addPager(keyboard, 'shop', subject, shop.page, countShopPages(shop));
  return addButton(keyboard, texts.buttons.shopBatch, 'shopBatch', subject);
}
