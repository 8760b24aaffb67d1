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

/** How many entries from the first on fit into one result; at least one, so that paging always goes on. */
export function countFitting(entries: readonly unknown[], reserved = 0): number {
  let chars = reserved;
  let tokens = reserved * 0.6;
  for (const [at, entry] of entries.entries()) {
    const text = JSON.stringify(entry);
    chars += text.length + 1;
    tokens += estimateTokens(text);
    if (chars > LIST_CHARS || tokens > LIST_TOKENS) return Math.max(1, at);
  }
  return entries.length;
}
