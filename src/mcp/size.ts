/** What hosts pass on without cutting it or warning about it. */
export const MAX_RESULT_CHARS = 30_000;
export const MAX_RESULT_TOKENS = 8_000;

/** How much of a result its list may take; the rest is for what stands around it. */
const LIST_CHARS = 25_000;
const LIST_TOKENS = 6_500;

/** On the safe side for lists of products: ASCII counted as two tokens for five characters, the rest as one each. */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (let at = 0; at < text.length; at += 1) tokens += text.charCodeAt(at) < 0x80 ? 0.4 : 1;
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
