import { FormattedString } from '@grammyjs/parse-mode';
import {
  findMarketplace,
  findShownPrice,
  listPromotionLinks,
  type Marketplace,
  type Note,
  type Price,
  type Product,
  type Sales,
  type Shop,
  type Sku,
  WORDS,
} from '../../core/index.js';
import { cutText, defuse, formatCount, formatMoney, formatTime } from '../locales/display.js';
import { fitLines, joinParts, type Line, MAX_CAPTION, plain, type Rich, type View } from './card-view.js';

const TITLE_LENGTH = 60;
const SKU_NAME_LENGTH = 32;
const NOTE_LENGTH = 80;
const EXTRA_LENGTH = 80;
const SAMPLE_SKUS = 2;
const MAX_COUPONS = 2;

/** The card of a product; fits under a photo. Only what is known is said. */
export function renderCard(product: Product, view: View): Rich {
  return fitLines(listCardLines(product, view), MAX_CAPTION);
}

/** A line of the card, by the name that `docs/fields.md` gives it. */
export interface CardLine extends Line {
  readonly name: string;
}

/** All lines of the card, also where not all of them fit. */
export function listCardLines(product: Product, view: View): CardLine[] {
  const { shop, skus } = product;
  const id = joinParts([view.texts.card.id, FormattedString.code(product.id)], ' ');
  return [
    { name: 'title', text: renderTitle(product, view), rank: 0 },
    { name: 'prices', text: renderPrices(product.prices, view), rank: 0 },
    { name: 'facts', text: renderFacts(product, view), rank: 1 },
    {
      name: 'shop',
      text: renderShop(shop, findMarketplace(product.platform, view.marketplaces), view),
      rank: 2,
    },
    { name: 'coupons', text: renderCoupons(product, view), rank: 1 },
    { name: 'commission', text: renderCommission(product, view), rank: 2 },
    { name: 'links', text: renderPromotionLinks(product, view), rank: 1 },
    ...listExtras(product, view).map((line) => ({ ...line, rank: 5 })),
    { name: 'variants', text: renderSkuSummary(skus, view), rank: 2 },
    ...renderSampleSkus(skus, view).map((text) => ({ name: 'variant', text, rank: 4 })),
    ...listNotes(product, view).map((note) => ({ name: 'notes', text: plain(`ℹ️ ${note}`), rank: 3 })),
    { name: 'id', text: id, rank: 0 },
    { name: 'time', text: renderFreshness(product, view), rank: 1 },
  ];
}

/** Bold, and a link to the marketplace's own page: inside a link Telegram finds no mentions. */
export function renderTitle(product: Product, view: View): Rich {
  const { card, nameOf } = view.texts;
  const marketplace = findMarketplace(product.platform, view.marketplaces);
  const name = marketplace ? nameOf(marketplace.names) : product.platform;
  const seller = product.shop?.selfOperated ? card.selfOperated(name) : name;
  const title = `${seller} · ${product.title ?? card.noTitle}`;
  const url = marketplace && keepHttps(product.url);
  const text = cutText(title, TITLE_LENGTH);
  return FormattedString.bold(url ? FormattedString.link(text, url) : defuse(text));
}

/** @returns undefined for what Telegram would not link to */
export function keepHttps(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) && new URL(url).protocol === 'https:' ? url : undefined;
}

function renderPrices(prices: readonly Price[], { texts }: View): Rich {
  const shown = findShownPrice(prices);
  const others = prices
    .filter((price) => isWorthSaying(price, shown))
    .map((price) => {
      const money = formatMoney(price.amountFen);
      return joinParts(
        [texts.priceKinds[price.kind], price.kind === 'list' ? FormattedString.strikethrough(money) : money],
        ' ',
      );
    });
  if (!shown) return joinParts([others.length === 0 ? texts.card.noPrice : undefined, ...others], '   ');
  const hasDearer = shown.fromFen === shown.amountFen && (shown.toFen ?? 0) > shown.amountFen;
  const money = formatMoney(shown.amountFen);
  const amount = FormattedString.bold(hasDearer ? texts.card.from(money) : money);
  return joinParts([joinParts([amount, texts.priceKinds[shown.kind]], ' '), ...others], '   ');
}

/** With their thresholds and ends. */
function renderCoupons({ coupons = [] }: Product, { locale }: View): Rich | undefined {
  const { labels, colon, list, facts } = WORDS[locale];
  const said = coupons.slice(0, MAX_COUPONS).map(facts.coupon);
  return said.length === 0 ? undefined : plain(`${labels.coupon}${colon}${list(said)}`);
}

/** What the operator earns is nobody else's business. */
function renderCommission({ commission }: Product, { locale, isForOperator }: View): Rich | undefined {
  const { labels, colon, facts } = WORDS[locale];
  return commission && isForOperator
    ? plain(`${labels.commission}${colon}${facts.commission(commission)}`)
    : undefined;
}

/** Only where the operator shows them, and marked as what they are. */
function renderPromotionLinks(product: Product, { locale }: View): Rich | undefined {
  const links = listPromotionLinks(product).flatMap((link) => keepHttps(link) ?? []);
  const { promotionLink } = WORDS[locale].labels;
  return links.length === 0
    ? undefined
    : joinParts(
        links.map((link) => FormattedString.link(promotionLink, link)),
        ' · ',
      );
}

/** What is good to know and first to go: one line each. */
function listExtras(
  { prices, promotions, delivery, stock }: Product,
  { locale, texts }: View,
): Pick<CardLine, 'name' | 'text'>[] {
  const { labels, colon, list } = WORDS[locale];
  const shown = findShownPrice(prices);
  const sale = prices.find(({ kind }) => kind === 'sale');
  const isOther = sale && shown && sale.kind !== shown.kind && sale.amountFen !== shown.amountFen;
  const regions = stock?.regions?.map(({ name, quantity }) => `${name} ${formatCount(quantity)}`);
  const lines: [string, string, readonly string[] | undefined][] = [
    ['promotions', labels.promotions, promotions],
    ['delivery', labels.delivery, delivery],
    ['regions', labels.regions, regions],
  ];
  const saleLine = isOther ? `${texts.priceKinds.sale} ${formatMoney(sale.amountFen)}` : '';
  return [
    { name: 'sale', text: plain(saleLine) },
    ...lines.flatMap(([name, label, said = []]) => {
      const text = `${label}${colon}${defuse(cutText(list(said), EXTRA_LENGTH))}`;
      return said.length > 0 ? [{ name, text: plain(text) }] : [];
    }),
  ];
}

/** The sale price before the coupon has a line of its own. */
function isWorthSaying({ kind, amountFen }: Price, shown: Price | undefined): boolean {
  if (!shown) return true;
  if (kind === shown.kind || kind === 'sale' || kind === 'coupon') return false;
  return kind !== 'list' || amountFen > shown.amountFen;
}

function renderFacts(product: Product, view: View): Rich {
  const { card } = view.texts;
  const { count, atLeast, goodRatePercent } = product.reviews ?? {};
  const reviews =
    count === undefined
      ? goodRatePercent && card.goodRate(goodRatePercent)
      : `${card.reviews(count, atLeast)}${goodRatePercent === undefined ? '' : card.goodRateInside(goodRatePercent)}`;
  const facts = [
    product.sales && renderSales(product.sales, view),
    reviews || undefined,
    renderStock(product.stock, view),
  ];
  return joinParts(facts, ' · ');
}

/** Sales as the marketplace itself words them, where the reader knows its language. */
export function renderSales(sales: Sales, { texts: { card } }: View): string {
  const own = sales.period === 'total' ? card.ownSales(sales.text) : undefined;
  return defuse(own ?? card.sales(sales));
}

function renderStock(stock: Product['stock'], { texts }: View): string | undefined {
  const status = stock && texts.stock[stock.status];
  if (!status || stock.quantity === undefined || stock.status !== 'in_stock') return status;
  return `${status} ${texts.card.quantity(stock.quantity, stock.atLeast)}`;
}

function renderShop(
  shop: Shop | undefined,
  marketplace: Marketplace | undefined,
  { texts }: View,
): Rich | undefined {
  if (!shop?.name) return undefined;
  const url = shop.id === undefined ? undefined : keepHttps(marketplace?.shopUrl?.(shop.id));
  const name = cutText(shop.name, 40);
  return joinParts([texts.card.shop, url ? FormattedString.link(name, url) : defuse(name)], '');
}

function renderSkuSummary(skus: readonly Sku[] | undefined, { texts, locale }: View): Rich | undefined {
  if (!skus || skus.length < 2) return undefined;
  const { card } = texts;
  const say = WORDS[locale].facts;
  const prices = skus.flatMap((sku) => findSkuPrice(sku) ?? []);
  const names = new Set(prices.map(say.priceName));
  const amounts = prices.map(({ amountFen }) => amountFen);
  const [low, high] = [Math.min(...amounts), Math.max(...amounts)];
  const range = low === high ? formatMoney(low) : `${formatMoney(low)} – ${formatMoney(high)}`;
  const [first] = prices;
  const priced = first && names.size === 1 ? say.nameAmount(range, first) : undefined;
  return joinParts([card.skuCount(skus.length), priced], ' · ');
}

function renderSampleSkus(skus: readonly Sku[] | undefined, view: View): Rich[] {
  if (!skus || skus.length < 2) return [];
  const samples = skus.slice(0, SAMPLE_SKUS);
  return samples.map((sku, at) => {
    const isLast = at === samples.length - 1;
    const more = isLast && skus.length > samples.length ? view.texts.card.moreSkus : undefined;
    return joinParts([isLast ? ' └' : ' ├', joinParts([renderSku(sku, view), more], '   ')], ' ');
  });
}

/** One variant on one line: what it is, its price with the kind, whether it can be had. */
export function renderSku(sku: Sku, view: View): Rich {
  const price = findSkuPrice(sku);
  const priced = price && WORDS[view.locale].facts.nameAmount(formatMoney(price.amountFen), price);
  return joinParts([formatSkuName(sku), priced, renderStock(sku.stock, view)], '  ');
}

function formatSkuName({ attributes, name }: Sku): string {
  const values = attributes.map(({ value }) => value).join(' ');
  return defuse(cutText(values || name, SKU_NAME_LENGTH));
}

/** The price of a variant to show; one that has no ordinary price shows what there is. */
export function findSkuPrice({ prices }: Sku): Price | undefined {
  return findShownPrice(prices) ?? prices[0];
}

/** What a reader must know to read the numbers correctly. */
function listNotes({ notes = [], sales }: Product, { locale, isForOperator }: View): string[] {
  const read = (note: Note) => (!isForOperator && locale === 'en' && note.enForUsers) || note[locale];
  const all = [...notes, ...(sales?.note ? [sales.note] : [])].map(read);
  return [...new Set(all)].slice(0, 3).map((note) => defuse(cutText(note, NOTE_LENGTH)));
}

export function renderFreshness(product: Product, { texts, nowMs }: View): Rich {
  const { card } = texts;
  const facts = [
    `🕒 ${card.updated(formatTime(product.fetchedAtMs, nowMs))}`,
    product.sandbox ? card.sandbox : undefined,
  ];
  return joinParts(facts, ' · ');
}
