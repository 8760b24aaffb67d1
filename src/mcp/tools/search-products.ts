import * as z from 'zod';
import { InputError, parseAmountFen, SEARCH_SORTS, type SearchAnswer } from '../../core/index.js';
import { toErrorJson, toFailure, toNotice } from '../answers/result.js';
import { addCompanions, describeAge, listColumnNames, toRows, toTable } from '../answers/table.js';
import type { Catalogue } from '../catalogue.js';
import { defineTool, LOOKS_UP, type Tool, type ToolAnswer, type ToolCall, UNLISTED } from '../tool.js';

const MAX_LIMIT = 50;
const DEFAULT_FIELDS = [
  ...['platform', 'id', 'title', 'price', 'price_kind', 'sales_text', 'sales_period', 'shop', 'notes'],
];
/** Columns of every list, whatever fields were asked for. */
const ALWAYS = ['url', 'source', 'sandbox'];
const HINT = 'Candidates: nobody has checked that two of them are the same product.';

export function createSearchProductsTool({ searchPlatforms }: Catalogue): Tool {
  return defineTool({
    name: 'search_products',
    title: 'Search products',
    description:
      'Products found by words, of every marketplace that is set up, as a table. They are candidates, not the same ' +
      "product: titles are sellers' words. For more, give cursor.",
    input: z.strictObject({
      words: z.string().min(1).max(1000).describe('What to search for'),
      platform: z.enum(searchPlatforms).optional().describe('Only this one'),
      sort: z.enum(SEARCH_SORTS).optional().describe('Within each marketplace'),
      max_price: z.number().min(0.01).optional().describe('Yuan'),
      coupon: z.boolean().optional().describe('true: only with a coupon'),
      limit: z.int().min(1).max(MAX_LIMIT).optional().describe('20 unless given'),
      cursor: z.string().max(4000).optional().describe('next_cursor; the rest as before'),
      fields: z
        .array(z.enum(listColumnNames()).meta(UNLISTED))
        .min(1)
        .optional()
        .describe('As of batch_products'),
    }),
    output: z.object({
      count: z.number().optional(),
      next_cursor: z.string().optional(),
      error: z.object({}).optional(),
      notice: z.string().optional(),
    }),
    annotations: LOOKS_UP,
    aliases: {
      words: ['query', 'q', 'keyword', 'keywords', 'text', 'search', 'title', 'name', 'product'],
      platform: ['marketplace'],
      sort: ['sort_by', 'order', 'order_by'],
      max_price: ['price_max', 'below', 'budget'],
      coupon: ['has_coupon', 'with_coupon'],
      limit: ['count', 'page_size', 'max'],
      fields: ['columns'],
    },
    run: async ({ words, fields = DEFAULT_FIELDS, max_price, coupon, ...asked }, call) => {
      const { core, signal, deadline, report } = call;
      report({ done: 0, message: 'Searching' });
      const answer = await core.search(words, {
        ...asked,
        maxFen: max_price === undefined ? undefined : toFen(max_price),
        hasCoupon: coupon,
        signal,
        onWait: deadline.onWait,
      });
      return toFoundAnswer(answer, addCompanions([...fields, ...ALWAYS]), call);
    },
  });
}

function toFen(yuan: number): number {
  const fen = parseAmountFen(String(yuan));
  if (fen !== undefined) return fen;
  throw new InputError('max_price is an amount in yuan, above 0 and at most 10,000,000.');
}

function toFoundAnswer(answer: SearchAnswer, fields: readonly string[], { now }: ToolCall): ToolAnswer {
  const { products, failed, sandbox } = answer;
  const rows = toRows(products);
  const table = toTable(rows, fields);
  const count = table.rows.length;
  const nextCursor = answer.cursorAfter(count);
  const failures = failed.map(({ platform, source, error }) => ({
    platform,
    source,
    error: toErrorJson(error),
  }));
  const unsearched = answer.unsearched.map(({ message }) => message);
  const facts = {
    ...(failures.length > 0 && { failed: failures }),
    ...(unsearched.length > 0 && { not_searched: unsearched }),
  };
  const [first] = failed;
  if (first && products.length === 0) return toFailure(first.error, sandbox, facts);
  return {
    data: {
      count,
      ...(nextCursor && { next_cursor: nextCursor }),
      ...table,
      ...facts,
      currency: 'CNY',
      ...describeAge(rows, now()),
      hint: count === 0 ? 'Nothing was found. Use fewer or other words.' : HINT,
      ...(sandbox && { sandbox }),
      notice: toNotice(sandbox),
    },
  };
}
