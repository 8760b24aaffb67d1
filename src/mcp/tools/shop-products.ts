import * as z from 'zod';
import { InputError, type ShopListing } from '../../core/index.js';
import { cleanInput, toNotice } from '../answers/result.js';
import { addCompanions, describeAge, listColumnNames, toRows, toTable } from '../answers/table.js';
import type { Catalogue } from '../catalogue.js';
import { defineTool, LOOKS_UP, type Tool, type ToolAnswer, type ToolCall, UNLISTED } from '../tool.js';

const MAX_LIMIT = 100;
const DEFAULT_FIELDS = ['id', 'title', 'price', 'price_kind', 'sales_text', 'sales_period', 'stock', 'notes'];
/** Columns of every list, whatever fields were asked for. */
const ALWAYS = ['url', 'sandbox'];

export function createShopProductsTool({ shopPlatforms, shopsNamed }: Catalogue): Tool {
  const only = shopPlatforms.length === 1 ? shopPlatforms[0] : undefined;
  return defineTool({
    name: 'shop_products',
    title: "List a shop's products",
    description:
      `The products of one shop, page by page, on ${shopsNamed}. Give the shop's link or id. ` +
      'For more, call again with cursor = next_cursor until there is none. Answers with a table: what is in `same` ' +
      'holds for all rows, "" is unknown.',
    input: z.strictObject({
      shop: z.string().min(1).max(4000).describe('Link or id of the shop'),
      platform: z.enum(shopPlatforms).optional().describe('Only needed for a bare id'),
      cursor: z.string().max(500).optional().describe('next_cursor of the last answer'),
      limit: z.int().min(1).max(MAX_LIMIT).optional().describe('Products wanted; 20 unless given'),
      fields: z
        .array(z.enum(listColumnNames()).meta(UNLISTED))
        .min(1)
        .optional()
        .describe('Columns, as of batch_products'),
    }),
    output: z.object({
      shop: z.object({}).optional(),
      total: z.number().optional(),
      count: z.number().optional(),
      next_cursor: z.string().optional(),
      error: z.object({}).optional(),
      notice: z.string().optional(),
    }),
    annotations: LOOKS_UP,
    aliases: {
      shop: ['url', 'link', 'shop_id', 'id', 'shop_url', 'store', 'mall_id', 'text'],
      platform: ['marketplace'],
      limit: ['count', 'page_size', 'max'],
      fields: ['columns'],
    },
    run: async ({ shop, fields = DEFAULT_FIELDS, platform = only, ...place }, call) => {
      const { signal, deadline, report } = call;
      const links = call.core.resolve(shop).map(({ kind }) => kind);
      if (links.includes('product') && !links.some((kind) => kind === 'shop' || kind === 'short')) {
        throw new InputError('This is a product: call get_product, or batch_products for several.', {
          code: 'product_link',
        });
      }
      report({ done: 0, message: 'Listing the shop' });
      const listing = await call.core.getShopProducts(shop, {
        ...{ ...place, platform, signal },
        onWait: deadline.onWait,
      });
      return toListingAnswer(listing, addCompanions([...fields, ...ALWAYS]), call);
    },
  });
}

function toListingAnswer(listing: ShopListing, fields: readonly string[], { now }: ToolCall): ToolAnswer {
  const { platform, id, name, total, sandbox } = listing;
  const rows = toRows(listing.products);
  const table = toTable(rows, fields);
  const count = table.rows.length;
  const nextCursor = listing.cursorAfter(count);
  const isCut = count < rows.length;
  return {
    data: {
      shop: { platform, id, ...(name && { name: cleanInput(name) }) },
      ...(total !== undefined && { total }),
      count,
      complete: nextCursor === undefined && listing.complete,
      ...(isCut && { truncated: true }),
      ...(nextCursor && { next_cursor: nextCursor, hint: 'Call again with cursor = next_cursor for more.' }),
      ...table,
      source: listing.source,
      currency: 'CNY',
      ...describeAge(rows, now()),
      ...(sandbox && { sandbox }),
      notice: toNotice(sandbox),
    },
  };
}
