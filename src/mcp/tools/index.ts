import type { Catalogue } from '../catalogue.js';
import type { Tool } from '../tool.js';
import { createBatchProductsTool } from './batch-products.js';
import { createGetProductTool } from './get-product.js';
import { createPriceHistoryTool } from './price-history.js';
import { createSearchProductsTool } from './search-products.js';
import { createShopProductsTool } from './shop-products.js';
import { createWatchPricesTool } from './watch-prices.js';

/** All tools, in the order in which clients see them. */
export function createTools(catalogue: Catalogue): readonly Tool[] {
  return [
    createGetProductTool(catalogue),
    createBatchProductsTool(catalogue),
    createShopProductsTool(catalogue),
    createSearchProductsTool(catalogue),
    createPriceHistoryTool(catalogue),
    createWatchPricesTool(catalogue),
  ];
}
