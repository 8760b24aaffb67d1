import * as z from 'zod';
import { formatDrop, formatPriceHistory, InputError, type PriceHistory } from '../../core/index.js';
import { countFitting } from '../answers/page-size.js';
import { cleanInput, toErrorJson, toFailure, toNotice } from '../answers/result.js';
import type { Catalogue } from '../catalogue.js';
import { defineTool, LOOKS_UP, PRODUCT_NAMES, type Tool, type ToolAnswer, type ToolCall } from '../tool.js';

/** Each may take a call. */
const MAX_PRODUCTS = 10;
const MAX_CHANGES = 40;
const MAX_DROPS = 30;
const DROP_DAYS = 7;
const HINT = 'What bijia saw on this machine; covered_days says on how many days.';

export function createPriceHistoryTool({ platforms }: Catalogue): Tool {
  return defineTool({
    name: 'price_history',
    title: 'Is this a good price?',
    description:
      'Is this a good price? Verdict with lowest and median of 30, 90 and 365 days, from what bijia saw on this ' +
      'machine, and on how many days. Never makes a paid call. Without product: the largest recent drops.',
    input: z.strictObject({
      product: z.string().min(1).max(4000).optional().describe('Link, share text or id'),
      platform: z.enum(platforms).optional().describe('Only needed for a bare id'),
      days: z.int().min(1).max(1100).optional().describe('How far back changes are listed; 90 unless given'),
    }),
    output: z.object({
      results: z.array(z.object({})).optional(),
      drops: z.array(z.object({})).optional(),
      error: z.object({}).optional(),
      notice: z.string().optional(),
    }),
    annotations: LOOKS_UP,
    aliases: { product: PRODUCT_NAMES, platform: ['marketplace'] },
    run: async ({ product, platform, days }, call) =>
      product === undefined ? answerDrops(days ?? DROP_DAYS, call) : judge(product, { platform, days }, call),
  });
}

async function judge(
  product: string,
  options: { readonly platform?: string; readonly days?: number },
  { core, signal }: ToolCall,
): Promise<ToolAnswer> {
  const named = core.parseProductRefs(product, options).length;
  const results = await core.getPriceHistory(product, { ...options, most: MAX_PRODUCTS, signal });
  const sandbox = results.some((result) => result.sandbox) || undefined;
  const all = results.map((result) => toRow(result, named === 1));
  const rows = all.slice(0, countFitting(all));
  const [first] = results;
  if (first?.error && results.every(({ history }) => !history)) {
    return toFailure(first.error, sandbox, { results: rows });
  }
  const shown = rows.length < all.length ? rows.length : Math.min(named, MAX_PRODUCTS);
  const hint =
    shown < named
      ? `${HINT} The text names ${named} products; these are the first ${shown}: call again with the others.`
      : HINT;
  const facts = { results: rows, currency: 'CNY', hint };
  return { data: { ...facts, ...(sandbox && { sandbox }), notice: toNotice(sandbox) } };
}

/** Several products of one text are told apart by their ids. */
function toRow(result: PriceHistory, isOnly: boolean) {
  const { input, changes, error: _, ...rest } = formatPriceHistory(result);
  return {
    ...(isOnly && { input: cleanInput(input) }),
    ...rest,
    changes: changes.slice(-MAX_CHANGES),
    ...(result.error && { error: toErrorJson(result.error) }),
  };
}

async function answerDrops(days: number, { core, caller }: ToolCall): Promise<ToolAnswer> {
  // What everybody on this machine looked at is its user's alone.
  if (!caller.isLocal)
    throw new InputError('Give a product: a link, share text or id.', { code: 'no_product' });
  const drops = await core.history.listDrops(days, 0, MAX_DROPS);
  const sandbox = core.isSandbox || undefined;
  const data = { days, drops: drops.map(formatDrop), currency: 'CNY', hint: HINT };
  return { data: { ...data, ...(sandbox && { sandbox }), notice: toNotice(sandbox) } };
}
