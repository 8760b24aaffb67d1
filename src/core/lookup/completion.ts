import type { NotedRef } from '../links/reference.js';
import { PRODUCT_PARTS } from '../product/product.js';
import type { Result } from '../product/result.js';
import type { CompletedPart } from '../provider.js';
import { completeProduct, nameCompletion, noteFailure, noteReplacement } from './complete-product.js';
import type { LookupOptions } from './product-lookup.js';
import { isPaid, type Upstream } from './upstream.js';

/** The next upstream of the marketplace, in order, that is there to know one of these parts, and accepts the kind of id. */
export function findCompletion(
  upstreams: readonly Upstream[],
  first: Upstream,
  { parts, idType }: { readonly parts: readonly CompletedPart[]; readonly idType?: string },
): Upstream | undefined {
  const later = upstreams.slice(upstreams.indexOf(first) + 1);
  return later.find(
    ({ provider, connection }) =>
      provider.marketplace === first.provider.marketplace &&
      parts.some((part) => provider.completes?.includes(part)) &&
      connection.accepts?.(idType) !== false,
  );
}

/** What an upstream may be asked for after another one, with details or without. */
export const listCompletable = (isFull: boolean): readonly CompletedPart[] =>
  isFull ? ['product', ...PRODUCT_PARTS] : ['product'];

/** What an answer does not say that another upstream may know. */
function listMissing({ outcome, product }: Result, isFull: boolean): readonly CompletedPart[] {
  if (outcome === 'not_found') return ['product'];
  return product && isFull ? PRODUCT_PARTS.filter((part) => product[part] === undefined) : [];
}

export interface CompletionParts {
  /** In registry order. */
  readonly upstreams: readonly Upstream[];
  /** Whether a paid source is asked for what a free one does not have. */
  readonly hasPaidFallback: boolean;
  readonly ask: (upstream: Upstream, refs: readonly NotedRef[], options: LookupOptions) => Promise<Result[]>;
}

/** What an upstream said about a reference. */
interface Answer {
  readonly upstream: Upstream;
  readonly ref: NotedRef;
  readonly result: Result;
}

/**
 * Asks the next upstream for what this one does not know; one that is paid, only where the operator has said so.
 * Undefined where none of them can.
 */
export type Complete = (answer: Answer, options: LookupOptions) => Promise<Result> | undefined;

export function createCompletion({ upstreams, hasPaidFallback, ask }: CompletionParts): Complete {
  const askNext = async ({ upstream, ref, result }: Answer, next: Upstream, options: LookupOptions) => {
    const { id, idType } = result.product ?? ref;
    const [other = result] = await ask(next, [{ ...ref, id, idType }], options);
    return result.product
      ? join({ ...result, product: result.product }, other, [upstream, next], options)
      : noteReplacement(other, upstream);
  };

  return (answer, options) => {
    const { upstream, ref, result } = answer;
    const parts = listMissing(result, options.detail === 'full');
    if (parts.length === 0) return undefined;
    // By what the first answer calls it: more upstreams may accept that.
    const { idType } = result.product ?? ref;
    const next = findCompletion(upstreams, upstream, { parts, idType });
    if (!next) return undefined;
    if (isPaid(next) && !hasPaidFallback) return Promise.resolve(nameCompletion(result, next, parts));
    return askNext(answer, next, options);
  };
}

function join(
  result: Result & Required<Pick<Result, 'product'>>,
  other: Result,
  [first, second]: readonly [Upstream, Upstream],
  { lane }: LookupOptions,
): Result {
  const { product } = result;
  if (other.product) return { ...result, product: completeProduct(product, other.product, [first, second]) };
  if (!other.error || other.outcome === 'not_found') return result;
  // A batch comes again for what was only refused for now.
  if (lane === 'batch' && other.outcome !== 'upstream_error') return { ...other, id: result.id };
  return { ...result, product: noteFailure(product, second, other.error) };
}
