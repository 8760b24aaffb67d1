import { InlineKeyboard } from 'grammy';
import { findMarketplace, type Product } from '../../core/index.js';
import { formatButton, formatSubject, type Op } from './button-data.js';
import { keepHttps } from './card.js';
import type { View } from './card-view.js';
import { countSkuPages } from './sku-page.js';

/** Longest text that a button can copy. */
const MAX_COPIED = 256;

/** Refresh, variants, copy the id; price alert, price history, possible matches; open the page. */
export function createCardKeyboard(product: Product, view: View): InlineKeyboard {
  const { buttons, nameOf } = view.texts;
  const keyboard = new InlineKeyboard();
  const marketplace = findMarketplace(product.platform, view.marketplaces);
  const skuCount = product.skus?.length ?? 0;
  const subject = formatSubject(product);
  addButton(keyboard, buttons.refresh, 'refresh', subject);
  if (skuCount > 1) addButton(keyboard, buttons.skus(skuCount), 'skus', subject, 1);
  if (product.id.length <= MAX_COPIED) keyboard.copyText(buttons.copyId, product.id);
  keyboard.row();
  addButton(keyboard, buttons.watch, 'watch', subject);
  addButton(keyboard, buttons.history, 'history', subject);
  if (view.canSearch && product.title !== undefined) addButton(keyboard, buttons.similar, 'similar', subject);
  const url = keepHttps(product.url);
  if (keyboard.inline_keyboard.at(-1)?.length) keyboard.row();
  if (url && marketplace) keyboard.url(buttons.open(nameOf(marketplace.names)), url);
  return keyboard;
}

/** `‹ 2/4 ›` and the way back to the card. */
export function createSkuKeyboard(product: Product, page: number, { texts }: View): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  const subject = formatSubject(product);
  addPager(keyboard, 'skus', subject, page, countSkuPages(product));
  return addButton(keyboard, texts.buttons.back, 'card', subject);
}

export function addPager(
  keyboard: InlineKeyboard,
  op: Op,
  subject: string,
  page: number,
  pages: number,
): void {
  if (pages < 2) return;
  if (page > 1) addButton(keyboard, '‹', op, subject, page - 1);
  addButton(keyboard, `${page}/${pages}`, op, subject, page);
  if (page < pages) addButton(keyboard, '›', op, subject, page + 1);
  keyboard.row();
}

/** Leaves the button out where its data would be too long. */
export function addButton(
  keyboard: InlineKeyboard,
  text: string,
  op: Op,
  subject: string,
  page = 0,
): InlineKeyboard {
  const data = formatButton(op, subject, page);
  return data === undefined ? keyboard : keyboard.text(text, data);
}
