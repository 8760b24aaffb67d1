import { FormattedString } from '@grammyjs/parse-mode';
import { findShownPrice, isBuyable, type PriceHistory, type Product, WORDS } from '../../core/index.js';
import { describeError } from '../bot-api/api-errors.js';
import type { BotContext, BotParts } from '../bot-context.js';
import { joinParts, type Rich } from '../cards/card-view.js';
import { cutText, defuse } from '../locales/display.js';

const TITLE_LENGTH = 40;

interface Candidate {
  readonly product: Product;
  /** What it costs, while it can be bought. */
  readonly price: ReturnType<typeof findShownPrice>;
  readonly verdict?: NonNullable<PriceHistory['history']>['verdict'];
}

/**
 * Several products of one message side by side, the cheapest that can be bought first: who sent them knows whether they are
 * the same. Asks no upstream: the verdict is of what was seen.
 * @returns undefined where there is nothing to compare
 */
export async function describeComparison(
  parts: Pick<BotParts, 'core' | 'log'>,
  { locale, texts }: Pick<BotContext, 'locale' | 'texts'>,
  products: readonly Product[],
): Promise<Rich | undefined> {
  if (products.length < 2) return undefined;
  const candidates = await Promise.all(products.map((product) => toCandidate(product, parts)));
  const sorted = candidates.toSorted((a, b) => toFen(a) - toFen(b));
  const [cheapest] = sorted;
  if (!cheapest?.price) return undefined;
  const { history, money, priceKinds } = WORDS[locale];
  const lines = sorted.map(({ product, price, verdict }) =>
    [
      price ? `${money(price.amountFen)} ${priceKinds[price.kind]}` : history.notBuyable,
      verdict && verdict !== 'unknown' ? history.verdicts[verdict] : undefined,
      toTitle(product),
    ]
      .filter(Boolean)
      .join(' · '),
  );
  const { amountFen, kind } = cheapest.price;
  const head = texts.history.cheapestOf(toTitle(cheapest.product), `${money(amountFen)} ${priceKinds[kind]}`);
  const isSandbox = products.some(({ sandbox }) => sandbox);
  return joinParts([FormattedString.bold(head), ...lines, isSandbox ? texts.card.sandbox : undefined], '\n');
}

const toFen = ({ price }: Candidate) => price?.amountFen ?? Number.POSITIVE_INFINITY;
const toTitle = ({ title, id }: Product) => defuse(cutText(title || id, TITLE_LENGTH));

async function toCandidate(product: Product, parts: Pick<BotParts, 'core' | 'log'>): Promise<Candidate> {
  const price = isBuyable(product.stock?.status) ? findShownPrice(product.prices) : undefined;
  return { product, price, verdict: await findVerdict(product, parts) };
}

/** A comparison is worth as much without it, where the history cannot be read. */
async function findVerdict(
  { platform, id, source }: Product,
  { core, log }: Pick<BotParts, 'core' | 'log'>,
): Promise<Candidate['verdict']> {
  try {
    const [seen] = await core.getPriceHistory(id, { platform, source, offline: true });
    return seen?.history?.verdict;
  } catch (error) {
    log.info('a comparison has no verdicts', { detail: describeError(error) });
    return undefined;
  }
}
