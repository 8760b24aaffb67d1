/** What hosts pass on without cutting it or warning about it. */
export const MAX_RESULT_CHARS = 30_000;
export const MAX_RESULT_TOKENS = 8_000;

const LETTER_TOKENS = 0.35;
const SIGN_TOKENS = 0.55;

/** How much of a result its list may take; the rest is for what stands around it. */
const LIST_CHARS = 25_000;
const LIST_TOKENS = 6_500;

/**
 * On the safe side for lists of products, by what the o200k vocabulary was seen to take: letters about three to a
 * token, digits and signs less than two, everything beyond ASCII one each.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) tokens += 1;
    else tokens += code >= 0x61 && code <= 0x7a ? LETTER_TOKENS : SIGN_TOKENS;
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

/** How many entries from the first on fit into one result; at least one, so that paging always continues. */
export function countFitting(entries: readonly unknown[], reserved: Size = NOTHING): number {
  let used = reserved;
  for (const [at, entry] of entries.entries()) {
    used = addSizes(used, measure(entry));
    if (!fits(used)) return Math.max(1, at);
  }
  return entries.length;
}
