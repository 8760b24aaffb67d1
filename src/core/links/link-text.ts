import { decodeXML } from 'entities/decode';

/** Another link glued to the end of one; after `=` and the like it is a part of it. */
const GLUED = `(?<![=/:@?#]|%[0-9a-f]{2})https?://`;
const NOT_ASCII = String.raw`\u0080-\uffff`;
/** What ends a link in any case. */
const NEVER = String.raw`\s\x00-\x1f"<>${NOT_ASCII}`;
/** What also ends a path: such characters stand around links, and no path here holds them. */
const NOT_IN_PATH = String.raw`${NEVER}'()[\]{}|\\^\`?#,;!*&`;
/** Chinese inside a query is a part of it only where another parameter follows. */
const CHINESE_VALUE = String.raw`[${NOT_ASCII}]{1,80}(?=&[\w.-]{1,40}=)`;
/** Letters of alphabets, plain or full-width. A browser takes them for a part of the host, so they make look-alikes. */
const FOREIGN_LETTER = String.raw`\u00c0-\u02af\u0370-\u1fff`;
const WIDE_LETTER = String.raw`\uff10-\uff19\uff21-\uff3a\uff41-\uff5a`;

/** A colon and two slashes as percent-encoding leaves them, done once or more; some encoders spare slashes. */
const ENCODED_SLASHES = '%(?:25){0,3}3A(?://|(?:%(?:25){0,3}2F){2})';

/**
 * Where a link may begin: `http(s)://` anywhere, another scheme, the same percent-encoded, or a bare host name that
 * is followed by a path and does not itself stand inside a link or an address.
 */
const START = [
  `https?(?:://|${ENCODED_SLASHES})`,
  `(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,40}(?:://|${ENCODED_SLASHES})`,
  String.raw`(?<![\w@%.\\/=&?#~+${FOREIGN_LETTER}-])(?://)?(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?=(?::\d{1,5})?[/?])`,
].join('|');

/**
 * Scheme and host, as a browser would read them: Chinese before a dot and ideographic full stops belong to the host,
 * so that `item.acme.example。evil.example` is seen as what it is. Chinese glued to the end of a host does not.
 */
const HOST = [
  `[^/${NOT_IN_PATH}]`,
  `[${FOREIGN_LETTER}${WIDE_LETTER}]`,
  String.raw`[\u2e80-\uffff]{1,63}(?=\.[a-z0-9])`,
  '[。．｡](?=[a-z0-9])(?!https?:)',
].join('|');
const ORIGIN = new RegExp(`^(?:(?:([a-z][a-z0-9+.-]*):)?//)?((?:${HOST})*)`, 'i');
const PATH = new RegExp(`^/(?:(?!${GLUED})[^${NOT_IN_PATH}])*`, 'i');
/** A bracket belongs to a query only as one of a pair with more of the query behind it; others stand around links. */
const BRACKETS = String.raw`\([^${NEVER}()]{0,80}\)(?=[&=#])|\[[^${NEVER}[\]]{0,80}\](?=[&=#])`;
/** And an apostrophe only inside a word. */
const APOSTROPHE = String.raw`(?<=\w)'(?=\w)`;
const QUERY = new RegExp(
  String.raw`^(?:(?!${GLUED})[^${NEVER}'()[\]{}|\\^\`]|${BRACKETS}|${APOSTROPHE}|${CHINESE_VALUE})*`,
  'i',
);
/** A link of an unknown host owns whatever is glued to it: our links in its parameters are not ours. */
const UNKNOWN_REST = new RegExp(`^(?:[^${NEVER}]|${CHINESE_VALUE})*`, 'i');
const ENCODED = new RegExp(String.raw`^[a-z][a-z0-9+.-]*${ENCODED_SLASHES}[\w%.~!*'()/-]*`, 'i');

/** A JSON object, with objects in it; links into an app carry one as a parameter, often as it is. */
const JSON_OBJECT = /^\{(?:[^{}"]|"(?:[^"\\]|\\.)*"|\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})*\}/;
const MAX_JSON_CHARS = 4096;
/** Far more than any shared link has; what follows is not read. */
const MAX_LINK_CHARS = 16_384;

const TRAILING_PUNCTUATION = '.,;:!?#\'")]}>~*|';

/** A text that is one link with nothing in it that would have to be looked at: what most cells of a list are. */
const PLAIN = /^https?:\/\/(?:[a-z\d-]+\.)+[a-z]{2,24}(?:\/[\w-]+)+(?:\.html?)?(?:\?\w+=[\w-]+)?$/i;

/** The links of known hosts in a text, in order. Everything else that looks like a link is skipped as a whole. */
export function parseLinks(text: string, isKnown: (origin: URL) => boolean): URL[] {
  return parsePlacedLinks(text, isKnown).links.map(({ link }) => link);
}

/** A link, and where it stands. */
export interface PlacedLink {
  readonly link: URL;
  readonly start: number;
  readonly end: number;
}

/** The same with their places, in the text as it is read: without what is invisible, entities decoded. */
export function parsePlacedLinks(
  text: string,
  isKnown: (origin: URL) => boolean,
): { readonly text: string; readonly links: readonly PlacedLink[] } {
  if (NO_LINK.test(text)) return { text, links: [] };
  if (isPlainLink(text)) return parsePlain(text, isKnown);
  const clean = decodePasted(text);
  const isKnownOrigin = rememberOrigins(isKnown);
  const start = new RegExp(START, 'gi');
  const links: PlacedLink[] = [];
  for (let found = start.exec(clean); found; found = start.exec(clean)) {
    const { link, length } = takeLink(clean.slice(found.index), isKnownOrigin);
    const end = found.index + Math.max(length, found[0].length);
    const shown = trimPunctuation(clean.slice(found.index, end));
    if (link) links.push({ link, start: found.index, end: found.index + shown.length });
    start.lastIndex = end;
  }
  return { text: clean, links };
}

/** The text without anything that looks like a link, to whatever site. */
export function removeLinks(text: string): string {
  if (!/[/?]/.test(text)) return text;
  const clean = decodePasted(text);
  const start = new RegExp(START, 'gi');
  let left = '';
  let end = 0;
  for (let found = start.exec(clean); found; found = start.exec(clean)) {
    left += `${clean.slice(end, found.index)} `;
    end = found.index + Math.max(takeLink(clean.slice(found.index), () => false).length, found[0].length);
    start.lastIndex = end;
  }
  return left + clean.slice(end);
}

const MAX_PLAIN_CHARS = 200;

/** Whether a text is one web link, spelled as plainly as can be: nothing in it is decoded, trimmed or another link. */
export const isPlainLink = (text: string): boolean => text.length <= MAX_PLAIN_CHARS && PLAIN.test(text);

/** A number or a word by itself: what most other cells are. */
const NO_LINK = /^[\w-]*$/;

function parsePlain(text: string, isKnown: (origin: URL) => boolean) {
  const link = URL.canParse(text) ? new URL(text) : undefined;
  return { text, links: link && isKnown(link) ? [{ link, start: 0, end: text.length }] : [] };
}

/** Asks once about each origin: a long text names few of them, many times. */
function rememberOrigins(isKnown: (origin: URL) => boolean): IsKnownOrigin {
  const answers = new Map<string, boolean>();
  return (origin) => {
    const answer = answers.get(origin) ?? (URL.canParse(origin) && isKnown(new URL(origin)));
    answers.set(origin, answer);
    return answer;
  };
}

type IsKnownOrigin = (origin: string) => boolean;

/** Invisible characters go; entities and escapes of a text copied from HTML or JSON are decoded. */
function decodePasted(text: string): string {
  const visible = text.replace(/[\p{Cf}\p{Cs}]/gu, '');
  const decoded = visible.includes('&') ? decodeXML(decodeXML(visible)) : visible;
  return narrow(unescapeJson(decoded).replace(/(https?)(?:：\/\/|[:：]／／)/gi, '$1://'));
}

const WIDE = /[／？＆＝０-９]/;

/** What a Chinese keyboard makes of a link that is typed or corrected: never its host, where only look-alikes have such. */
function narrow(text: string): string {
  if (!WIDE.test(text)) return text;
  return text
    .replace(/(?<=\w\.(?:com|cn|hk))／(?=\w)/gi, '/')
    .replace(/(?<=[\w/])？(?=[\w-]{1,40}[=＝][\w０-９])/g, '?')
    .replace(/(?<=[?&＆][\w-]{1,40})＝(?=[\w０-９])/g, '=')
    .replace(/(?<=[?&＆][\w-]{1,40}=[\w-]{1,80})＆(?=[\w-]{1,40}=)/g, '&')
    .replace(/(?<=[\w-]=|[a-z]\/)[０-９]{6,20}/gi, (digits) => digits.normalize('NFKC'));
}

/** Slashes and ASCII characters of a string in JSON, however often it was put into another. */
function unescapeJson(text: string): string {
  const plain = text
    .replace(/(?<!\\)\\+u00([2-7][0-9a-f])/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/(?<!\\)\\+\//g, '/');
  // Quotes only where the object in a link was escaped itself: those in its strings are in their place.
  const isEscaped = /=\{\\+"/.test(plain) && !plain.includes('={"');
  return isEscaped ? plain.replace(/(?<!\\)\\+"/g, '"') : plain;
}

interface Taken {
  /** Absent when it is not a link of a known host. */
  readonly link?: URL;
  /** How much of the text it takes. */
  readonly length: number;
}

/** The link that a text begins with. */
function takeLink(text: string, isKnown: IsKnownOrigin): Taken {
  const encoded = ENCODED.exec(text)?.[0];
  if (encoded !== undefined) {
    return { link: takeLink(decodePercent(encoded), isKnown).link, length: encoded.length };
  }
  const [head = '', scheme, host = ''] = ORIGIN.exec(text) ?? [];
  const origin = `${normalizeScheme(scheme)}://${trimPunctuation(host)}`;
  const rest = text.slice(head.length);
  if (host.includes('@') || !isKnown(origin)) {
    return { length: head.length + (UNKNOWN_REST.exec(rest)?.[0].length ?? 0) };
  }
  const tail = takeTail(rest);
  const address = (origin + trimPunctuation(tail.text)).slice(0, MAX_LINK_CHARS);
  return { link: parseTrimmed(address), length: head.length + tail.length };
}

/** Trimmed again, as resolving `/../` can uncover punctuation: so a link that was read is read as the same again. */
function parseTrimmed(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const link = new URL(address);
  const trimmed = trimPunctuation(link.href);
  if (trimmed === link.href) return link;
  return URL.canParse(trimmed) ? new URL(trimmed) : undefined;
}

/** Letters glued to the front of `https` are not part of it; a bare host gets the usual scheme. */
function normalizeScheme(scheme = 'https'): string {
  return /https?$/i.exec(scheme)?.[0] ?? scheme;
}

/** Path, query and fragment. JSON that stands in it as it is comes back percent-encoded. */
function takeTail(text: string): { readonly text: string; readonly length: number } {
  let tail = PATH.exec(text)?.[0] ?? '';
  let { length } = tail;
  if (!/^[?#]/.test(text.slice(length, length + 1))) return { text: tail, length };
  for (;;) {
    const more = QUERY.exec(text.slice(length))?.[0] ?? '';
    tail += more;
    length += more.length;
    // Asked of the text: the tail is put together of many pieces, and looking at its end would join them each time.
    const mayBeJson = text.charAt(length - 1) === '=';
    const json = mayBeJson && JSON_OBJECT.exec(text.slice(length, length + MAX_JSON_CHARS))?.[0];
    if (!json) return { text: tail, length };
    // Without a quotation mark it is encoded but for its braces.
    tail += json.includes('"') ? encodeURIComponent(json) : json.replace(/[{}]/g, encodeURIComponent);
    length += json.length;
  }
}

/** Cuts off the ASCII punctuation, and encoded white space, that stood behind a link. */
export function trimPunctuation(text: string): string {
  let end = text.length;
  while (end > 0) {
    if (TRAILING_PUNCTUATION.includes(text.charAt(end - 1))) end -= 1;
    else if (/%(?:20|0a|0d)$/i.test(text.slice(Math.max(0, end - 3), end))) end -= 3;
    else break;
  }
  return text.slice(0, end);
}

/** Percent-decoding that leaves what is malformed as it is: links get cut off in the middle of a character. */
export function decodePercent(text: string): string {
  return new URLSearchParams(`text=${text.replace(/[&+]/g, encodeURIComponent)}`).get('text') ?? '';
}
