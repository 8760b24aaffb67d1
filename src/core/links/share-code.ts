import type { Marketplace } from '../marketplace.js';

/** What people paste that only an app can open, and what it is called. */
const UNOPENABLE: readonly { readonly pattern: RegExp; readonly name: string; readonly isCode?: true }[] = [
  { pattern: /#小程序:\/\//, name: 'A mini-program link (#小程序://…)' },
  { pattern: /([￥¥$€£₤₳₴₰])[a-z0-9]{2,40}\1/i, name: 'A share code (口令, ￥…￥)', isCode: true },
  // Other shapes end with another sign, as ￥VBY2G6XMu8Dy7S%; prices have no letters.
  {
    pattern: /[￥¥€£₤₳₴₰!！](?=[a-z0-9]*[a-z])(?=[a-z0-9]*\d)[a-z0-9]{8,40}[￥¥$€£₤₳₴₰%#!！/)）]/i,
    name: 'A share code (口令, ￥…%)',
    isCode: true,
  },
];

/** The share code in a text, without the words around it: some upstreams can open one. */
export function findShareCode(text: string): string | undefined {
  for (const { pattern, isCode } of UNOPENABLE) {
    const [code] = (isCode && pattern.exec(text)) || [];
    if (code !== undefined) return code;
  }
  return undefined;
}

/**
 * For a text without a link: says so when it holds something that only an app can open, and what to paste instead.
 */
export function findUnopenable(text: string, marketplaces: readonly Marketplace[]): string | undefined {
  const found = UNOPENABLE.find(({ pattern }) => pattern.test(text));
  if (!found) return undefined;
  const examples = marketplaces.flatMap(({ ids: [id], productUrl }) => (id && productUrl(id.example)) ?? []);
  return `${found.name} can only be opened inside its app. Open it there, copy the product's link and paste that${
    examples.length > 0 ? `, such as ${examples.join(' or ')}` : ''
  }.`;
}
