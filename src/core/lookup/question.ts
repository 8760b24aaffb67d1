import type { BijiaError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import type { Detail } from '../product/product.js';
import { getIdsPerCall, type Upstream } from './upstream.js';

/** A reference, and who answers it. */
export interface Question {
  readonly ref: NotedRef;
  readonly upstream: Upstream;
  readonly error?: undefined;
}

/** A reference that nobody here can answer, and why. */
export interface Refusal {
  readonly ref: NotedRef;
  readonly upstream?: undefined;
  readonly error: BijiaError;
}

/** Decides, once for each reference, who answers it. Never throws. */
export type Resolve = (ref: NotedRef, options: { readonly source?: string }) => Question | Refusal;

/** References that travel in one call. */
export interface Group {
  readonly upstream: Upstream;
  readonly refs: readonly NotedRef[];
}

/**
 * Ids of one kind and upstream together, as many as a call may hold. A short link stands alone: what it leads to is
 * not known yet.
 */
export function groupQuestions(questions: readonly Question[], detail: Detail): Group[] {
  const groups: { readonly upstream: Upstream; readonly refs: NotedRef[] }[] = [];
  // The group of each kind that has room, so that a list of any length is grouped in one pass.
  const open = new Map<Upstream, Map<string, NotedRef[]>>();
  for (const { ref, upstream } of questions) {
    const kinds = open.get(upstream) ?? new Map<string, NotedRef[]>();
    open.set(upstream, kinds);
    const kind = ref.idType ?? '';
    const capacity = ref.kind === 'short' ? 1 : getIdsPerCall(upstream, detail, ref.idType);
    const last = capacity > 1 ? kinds.get(kind) : undefined;
    if (last && last.length < capacity) {
      last.push(ref);
      continue;
    }
    const refs = [ref];
    groups.push({ upstream, refs });
    if (capacity > 1) kinds.set(kind, refs);
  }
  return groups;
}
