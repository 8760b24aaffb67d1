import {
  type BijiaError,
  cleanText,
  findShownPrice,
  formatHeading,
  listPromotionLinks,
  type Note,
  type Product,
  type Result,
  type Shop,
  type Sku,
  type Stock,
  type Words,
} from '../../core/index.js';
import { formatCommandError } from '../command-error.js';
import type { CliContext } from '../context.js';
import { cutColumns, cutMiddle, formatTable, getTableWidth, type Terminal } from './terminal.js';

const SHOWN_SKUS = 6;
/** The width of a title, where even that is wider than the screen. */
const SHORTEST_TITLE = 16;

type CardContext = Pick<CliContext, 'terminal' | 'words' | 'texts'>;

/** A product for a person's eyes: only what is known. */
export function formatCard(product: Product, context: CardContext, full: boolean): string {
  const { terminal, words } = context;
  const title = product.title ?? words.labels.noTitle;
  const head = terminal.style('bold', cutColumns(title, Math.max(SHORTEST_TITLE, terminal.columns - 4)));
  const mark = product.sandbox ? `  ${terminal.style('yellow', `[${words.labels.simulated}]`)}` : '';
  const rows = listFacts(product, words, full).map(([name, text]) => [
    terminal.style('dim', `  ${name}`),
    text,
  ]);
  return [head + mark, formatTable(rows), ...formatSkus(product, context, full)].join('\n');
}

function listFacts(product: Product, words: Words, full: boolean): [string, string][] {
  const { labels, facts: say } = words;
  const shown = findShownPrice(product.prices);
  const others = product.prices.filter((price) => price !== shown);
  const attributes = full ? (product.attributes ?? []) : [];
  const facts: [string, string | undefined][] = [
    [labels.price, shown && say.price(shown)],
    [labels.otherPrices, others.map(say.price).join(' · ')],
    [labels.coupon, product.coupons?.map(say.coupon).join(' · ')],
    [labels.subsidy, product.subsidy ? words.yes : undefined],
    ...listSales(product, words),
    [labels.reviews, product.reviews && say.reviews(product.reviews)],
    [labels.rating, product.rating],
    [labels.stock, product.stock && say.stock(product.stock)],
    [labels.shop, product.shop && formatShop(product.shop, words)],
    [labels.commission, product.commission && say.commission(product.commission)],
    [labels.promotions, product.promotions?.join(' · ')],
    [labels.activities, product.activities?.join(' · ')],
    [labels.delivery, product.delivery?.join(' · ')],
    [labels.local, product.local],
    [labels.service, product.service?.join(' · ')],
    [labels.category, full ? product.categories?.map(({ id, name }) => name ?? id).join(' > ') : undefined],
    [labels.variants, product.skus && words.counts.variants(product.skus.length)],
    ...attributes.map(({ name, values }): [string, string] => [name, words.list(values)]),
    [labels.unknown, describeCompletable(product, words)],
    ...(product.notes ?? []).map((note: Note): [string, string] => [labels.note, words.nameOf(note)]),
    [labels.link, product.url],
    [labels.promotionLink, listPromotionLinks(product).join(' · ')],
    [labels.source, formatSource(product, words)],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
}

function describeCompletable({ completableBy }: Product, { labels, facts }: Words): string | undefined {
  const names = { skus: labels.variants, stock: labels.stock, reviews: labels.reviews };
  return (
    completableBy &&
    facts.completable(
      completableBy.parts.map((part) => names[part]),
      completableBy.source,
    )
  );
}

function listSales({ sales }: Product, words: Words): [string, string][] {
  if (!sales) return [];
  const note = sales.note && words.nameOf(sales.note);
  const { salesName, salesCount } = words.facts;
  return [[salesName(sales), words.groups([salesCount(sales), ...(note ? [note] : [])])]];
}

/** As a phrase, with what must be known to read the number. */
export function formatSales({ sales }: Product, words: Words): string | undefined {
  if (!sales) return undefined;
  return words.groups([words.facts.sales(sales), sales.note ? words.nameOf(sales.note) : ''].filter(Boolean));
}

function formatShop(shop: Shop, { facts, inParentheses }: Words): string {
  const name = `${shop.name ?? ''}${shop.id ? inParentheses(shop.id) : ''}`.trim();
  return [name, facts.seller(shop)].filter(Boolean).join(' · ');
}

function formatSource({ source, fetchedAtMs, cached }: Product, words: Words): string {
  return [source, words.dateTime(fetchedAtMs), cached ? words.labels.cached : ''].filter(Boolean).join(' · ');
}

function formatSkus({ skus }: Product, { terminal, words, texts }: CardContext, full: boolean): string[] {
  if (!skus) return [];
  const shown = full ? skus : skus.slice(0, SHOWN_SKUS);
  const rest = skus.length - shown.length;
  const more = rest > 0 ? [terminal.style('dim', `    ${texts.card.moreVariants(rest)}`)] : [];
  return [fitSkus(shown, terminal.columns, words), ...more];
}

const LONGEST_NAME = 40;
const SHORTEST_NAME = 20;

/**
 * Rows as wide as the screen: how many are left goes first, then the middle of long names. Where the screen is too
 * narrow for that, each variant has two lines, and of its name what tells it from the others.
 */
function fitSkus(skus: readonly Sku[], columns: number, words: Words): string {
  const whole = formatTable(skus.map((sku) => toSkuRow(sku, sku.stock, LONGEST_NAME, words)));
  if (getTableWidth(whole) <= columns) return whole;
  const toBrief = (nameColumns: number) =>
    formatTable(
      skus.map((sku) => toSkuRow(sku, sku.stock && { status: sku.stock.status }, nameColumns, words)),
    );
  const brief = toBrief(LONGEST_NAME);
  const excess = getTableWidth(brief) - columns;
  if (excess <= 0) return brief;
  const longest = getTableWidth(skus.map(({ name }) => cutMiddle(name, LONGEST_NAME)).join('\n'));
  const room = longest - excess;
  const cut = new Set(skus.map(({ name }) => cutMiddle(name, room)));
  const isTelling = cut.size === new Set(skus.map(({ name }) => name)).size;
  const isEnough = room >= Math.min(longest, SHORTEST_NAME);
  return isEnough && isTelling ? toBrief(room) : formatTwoLines(skus, columns, words);
}

function toSkuRow({ name, prices }: Sku, stock: Stock | undefined, nameColumns: number, words: Words) {
  const amounts = prices.map((price) => words.facts.price(price));
  return [`    ${cutMiddle(name, nameColumns)}`, ...amounts, stock ? words.facts.stock(stock) : ''];
}

function formatTwoLines(skus: readonly Sku[], columns: number, words: Words): string {
  const common = getCommonStart(skus.map(({ name }) => name));
  return skus
    .flatMap(({ name, prices, stock }) => {
      const telling = common === '' ? name : `…${name.slice(common.length)}`;
      const facts = [...prices.map(words.facts.price), stock ? words.stock[stock.status] : ''].filter(
        Boolean,
      );
      return [
        `    ${cutMiddle(telling, columns - 4)}`,
        `      ${cutColumns(facts.join(' · '), columns - 6)}`,
      ];
    })
    .join('\n');
}

/** What all names begin with, up to the last space or separator in it: nothing that tells them apart. */
function getCommonStart(names: readonly string[]): string {
  const [first = '', ...others] = names;
  if (others.length === 0) return '';
  let length = 0;
  while (length < first.length && others.every((name) => name[length] === first[length])) length += 1;
  return /^.*[\s,，、;；/|+\-】）)]/u.exec(first.slice(0, length))?.[0] ?? '';
}

/** What could not be answered, for a person's eyes. @param style for where it goes to */
export function formatFailure(
  { input, outcome, error }: Result,
  context: Pick<CliContext, 'language' | 'words' | 'texts'>,
  style: Terminal['style'],
  command = 'get',
): string {
  const { words, texts } = context;
  const head = `${style('red', formatHeading({ outcome, error }, words))}  ${cutColumns(cleanText(input) ?? '', 60)}`;
  if (!error) return head;
  const lines = [head, formatCommandError(error, context, command), ...explainFailure(error, texts)];
  return lines.join('\n  ');
}

/** What the upstream itself says, and its id of the call: an operator's way to its support. */
export function explainFailure(
  { outcome, receipt = {} }: BijiaError,
  { card }: CliContext['texts'],
): string[] {
  // That there is no such product needs no words but ours.
  if (outcome === 'not_found' || (receipt.said === undefined && receipt.trace === undefined)) return [];
  return [card.upstreamSaid(receipt.said, receipt.trace)];
}

/** The price and its kind, each a cell. */
export function formatShownPrice(product: Product, words: Words): string[] {
  const shown = findShownPrice(product.prices);
  return shown ? [words.money(shown.amountFen), words.priceKinds[shown.kind]] : ['', ''];
}
