import { BijiaError, ResponseError, toBijiaError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import type { ShortLinkOpener } from '../links/short-link.js';
import type { Detail, Product, Ref } from '../product/product.js';
import type { Result } from '../product/result.js';
import type { CallOptions } from '../provider.js';
import { createBuyLinks } from './buy-links.js';
import { createCompletion } from './completion.js';
import { createToProduct, type ToProduct } from './mark-product.js';
import type { Found, LookupOptions, ProductLookup } from './product-lookup.js';
import { groupQuestions, type Question, type Resolve } from './question.js';
import type { Upstream } from './upstream.js';

/** How products are looked up: by which provider, in how much detail, how fresh. */
export interface GetOptions extends Partial<CallOptions> {
  /** What a bare id belongs to. */
  readonly platform?: string;
  /** Which provider answers; else the first configured one that can. */
  readonly source?: string;
  /** `summary` unless said otherwise. */
  readonly detail?: Detail;
  /** Asks again even when a cached answer exists. */
  readonly fresh?: boolean;
}

/** One result per reference, in order: what fails is a result too. Ids of one upstream travel together where it offers that. */
export type LookUp = (refs: readonly NotedRef[], options?: GetOptions) => Promise<Result[]>;

export interface LookUpParts {
  readonly resolve: Resolve;
  readonly lookup: ProductLookup;
  readonly shortLinks: ShortLinkOpener;
  /** Refuses what can never be looked up as a product. @throws InputError, UnsupportedError */
  readonly assertProductRef: (ref: Ref) => void;
  /** In registry order. */
  readonly upstreams: readonly Upstream[];
  /** Whether a paid source is asked for what a free one does not have. */
  readonly hasPaidFallback: boolean;
  /** Marks what no upstream was asked about, where everything is the embedded sandbox's. */
  readonly isSandbox: boolean;
}

type AnswerOptions = LookupOptions & { readonly source?: string };

/**
 * Asks one upstream, then the one that completes it; for somebody who looks at a product, the promotion link, too.
 * Most answers come from the cache, in less than a microsecond: each step that has nothing to add is left out.
 */
function createAnswer({ lookup, upstreams, hasPaidFallback }: LookUpParts) {
  const toProduct = createToProduct();
  const ask = async (upstream: Upstream, refs: readonly NotedRef[], options: LookupOptions) => {
    const answers = await lookup(upstream, refs.map(toProductId), options);
    return refs.map((ref, at) => toResult(ref, upstream, answers[at], toProduct));
  };

  const complete = createCompletion({ upstreams, hasPaidFallback, ask });
  const addBuyLink = createBuyLinks(upstreams);
  const finish = (
    result: Result,
    { lane, signal, onWait, onPermit }: LookupOptions,
  ): Result | Promise<Result> => {
    const { product } = result;
    // A link takes a call, and nobody looks at each product of a batch.
    if (!product || lane !== 'interactive') return result;
    const adding = addBuyLink(product, { lane, signal, onWait, onPermit });
    return adding ? adding.then((linked) => ({ ...result, product: linked })) : result;
  };

  return async (upstream: Upstream, refs: readonly NotedRef[], options: AnswerOptions): Promise<Result[]> => {
    const answers = await lookup(upstream, refs.map(toProductId), options);
    const results = refs.map((ref, at) => {
      const result = toResult(ref, upstream, answers[at], toProduct);
      const completing = options.source === undefined && complete({ upstream, ref, result }, options);
      return completing ? completing.then((whole) => finish(whole, options)) : finish(result, options);
    });
    return results.every(isSettled) ? results : Promise.all(results);
  };
}

const isSettled = <T>(one: T | Promise<T>): one is T => !(one instanceof Promise);

const toProductId = ({ id, idType }: NotedRef) => ({ id: id ?? '', idType });

export function createLookUp(parts: LookUpParts): LookUp {
  const { resolve, shortLinks, assertProductRef, isSandbox } = parts;
  const answer = createAnswer(parts);

  // What is behind it may be of another kind, or of another marketplace, and have another upstream.
  const openAndAnswer = async ({ ref, upstream }: Question, options: AnswerOptions): Promise<Result> => {
    try {
      const opened = await shortLinks.open(ref, { signal: options.signal });
      assertProductRef(opened);
      const question = resolve(opened, options);
      if (!question.upstream) throw question.error;
      const [result] = await answer(question.upstream, [opened], options);
      return { ...(result ?? toFailure(opened, createGap(), upstream.isSandbox)), input: ref.url };
    } catch (thrown) {
      return toFailure(ref, toBijiaError(thrown), upstream.isSandbox);
    }
  };

  const lookUpOne = (ref: NotedRef, options: AnswerOptions): Promise<Result[]> => {
    const { upstream, error } = resolve(ref, options);
    if (!upstream) return Promise.resolve([toFailure(ref, error, isSandbox)]);
    if (ref.kind !== 'short') return answer(upstream, [ref], options);
    return openAndAnswer({ ref, upstream }, options).then((result) => [result]);
  };

  const lookUpAll = async (refs: readonly NotedRef[], options: AnswerOptions): Promise<Result[]> => {
    const results = new Map<NotedRef, Result>();
    const questions: Question[] = [];
    for (const ref of refs) {
      const resolved = resolve(ref, options);
      if (resolved.upstream) questions.push(resolved);
      else results.set(ref, toFailure(ref, resolved.error, isSandbox));
    }
    await Promise.all(
      groupQuestions(questions, options.detail).map(async ({ upstream, refs }) => {
        const [first] = refs;
        const answered =
          first?.kind === 'short'
            ? [await openAndAnswer({ ref: first, upstream }, options)]
            : await answer(upstream, refs, options);
        for (const [at, result] of answered.entries()) {
          const ref = refs[at];
          if (ref) results.set(ref, result);
        }
      }),
    );
    return refs.flatMap((ref) => results.get(ref) ?? []);
  };

  return (refs, options = {}) => {
    const { lane = 'interactive', detail = 'summary' } = options;
    const asked = { ...options, lane, detail };
    const [only] = refs;
    return only && refs.length === 1 ? lookUpOne(only, asked) : lookUpAll(refs, asked);
  };
}

function toFailure(
  { url, platform, id }: NotedRef,
  error: BijiaError,
  isSandbox: boolean | undefined,
): Result {
  return {
    input: url,
    platform,
    id: id ?? undefined,
    outcome: error.outcome,
    error,
    sandbox: isSandbox || undefined,
  };
}

function toResult(
  ref: NotedRef,
  upstream: Upstream,
  found: Found | BijiaError | undefined,
  toProduct: ToProduct,
): Result {
  if (!found || found instanceof BijiaError) return toFailure(ref, found ?? createGap(), upstream.isSandbox);
  const product = addNote(toProduct(found, upstream), ref);
  const { platform, id, sandbox } = product;
  return { input: ref.url, outcome: 'ok', product, platform, id, sandbox };
}

const createGap = () => new ResponseError('The upstream left out an answer.');

function addNote(product: Product, { note }: NotedRef): Product {
  return note === undefined ? product : { ...product, notes: [...(product.notes ?? []), note] };
}
