import { decodeXML } from 'entities';

/**
 * Where a link may begin: `http(s)://` anywhere, the same percent-encoded, another scheme, or a bare host name that
 * is followed by a path and does not itself stand inside something like a link or an address.
 */
const START = [
  'https?://',
  'https?%3A%2F%2F',
  '(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,40}://',
  '(?<![\\w@%.\\\\/=&?#~+\\u00c0-\\u02af\\u0370-\\u1fff-])(?://)?(?:[a-z0-9-]{1,63}\\.){1,8}[a-z]{2,24}(?=(?::\\d{1,5})?[/?])',
].join('|');

/** Another link glued to the end of this one; after `=` and the like it is a part of this one. */
const GLUED = '(?<![=/:@?#]|%[0-9a-f]{2})https?://';

/**
 * Scheme and host. Letters of other scripts and ideographic full stops belong to the host, as they do for a browser,
 * so that `item.jd.com。evil.example` is seen as what it is; Chinese glued to the end does not.
 */
const ORIGIN = new RegExp(
  [
    '^(?:(?:([a-z][a-z0-9+.-]*):)?//)?(',
    '(?:[^\\s\\0-\\x1f"\'<>()[\\]{}|\\\\^`?#/,;!*&\\u0080-\\uffff]',
    '|[\\u00c0-\\u02af\\u0370-\\u1fff\\uff10-\\uff19\\uff21-\\uff3a\\uff41-\\uff5a]',
    '|[\\u2e80-\\uffff]{1,63}(?=\\.[a-z0-9])|[。．｡](?=[a-z0-9])(?!https?:))*)',
  ].join(''),
  'i',
);

const PATH = new RegExp(`^/(?:(?!${GLUED})[^\\s\\0-\\x1f"'<>()[\\]{}|\\\\^\`?#,;!*&\\u0080-\\uffff])*`, 'i');

/** Chinese inside a query is a part of it only where another parameter follows. */
const CHINESE_VALUE = '[\\u0080-\\uffff]{1,80}(?=&[\\w.-]{1,40}=)';
const QUERY = new RegExp(
  `^(?:(?!${GLUED})[^\\s\\0-\\x1f"<>{}|\\\\^\`\\u0080-\\uffff]|${CHINESE_VALUE})*`,
  'i',
);
const FOREIGN = new RegExp(`^(?:[^\\s"<>\\u0080-\\uffff]|${CHINESE_VALUE})*`, 'i');
const ENCODED = /^https?%3A%2F%2F[\w%.~!*'()-]*/i;

/** A JSON object, with objects in it; app links carry one as a parameter, often not encoded. */
const JSON_OBJECT = /^\{(?:[^{}"]|"(?:[^"\\]|\\.)*"|\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})*\}/;
const MAX_JSON_CHARS = 4096;

const TRAILING_PUNCTUATION = '.,;:!?\'")]}>~*|';

/** The links of known hosts in a text, in order; everything else that looks like a link is skipped as a whole. */
export function findLinks(text: string, isKnown: (origin: URL) => boolean): URL[] {
  const clean = cleanText(text);
  const start = new RegExp(START, 'gi');
  const links: URL[] = [];
  for (let found = start.exec(clean); found; found = start.exec(clean)) {
    const { link, length } = readLink(clean.slice(found.index), isKnown);
    if (link) links.push(link);
    start.lastIndex = found.index + Math.max(length, found[0].length);
  }
  return links;
}

/** Invisible characters go, entities and escaped slashes of a text that was copied from HTML or JSON are decoded. */
function cleanText(text: string): string {
  const visible = text.replace(/[\p{Cf}\p{Cs}]/gu, '');
  return decodeXML(decodeXML(visible))
    .replaceAll('\\/', '/')
    .replace(/(https?)(?:：\/\/|:／／|：／／)/gi, '$1://');
}

interface ReadLink {
  readonly link?: URL | undefined;
  /** How much of the text it took. */
  readonly length: number;
}

function readLink(text: string, isKnown: (origin: URL) => boolean): ReadLink {
  const encoded = ENCODED.exec(text)?.[0];
  if (encoded !== undefined) {
    return { link: readLink(decodePercent(encoded), isKnown).link, length: encoded.length };
  }
  const [head = '', scheme, host = ''] = ORIGIN.exec(text) ?? [];
  const origin = `${normalizeScheme(scheme)}://${trimPunctuation(host)}`;
  if (host.includes('@') || !URL.canParse(origin) || !isKnown(new URL(origin))) {
    return { length: Math.max(head.length, FOREIGN.exec(text)?.[0].length ?? 0) };
  }
  const tail = readTail(text.slice(head.length));
  const address = origin + trimPunctuation(tail.text);
  return {
    link: URL.canParse(address) ? new URL(address) : undefined,
    length: head.length + tail.length,
  };
}

/** Letters glued to the front of `https` are no part of it; a bare host gets the usual scheme. */
function normalizeScheme(scheme = 'https'): string {
  return /https?$/i.exec(scheme)?.[0] ?? scheme;
}

/** Path, query and fragment. JSON that stands in it as it is comes back percent-encoded. */
function readTail(text: string): { readonly text: string; readonly length: number } {
  let tail = PATH.exec(text)?.[0] ?? '';
  let { length } = tail;
  if (!/^[?#]/.test(text.slice(length, length + 1))) return { text: tail, length };
  for (;;) {
    const more = QUERY.exec(text.slice(length))?.[0] ?? '';
    tail += more;
    length += more.length;
    const json = tail.endsWith('=') && JSON_OBJECT.exec(text.slice(length, length + MAX_JSON_CHARS))?.[0];
    if (!json) return { text: tail, length };
    tail += encodeURIComponent(json);
    length += json.length;
  }
}

function trimPunctuation(text: string): string {
  let end = text.length;
  while (end > 0) {
    if (TRAILING_PUNCTUATION.includes(text.charAt(end - 1))) end -= 1;
    else if (/%(?:20|0a|0d)$/i.test(text.slice(Math.max(0, end - 3), end))) end -= 3;
    else break;
  }
  return text.slice(0, end);
}

/** Percent-decoding that leaves a malformed text as it is. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
