import * as z from 'zod';
import {
  formatProduct,
  InputError,
  type NotedRef,
  type Product,
  type ProductJson,
  type Result,
  type Sku,
} from '../../core/index.js';
import { countFitting, measure } from '../answers/page-size.js';
import { cleanInput, toFailure, toNotice } from '../answers/result.js';
import { filterSkus, toSkuTable } from '../answers/sku-table.js';
import type { Catalogue } from '../catalogue.js';
import { defineTool, LOOKS_UP, PRODUCT_NAMES, type Tool, type ToolAnswer, type ToolCall } from '../tool.js';

const MAX_TEXT = 4000;
const MAX_OTHERS = 20;

/** One product, the first that the text names: a call never costs more than one product. */
export function createGetProductTool({ named, platforms, sources }: Catalogue): Tool {
  return defineTool({
    name: 'get_product',
    title: 'Get a product',
    description:
      `Price, sales, stock, SKUs and shop of one product on ${named}. ` +
      'Give the link, short link, whole share text (分享文案) or id as the user pasted it. ' +
      'The price is in yuan and has a kind: coupon (after coupon), sale, group (拼团), ' +
      'single (bought alone), list (before discount), member, cost. ' +
      'Several products: batch_products. All of a shop: shop_products.',
    input: z.strictObject({
      product: z.string().min(1).max(MAX_TEXT).describe('Link, share text or id (as a string)'),
      platform: z.enum(platforms).optional().describe('Only needed for a bare id'),
      source: z.enum(sources).optional().describe('Which API answers; leave out'),
      detail: z.enum(['summary', 'full']).optional().describe('full adds SKUs and attributes'),
      fresh: z.boolean().optional().describe('true skips the cache'),
      variant: z
        .string()
        .max(200)
        .optional()
        .describe('Only SKUs with these words, such as 黑色 256; with SKUs'),
      cursor: z.string().optional().describe('next_cursor of a truncated answer'),
    }),
    output: z.object({
      input: z.string().optional(),
      outcome: z.string(),
      product: z.object({}).optional(),
      error: z.object({}).optional(),
      notice: z.string().optional(),
    }),
    annotations: LOOKS_UP,
    aliases: {
      product: PRODUCT_NAMES,
      platform: ['marketplace'],
    },
    run: async ({ product: text, platform, source, fresh, variant, cursor, ...asked }, call) => {
      // Only a full answer has SKUs.
      const detail = cursor === undefined && !variant ? (asked.detail ?? 'summary') : 'full';
      const skipped = parseCursor(cursor);
      const [ref, ...others] = pickRefs(call.core.parseProductRefs(text, { platform }));
      call.report({ done: 0, total: 1, message: 'Asking for the product' });
      const options = { source, detail, fresh, signal: call.signal, onWait: toOnWait(call) };
      const [result] = ref ? await call.core.lookUp([ref], options) : [];
      if (!result) throw new InputError('The text names no product.', { code: 'not_recognised' });
      return toFoundAnswer(
        { ...result, input: cleanInput(text) },
        { skipped, variant, others, call, isFull: detail === 'full' },
      );
    },
  });
}

function toOnWait({ deadline, report }: ToolCall) {
  return (waitMs: number) => {
    report({ done: 0, total: 1, message: `Waiting ${Math.ceil(waitMs / 1000)} s for the upstream quota` });
    deadline.onWait(waitMs);
  };
}

/** What names a product goes first; a share text may also link to its shop. */
function pickRefs(refs: readonly NotedRef[]): readonly NotedRef[] {
  const products = refs.filter(({ kind }) => kind === 'product' || kind === 'short');
  return products.length > 0 ? products : refs.slice(0, 1);
}

interface FoundContext {
  readonly skipped: number;
  /** Words that the SKUs wanted have in their names. */
  readonly variant?: string;
  readonly others: readonly NotedRef[];
  readonly call: ToolCall;
  readonly isFull: boolean;
}

function toFoundAnswer(result: Result, { skipped, variant, others, call, isFull }: FoundContext): ToolAnswer {
  const { input, outcome, platform, id, product, error, sandbox } = result;
  const facts = { input, ...(platform && { platform }), ...(id && { id }) };
  const rest = describeOthers(others);
  if (error) {
    const failure = toFailure(error, sandbox, { ...facts, ...rest });
    // That there is no such product is an answer, and no failure of the call.
    return outcome === 'not_found' ? { data: failure.data } : failure;
  }
  if (!product) return { data: { ...facts, outcome, ...rest } };
  const { hint, ...fitted } = isFull
    ? fitProduct(product, skipped, variant)
    : { product: trim(formatProduct(product, 'summary')) };
  const hints = [hint, rest.hint].filter(Boolean).join(' ');
  return {
    data: {
      ...facts,
      outcome,
      ...fitted,
      ...(product.cached && { cache_age_s: getAgeSeconds(product, call.now()) }),
      ...rest,
      ...(hints && { hint: hints }),
      ...(sandbox && { sandbox }),
      notice: toNotice(sandbox),
    },
  };
}

function describeOthers(others: readonly NotedRef[]): { others?: readonly object[]; hint?: string } {
  if (others.length === 0) return {};
  return {
    others: others.slice(0, MAX_OTHERS).map(({ platform, url }) => ({ platform, url: cleanInput(url) })),
    hint: `The text names ${others.length + 1} products; this is the first. batch_products answers the others.`,
  };
}

function getAgeSeconds({ fetchedAtMs }: Product, nowMs: number): number {
  return Math.max(0, Math.round((nowMs - fetchedAtMs) / 1000));
}

const CURSOR = /^skus-(\d{1,6})$/;

function parseCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const skipped = CURSOR.exec(cursor)?.[1];
  if (skipped !== undefined) return Number(skipped);
  throw new InputError('This cursor is not one of get_product. Leave it out to begin with the first SKUs.', {
    code: 'stale_cursor',
  });
}

interface FittedProduct {
  readonly product: object;
  readonly truncated?: true;
  readonly next_cursor?: string;
  readonly hint?: string;
}

/** A product may have hundreds of SKUs: as many as fit, and how to get the rest. */
function fitProduct(product: Product, skipped: number, variant: string | undefined): FittedProduct {
  const { skus: _, ...json } = formatProduct(product, 'full');
  const whole = dropLongLists(trim(json));
  const all = product.skus ?? [];
  const wanted = variant ? filterSkus(all, variant) : all;
  if (wanted.length === 0)
    return { product: whole, ...(variant && { hint: describeNoVariant(all, variant) }) };
  const ahead = wanted.slice(skipped);
  const { rows } = toSkuTable(ahead);
  const fitting = countFitting(rows, measure(whole));
  const shown = { ...whole, skus: toSkuTable(ahead.slice(0, fitting)) };
  const end = skipped + fitting;
  if (ahead.length === 0) {
    return {
      product: whole,
      hint: `There are no more: the product has ${wanted.length} SKUs, all before this cursor.`,
    };
  }
  if (end >= wanted.length) return { product: shown };
  const next = `skus-${end}`;
  const again = variant ? ' and the same variant' : '';
  return {
    product: shown,
    truncated: true,
    next_cursor: next,
    hint: `SKUs ${skipped + 1} to ${end} of ${wanted.length}; call again with cursor "${next}"${again} for more.`,
  };
}

const MAX_NAMED = 10;

function describeNoVariant(skus: readonly Sku[], variant: string): string {
  if (skus.length === 0) return 'Nothing is known of its SKUs.';
  const names = skus.slice(0, MAX_NAMED).map(({ name }) => name);
  return `None of the ${skus.length} SKUs has "${cleanInput(variant)}" in its name. Names: ${names.join(', ')}${skus.length > MAX_NAMED ? ', …' : ''}.`;
}

/** What the answer says besides the product, or says twice, is left out. */
function trim({ platform: _, id: __, sandbox: ___, images: ____, ...product }: ProductJson) {
  const { price, prices, ...rest } = product;
  const others = prices.filter(({ kind }) => kind !== price?.kind);
  return {
    ...rest,
    ...(price && { price: withoutRange(price) }),
    ...(others.length > 0 && { prices: others.map(withoutRange) }),
  };
}

/** A range between equal prices says nothing. */
function withoutRange<T extends { readonly amount: number; readonly from?: number; readonly to?: number }>(
  price: T,
) {
  const { from, to, ...rest } = price;
  return from === price.amount && to === price.amount ? rest : price;
}

const LONG_LISTS = ['detail_images', 'attributes', 'promotions', 'delivery'] as const;
type TrimmedProduct = Omit<ReturnType<typeof trim>, 'skus'>;

const MAX_LISTS_CHARS = 12_000;

/** What a seller can make as long as he likes must not crowd out the facts. */
function dropLongLists(product: TrimmedProduct): TrimmedProduct {
  const short = { ...product };
  for (const name of LONG_LISTS) {
    if (JSON.stringify(short).length > MAX_LISTS_CHARS) delete short[name];
  }
  return short;
}
