import type { MessageEntity } from 'grammy/types';
import type { FormattedText } from './formatted-text.js';
import { linkProblem } from './link.js';
import { badRequest, type Refusal } from './refusal.js';

type MarkedType =
  | 'bold'
  | 'italic'
  | 'underline'
  | 'strikethrough'
  | 'spoiler'
  | 'code'
  | 'pre'
  | 'text_link';

interface OpenMark {
  readonly type: MarkedType;
  readonly mark: string;
  readonly offset: number;
  readonly byteOffset: number;
}

interface ReadMark {
  /** Where reading goes on. */
  readonly position: number;
  readonly entity?: MessageEntity;
}

const MARKS: readonly (readonly [string, MarkedType])[] = [
  ['```', 'pre'],
  ['`', 'code'],
  ['__', 'underline'],
  ['_', 'italic'],
  ['*', 'bold'],
  ['~', 'strikethrough'],
  ['||', 'spoiler'],
  ['[', 'text_link'],
];
const RESERVED = '_*[]()~`>#+-=|{}.!';
/** TDLib names the kinds of entity so in its refusals. */
const NAMES: Readonly<Record<MarkedType, string>> = {
  bold: 'Bold',
  italic: 'Italic',
  underline: 'Underline',
  strikethrough: 'Strikethrough',
  spoiler: 'Spoiler',
  code: 'Code',
  pre: 'Pre',
  text_link: 'TextUrl',
};

/**
 * Parses `parse_mode: MarkdownV2`, without block quotes and custom emoji.
 *
 * @throws {Refusal} "can't parse entities: …" with TDLib's words; offsets count bytes.
 */
export function parseMarkdown(source: string): FormattedText {
  const entities: MessageEntity[] = [];
  const open: OpenMark[] = [];
  let text = '';
  let position = 0;
  while (position < source.length) {
    const literal = literalAt(source, position, open.at(-1));
    if (literal) {
      text += literal.text;
      position += literal.length;
      continue;
    }
    const mark = readMark(source, position, open, text);
    if (mark.entity) entities.push(mark.entity);
    position = mark.position;
  }
  const unclosed = open.at(-1);
  if (unclosed) {
    throw cantParse(`Can't find end of ${NAMES[unclosed.type]} entity at byte offset ${unclosed.byteOffset}`);
  }
  return { text, entities };
}

/** Closes the innermost open mark, or opens another one. */
function readMark(source: string, position: number, open: OpenMark[], text: string): ReadMark {
  const current = open.at(-1);
  if (current && source.startsWith(current.mark === '[' ? ']' : current.mark, position)) {
    open.pop();
    return closeMark(source, position, current, text);
  }
  const opened = openMark(source, position, text.length);
  open.push(opened);
  const length = opened.mark === '```' ? preLength(source, position) : opened.mark.length;
  return { position: position + length };
}

function literalAt(source: string, position: number, open: OpenMark | undefined) {
  const [character = '', next = ''] = [source[position], source[position + 1]];
  if (character === '\\' && next > '\u0000' && next <= '\u007e') return { text: next, length: 2 };
  const isCode = open?.type === 'code' || open?.type === 'pre';
  const isReserved = isCode ? character === '`' : RESERVED.includes(character);
  if (isCode && character === '`' && !source.startsWith(open.mark, position)) return { text: '`', length: 1 };
  return isReserved ? undefined : { text: character, length: 1 };
}

/** Length of the opening of a block of code, with its language and the first line break. */
function preLength(source: string, position: number): number {
  return /^```(?:[^\s`]+(?=\s))?(?:\r\n|\n)?/.exec(source.slice(position))?.[0].length ?? 0;
}

function openMark(source: string, position: number, offset: number): OpenMark {
  const [mark, type] = MARKS.find(([candidate]) => source.startsWith(candidate, position)) ?? [];
  if (mark === undefined || type === undefined) {
    throw cantParse(
      `Character '${source[position]}' is reserved and must be escaped with the preceding '\\'`,
    );
  }
  return { mark, type, offset, byteOffset: Buffer.byteLength(source.slice(0, position)) };
}

function closeMark(
  source: string,
  position: number,
  { type, mark, offset }: OpenMark,
  text: string,
): ReadMark {
  const span = { offset, length: text.length - offset };
  const after = position + mark.length;
  if (type !== 'text_link')
    return { position: after, entity: span.length === 0 ? undefined : { type, ...span } };
  if (source[after] !== '(') {
    const url = text.slice(offset);
    return { position: after, entity: linkProblem(url) === undefined ? { type, url, ...span } : undefined };
  }
  const [target = ''] = /^(?:\\.|[^\\)])*/s.exec(source.slice(after + 1)) ?? [];
  const end = after + 1 + target.length;
  if (source[end] !== ')') {
    throw cantParse(
      `Can't find end of a URL at byte offset ${Buffer.byteLength(source.slice(0, after + 1))}`,
    );
  }
  const url = target.replace(/\\(.)/gs, '$1');
  return {
    position: end + 1,
    entity: linkProblem(url) === undefined && span.length > 0 ? { type, url, ...span } : undefined,
  };
}

function cantParse(words: string): Refusal {
  return badRequest(`can't parse entities: ${words}`);
}
