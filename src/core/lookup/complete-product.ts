import { type BijiaError, NotFoundError } from '../errors.js';
import { type Note, PRODUCT_PARTS, type Product, type ProductPart } from '../product/product.js';
import type { Result } from '../product/result.js';
import type { CompletedPart } from '../provider.js';
import type { Upstream } from './upstream.js';

/** What was not found, or is not known whole, with the source that may know it: it costs money, so nobody asks it unasked. */
export function nameCompletion(
  result: Result,
  { provider }: Upstream,
  parts: readonly CompletedPart[],
): Result {
  const { error, product } = result;
  if (product) {
    const known = PRODUCT_PARTS.filter((part) => parts.includes(part) && provider.completes?.includes(part));
    const completableBy = { source: provider.id, parts: known };
    return { ...result, product: { ...product, completableBy } };
  }
  if (!(error instanceof NotFoundError)) return result;
  const { message, code, detail, facts } = error;
  const hint = `${provider.names.en} may know it, for money: --source ${provider.id}, or BIJIA_PAID_FALLBACK=1 for all.`;
  const named = new NotFoundError(`${message} ${hint}`, { code, detail, facts });
  named.receipt = error.receipt;
  return { ...result, error: named };
}

/** Says where a product comes from that the first source does not have. All of it, prices too, is of the second one. */
export function noteReplacement(result: Result, first: Upstream): Result {
  const { en, zh } = first.provider.names;
  const note = { en: `${en} does not have it`, zh: `${zh}没有这个商品` };
  return result.product ? { ...result, product: addNote(result.product, note) } : result;
}

/**
 * A product with the parts that another source knows. Prices stay those of the first one, so that two sources' prices are
 * never mixed: SKUs come without theirs.
 */
export function completeProduct(
  product: Product,
  other: Product,
  [first, second]: readonly [Upstream, Upstream],
): Product {
  const parts = PRODUCT_PARTS.filter((part) => product[part] === undefined && other[part] !== undefined);
  if (parts.length === 0) return product;
  const { source, fetchedAtMs, receipt } = other;
  const completed: Product = {
    ...product,
    skus: product.skus ?? other.skus?.map((sku) => ({ ...sku, prices: [] })),
    stock: product.stock ?? other.stock,
    reviews: product.reviews ?? other.reviews,
    receipt: receipt?.billed === undefined ? product.receipt : { ...product.receipt, billed: receipt.billed },
    completedBy: { source, parts, fetchedAtMs },
  };
  return addNote(completed, describeParts(parts, first, second));
}

const PART_NAMES: Readonly<Record<ProductPart, Note>> = {
  skus: { en: 'variants', zh: '规格' },
  stock: { en: 'stock', zh: '库存' },
  reviews: { en: 'reviews', zh: '评价' },
};

function describeParts(parts: readonly ProductPart[], first: Upstream, second: Upstream): Note {
  const names = parts.map((part) => PART_NAMES[part]);
  const [ours, theirs] = [first.provider.names, second.provider.names];
  return {
    en: `From ${theirs.en}: ${names.map(({ en }) => en).join(', ')}; all prices are ${ours.en}'s`,
    zh: `${names.map(({ zh }) => zh).join('、')}来自${theirs.zh}，价格都来自${ours.zh}`,
  };
}

/** What else could not be had: the product is worth showing without it. */
export function noteFailure(product: Product, { provider }: Upstream, { message }: BijiaError): Product {
  const { en, zh } = provider.names;
  return addNote(product, {
    en: `${en} could not add to this: ${message}`,
    zh: `${zh}暂时补充不了规格、库存和评价`,
  });
}

const addNote = (product: Product, note: Note): Product => ({
  ...product,
  notes: [...(product.notes ?? []), note],
});
