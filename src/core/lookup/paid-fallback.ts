import { NotFoundError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import type { Product } from '../product/product.js';
import type { Result } from '../product/result.js';
import type { Upstream } from './upstream.js';

/** The next upstream of the marketplace, in order, whose calls cost money and which accepts the kind of id. */
export function findPaidFallback(
  upstreams: readonly Upstream[],
  first: Upstream,
  { idType }: NotedRef,
): Upstream | undefined {
  const later = upstreams.slice(upstreams.indexOf(first) + 1);
  return later.find(
    ({ provider, connection, paidCalls }) =>
      provider.marketplace === first.provider.marketplace &&
      paidCalls !== undefined &&
      connection.accepts?.(idType) !== false,
  );
}

/** What was not found, with the source that may know it: asking it costs money, so nobody does it unasked. */
export function nameFallback(result: Result, { provider }: Upstream): Result {
  const { error } = result;
  if (!(error instanceof NotFoundError)) return result;
  const { message, code, detail, facts } = error;
  const hint = `${provider.names.en} may know it, for money: --source ${provider.id}, or BIJIA_PAID_FALLBACK=1 for all.`;
  const named = new NotFoundError(`${message} ${hint}`, { code, detail, facts });
  named.receipt = error.receipt;
  return { ...result, error: named };
}

/** Says where a product comes from that the first source does not have. All of it, prices too, is of the second one. */
export function noteFallback(result: Result, first: Upstream): Result {
  const { product } = result;
  if (!product) return result;
  const { en, zh } = first.provider.names;
  const note = { en: `${en} does not have it`, zh: `${zh}没有这个商品` };
  const noted: Product = { ...product, notes: [...(product.notes ?? []), note] };
  return { ...result, product: noted };
}
