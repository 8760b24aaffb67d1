/** What hosts pass on without cutting it or warning about it. */
export const MAX_RESULT_CHARS = 30_000;
export const MAX_RESULT_TOKENS = 8_000;

/** How much of a result its list may take; the rest is for what stands around it. */
const LIST_CHARS = 25_000;
const LIST_TOKENS = 7_000;

const RUNS = /[a-z]+|[A-Z]+|\d+|[^a-zA-Z\d\u0080-\uffff]+|[\u0080-\uffff]+/g;

/**
 * By what the o200k vocabulary was seen to take for lists of products, on the safe side by up to an eighth: small
 * letters up to five to a token, capitals less than two, digits and signs three, everything beyond ASCII one each.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [run] of text.matchAll(RUNS)) {
    const { length } = run;
    const first = run.charAt(0);
    if (first >= 'a' && first <= 'z') tokens += Math.ceil(length / 5);
    else if (first >= 'A' && first <= 'Z') tokens += length * 0.6;
    else tokens += first >= '\u0080' ? length : Math.ceil(length / 3);
  }
  return Math.ceil(tokens);
}

/** What a part of a list takes. */
export interface Size {
  readonly chars: number;
  readonly tokens: number;
}

export const NOTHING: Size = { chars: 0, tokens: 0 };

/** What a value takes in a list, with the comma behind it. */
export function measure(value: unknown): Size {
  const text = `${JSON.stringify(value)},`;
  return { chars: text.length, tokens: estimateTokens(text) };
}

export const addSizes = (a: Size, b: Size): Size => ({
  chars: a.chars + b.chars,
  tokens: a.tokens + b.tokens,
});

export const fits = ({ chars, tokens }: Size) => chars <= LIST_CHARS && tokens <= LIST_TOKENS;

/** The first entries that fit beside what is used already, and what is used then. */
export function takeFitting<T>(entries: readonly T[], used: Size = NOTHING): { taken: T[]; used: Size } {
  const taken: T[] = [];
  let total = used;
  for (const entry of entries) {
    const next = addSizes(total, measure(entry));
    if (!fits(next)) break;
    total = next;
    taken.push(entry);
  }
  return { taken, used: total };
}

/** How many entries from the first on fit into one result; at least one, so that paging always continues. */
export function countFitting(entries: readonly unknown[], reserved: Size = NOTHING): number {
  let used = reserved;
  for (const [at, entry] of entries.entries()) {
    used = addSizes(used, measure(entry));
    if (!fits(used)) return Math.max(1, at);
  }
  return entries.length;
}
