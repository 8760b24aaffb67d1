import { isHostOf, type Marketplace } from '../marketplace.js';
import { decodePercent, trimPunctuation } from './link-text.js';

/** More such parameters than any page has. */
const MAX_PARAMS = 12;

/**
 * The links in the parameters that may carry one: those of login, risk and advertising pages. A link that stands there
 * without being encoded loses what follows its first `&` to the outer link, so the whole rest is a candidate too.
 */
export function listNestedLinks(page: URL, marketplace: Marketplace): URL[] {
  const params = [...page.searchParams]
    .filter(([name]) => marketplace.nestedParams?.includes(name.toLowerCase()))
    .slice(0, MAX_PARAMS);
  const rests = params.flatMap(([name, value]) => {
    const start = page.search.indexOf(`${name}=${value}`);
    return start >= 0 && value.includes('?') ? [page.search.slice(start + name.length + 1)] : [];
  });
  const values = [...params.map(([, value]) => value), ...rests];
  return values.flatMap((value) => resolveNested(value, page, marketplace) ?? []);
}

/** A value as a link: encoded a second time or not, with or without scheme, or relative to its page. */
function resolveNested(value: string, page: URL, { hosts }: Marketplace): URL | undefined {
  // A link into an app ends with the braces of its JSON.
  let text = value.includes('{') ? value.trim() : trimPunctuation(value.trim());
  for (let times = 0; times < 3 && !/[/?]/.test(text); times += 1) text = decodePercent(text);
  const host = /^([\w.-]+)[/?]/.exec(text)?.[1];
  if (host !== undefined && isHostOf(host, hosts)) text = `https://${text}`;
  const base = text.startsWith('//') ? 'https://host' : page.href;
  return /[/?]/.test(text) && URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/** Spreads a JSON object in a parameter into parameters, so that rules and nested links read it like any other. */
export function spreadJson(link: URL): URL {
  if (link.search === '') return link;
  const objects = [...link.searchParams.values()].flatMap((value) => parseObject(value) ?? []);
  if (objects.length === 0) return link;
  const spread = new URL(link);
  for (const [name, value] of objects.flatMap((object) => Object.entries(object))) {
    if (typeof value === 'string' && !link.searchParams.has(name)) spread.searchParams.append(name, value);
  }
  return spread;
}

/** Numbers come as the digits they were written with: an id does not survive a floating-point number. */
function parseObject(value: string): object | undefined {
  const text = /^\s*%7b/i.test(value) ? decodePercent(value) : value;
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    );
    const parsed: unknown = JSON.parse(quoted);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
