import { type Core, type Result, toPublicProduct } from '../../core/index.js';

/** The core as others than its operator may see it: no cost prices, and no commission. */
export function createPublicCore(core: Core): Core {
  const clear = (results: Result[]) =>
    results.map((result) =>
      result.product ? { ...result, product: toPublicProduct(result.product) } : result,
    );
  return {
    ...core,
    // Known only once an upstream has answered.
    get isSandbox() {
      return core.isSandbox;
    },
    get: async (texts, options) => clear(await core.get(texts, options)),
    lookUp: async (refs, options) => clear(await core.lookUp(refs, options)),
    search: async (words, options) => {
      const answer = await core.search(words, options);
      return { ...answer, products: answer.products.map(toPublicProduct) };
    },
    getShopPage: async (ref, place, options) => {
      const page = await core.getShopPage(ref, place, options);
      return { ...page, products: page.products.map(toPublicProduct) };
    },
    getShopProducts: async (text, options) => {
      const listing = await core.getShopProducts(text, options);
      return { ...listing, products: listing.products.map(toPublicProduct) };
    },
  };
}
