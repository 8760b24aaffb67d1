import { FormattedString } from '@grammyjs/parse-mode';
import { InlineKeyboard } from 'grammy';
import { findMarketplace, type Product } from '../../core/index.js';
import { cutText, defuse } from '../locales/display.js';
import { formatSubject } from './button-data.js';
import { addButton } from './card-keyboard.js';
import { fitLines, joinParts, MAX_TEXT, plain, type Rich, type View } from './card-view.js';
import { renderListed } from './listed-product.js';

export const SEARCH_PAGE_SIZE = 6;
const WORDS_LENGTH = 60;
const SHOP_LENGTH = 16;

/** One page of what was found, as it is shown. */
export interface ShownSearch {
  /** The id of the search, in buttons. */
  readonly id: string;
  readonly words: string;
  /** Searched for what may be the same product as one that was shown. */
  readonly isSimilar: boolean;
  /** Counted from 1. */
  readonly page: number;
  readonly hasMore: boolean;
  readonly products: readonly Product[];
  /** A sentence for each marketplace that could not be searched. */
  readonly failures: readonly string[];
  readonly sandbox: boolean;
}

/** Candidates, one or two lines each: the answer says that they need not be the same product. */
export function renderSearchPage(found: ShownSearch, view: View): Rich {
  const { search, card } = view.texts;
  const words = defuse(cutText(found.words, WORDS_LENGTH));
  const start = (found.page - 1) * SEARCH_PAGE_SIZE;
  const marks = [
    found.page > 1 || found.hasMore ? search.page(found.page) : undefined,
    found.sandbox ? card.sandbox : undefined,
  ];
  const lines = found.products.map((product, at) => ({
    text: renderListed(product, start + at + 1, view, describePlace(product, view)),
    rank: 1,
  }));
  const isEmpty = lines.length === 0 && found.failures.length === 0;
  return fitLines(
    [
      { text: FormattedString.bold(found.isSimilar ? search.similar(words) : search.title(words)), rank: 0 },
      { text: joinParts(marks, ' · '), rank: 0 },
      ...lines,
      ...found.failures.map((failure) => ({ text: plain(`⚠️ ${failure}`), rank: 0 })),
      { text: plain(isEmpty ? search.nothing : lines.length > 0 ? search.candidates : ''), rank: 0 },
    ],
    MAX_TEXT,
  );
}

function describePlace(product: Product, view: View): string {
  const marketplace = findMarketplace(product.platform, view.marketplaces);
  const name = marketplace ? view.texts.nameOf(marketplace.names) : product.platform;
  const shop = product.shop?.name;
  return shop ? `${name} ${defuse(cutText(shop, SHOP_LENGTH))}` : name;
}

/** A number for each candidate, which brings its card; the pages. */
export function createSearchKeyboard({ id, page, hasMore, products }: ShownSearch): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  const start = (page - 1) * SEARCH_PAGE_SIZE;
  for (const [at, product] of products.entries()) {
    addButton(keyboard, String(start + at + 1), 'pick', formatSubject(product));
  }
  keyboard.row();
  if (page > 1) addButton(keyboard, '‹', 'searchPage', id, page - 1);
  if (hasMore) addButton(keyboard, '›', 'searchPage', id, page + 1);
  return keyboard;
}
