import { BijiaError, ResponseError, toBijiaError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import type { ShortLinkOpener } from '../links/short-link.js';
import type { Detail, Product, Ref } from '../product/product.js';
import type { Result } from '../product/result.js';
import type { CallOptions } from '../provider.js';
import { createBuyLinks } from './buy-links.js';
import { createCompletion } from './completion.js';
import { markProduct } from './mark-product.js';
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

/** Asks one upstream, then the one that completes it; for somebody who looks at a product, the promotion link, too. */
function createAnswer({ lookup, upstreams, hasPaidFallback }: LookUpParts) {
  const ask = async (upstream: Upstream, refs: readonly NotedRef[], options: LookupOptions) => {
    const ids = refs.map(({ id, idType }) => ({ id: id ?? '', idType }));
    const answers = await lookup(upstream, ids, options);
    return refs.map((ref, at) => toResult(ref, upstream, answers[at]));
  };

  const complete = createCompletion({ upstreams, hasPaidFallback, ask });
  const addBuyLink = createBuyLinks(upstreams);
  const finish = async (
    result: Result,
    { lane, signal, onWait, onPermit }: LookupOptions,
  ): Promise<Result> => {
    const { product } = result;
    // A link takes a call, and nobody looks at each product of a batch.
    if (!product || lane !== 'interactive') return result;
    return { ...result, product: await addBuyLink(product, { lane, signal, onWait, onPermit }) };
  };

  return async (upstream: Upstream, refs: readonly NotedRef[], options: AnswerOptions): Promise<Result[]> => {
    const results = await ask(upstream, refs, options);
    return Promise.all(
      refs.map(async (ref, at) => {
        const result = results[at];
        if (!result) return [];
        const isAlone = options.source !== undefined;
        const whole = isAlone ? result : await complete({ upstream, ref, result }, options);
        return [await finish(whole, options)];
      }),
    ).then((answers) => answers.flat());
  };
}

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
      return { ...(result ?? toResult(opened, upstream, undefined)), input: ref.url };
    } catch (thrown) {
      return toResult(ref, upstream, toBijiaError(thrown));
    }
  };

  return async (refs, options = {}) => {
    const { lane = 'interactive', detail = 'summary' } = options;
    const asked = { ...options, lane, detail };
    const resolved = refs.map((ref) => resolve(ref, options));
    const results = new Map<NotedRef, Result>();
    const questions: Question[] = [];
    for (const { ref, upstream, error } of resolved) {
      if (upstream) questions.push({ ref, upstream });
      else results.set(ref, toFailure(ref, error, isSandbox));
    }
    await Promise.all(
      groupQuestions(questions, detail).map(async ({ upstream, refs }) => {
        const [first] = refs;
        const answered =
          first?.kind === 'short'
            ? [await openAndAnswer({ ref: first, upstream }, asked)]
            : await answer(upstream, refs, asked);
        for (const [at, result] of answered.entries()) {
          const ref = refs[at];
          if (ref) results.set(ref, result);
        }
      }),
    );
    return refs.flatMap((ref) => results.get(ref) ?? []);
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

function toResult(ref: NotedRef, upstream: Upstream, found: Found | BijiaError = createGap()): Result {
  if (found instanceof BijiaError) return toFailure(ref, found, upstream.isSandbox);
  const product = toProduct(found, upstream, ref);
  const { platform, id, sandbox } = product;
  return { input: ref.url, outcome: 'ok', product, platform, id, sandbox };
}

const createGap = () => new ResponseError('The upstream left out an answer.');

function toProduct(found: Found, upstream: Upstream, { note }: NotedRef): Product {
  const { facts, fetchedAtMs, cached, receipt } = found;
  const product = markProduct(facts, upstream, fetchedAtMs);
  const notes = note === undefined ? product.notes : [...(product.notes ?? []), note];
  return { ...product, notes, receipt, cached: cached || undefined };
}
