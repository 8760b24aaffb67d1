import { decodeHTMLStrict } from 'entities';
import type { MessageEntity } from 'grammy/types';
import type { FormattedText } from './formatted-text.js';
import { linkProblem } from './link.js';
import { badRequest, type Refusal } from './refusal.js';

type PlainType = 'bold' | 'italic' | 'underline' | 'strikethrough' | 'spoiler' | 'code' | 'blockquote';

const PLAIN_TAGS: Readonly<Record<string, PlainType>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  code: 'code',
  blockquote: 'blockquote',
};
const OTHER_TAGS = ['a', 'pre', 'tg-emoji', 'tg-time'];

/** A tag, whole or cut off by the end, or the text up to the next one. */
const TOKEN = /<[^>]*>?|[^<]+/g;

interface OpenTag {
  readonly name: string;
  readonly attributes: string;
  /** Where the tag's text begins in the result, in UTF-16 units. */
  readonly offset: number;
}

/**
 * Parses `parse_mode: HTML`.
 *
 * @throws {Refusal} "can't parse entities: …" with TDLib's words; offsets count bytes.
 */
export function parseHtml(source: string): FormattedText {
  const entities: MessageEntity[] = [];
  const open: OpenTag[] = [];
  let text = '';
  for (const { 0: token, index } of source.matchAll(TOKEN)) {
    if (!token.startsWith('<')) {
      text += decodeHTMLStrict(token);
      continue;
    }
    const byteOffset = Buffer.byteLength(source.slice(0, index));
    const entity = readTag(token, open, text, byteOffset);
    if (entity) entities.push(entity);
  }
  const unclosed = open.at(-1);
  if (unclosed) throw cantParse(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  return { text, entities };
}

/** Opens a tag, or closes one and returns its entity. */
function readTag(
  token: string,
  open: OpenTag[],
  text: string,
  byteOffset: number,
): MessageEntity | undefined {
  const isEndTag = token.startsWith('</');
  if (!token.endsWith('>')) {
    throw cantParse(`Unclosed ${isEndTag ? 'end' : 'start'} tag at byte offset ${byteOffset}`);
  }
  if (isEndTag) return closeTag(open, token.slice(2, -1), text, byteOffset);
  open.push(openTag(token.slice(1, -1), text.length, byteOffset));
  return undefined;
}

function openTag(inside: string, offset: number, byteOffset: number): OpenTag {
  const [, rawName = '', attributes = ''] = /^(\S*)\s*(.*)$/s.exec(inside) ?? [];
  const name = rawName.toLowerCase();
  if (!Object.hasOwn(PLAIN_TAGS, name) && !OTHER_TAGS.includes(name)) {
    throw cantParse(`Unsupported start tag "${name}" at byte offset ${byteOffset}`);
  }
  if (name === 'span' && !/class\s*=\s*["']?tg-spoiler\b/.test(attributes)) {
    throw cantParse(`Tag "span" must have class "tg-spoiler" at byte offset ${byteOffset}`);
  }
  return { name, attributes, offset };
}

function closeTag(
  open: OpenTag[],
  rawName: string,
  text: string,
  byteOffset: number,
): MessageEntity | undefined {
  const tag = open.pop();
  if (!tag) throw cantParse(`Unexpected end tag at byte offset ${byteOffset}`);
  const name = rawName.trim().toLowerCase();
  if (name !== '' && name !== tag.name) {
    throw cantParse(
      `Unmatched end tag at byte offset ${byteOffset}, expected "</${tag.name}>", found "</${name}>"`,
    );
  }
  const span = { offset: tag.offset, length: text.length - tag.offset };
  const plain = PLAIN_TAGS[tag.name];
  if (span.length === 0) return undefined;
  if (plain) return { type: plain, ...span };
  if (tag.name === 'pre') return { type: 'pre', ...span };
  const href = /href\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))/.exec(tag.attributes);
  const url = href === null ? text.slice(tag.offset) : decodeHTMLStrict(href[1] ?? href[2] ?? href[3] ?? '');
  // A link that is none is dropped without a word, as by the real server.
  return tag.name === 'a' && linkProblem(url) === undefined ? { type: 'text_link', url, ...span } : undefined;
}

function cantParse(words: string): Refusal {
  return badRequest(`can't parse entities: ${words}`);
}
