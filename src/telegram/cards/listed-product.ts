import { FormattedString } from '@grammyjs/parse-mode';
import { findShownPrice, type Product } from '../../core/index.js';
import { cutText, defuse, formatMoney } from '../locales/display.js';
import { keepHttps, renderSales } from './card.js';
import { joinParts, type Rich, type View } from './card-view.js';

const TITLE_LENGTH = 36;

/**
 * A product of a list, on one line or two.
 * @param where what stands before its price, such as the name of the marketplace
 */
export function renderListed(product: Product, number: number, view: View, where?: string): Rich {
  const title = cutText(product.title ?? product.id, TITLE_LENGTH);
  const url = keepHttps(product.url);
  const shown = findShownPrice(product.prices);
  const price = shown && `${formatMoney(shown.amountFen)} ${view.texts.priceKinds[shown.kind]}`;
  const facts = joinParts([where, price, product.sales && renderSales(product.sales, view)], ' · ');
  const head = joinParts([`${number}.`, url ? FormattedString.link(title, url) : defuse(title)], ' ');
  return joinParts([head, facts.text === '' ? undefined : joinParts(['   ', facts], '')], '\n');
}
