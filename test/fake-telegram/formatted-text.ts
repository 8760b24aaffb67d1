import type { MessageEntity } from 'grammy/types';
import { detectEntities } from './detected-entities.js';
import { linkProblem } from './link.js';
import { parseHtml } from './parse-html.js';
import { parseMarkdown } from './parse-markdown.js';
import { badRequest, Violation } from './refusal.js';

/** Text with entities whose offsets count UTF-16 units. */
export interface FormattedText {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

export interface TextInput {
  readonly text: string;
  readonly parseMode?: 'HTML' | 'MarkdownV2' | 'Markdown';
  /** Ignored when there is a parse mode, as by the real server. */
  readonly entities?: readonly MessageEntity[];
}

export interface CaptionInput extends Omit<TextInput, 'text'> {
  readonly text: string | undefined;
}

/** What no person can see: a text of nothing else counts as empty. */
const INVISIBLE = /^[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*$/u;
const MAX_ENTITIES = 100;
/** Removed by TDLib: carriage returns, direction overrides, combining vertical lines. */
const REMOVED = /[\r\u2028-\u202e]|\u030a|\u0333|\u033f/u;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/u;
/** Entities a sender cannot set: the server finds them in the text itself. */
const FOUND_BY_SERVER = new Set([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
]);

/**
 * Turns what a request says into the text that is shown: markup parsed, entities checked, control characters cleaned,
 * both ends trimmed, links and mentions found.
 *
 * @throws {Refusal} "can't parse entities: …", an entity outside the text, a text of nothing visible.
 */
export function formatText({ text, parseMode, entities = [] }: TextInput): FormattedText {
  const parsed = parseMode === undefined ? { text, entities } : parseMarkup(text, parseMode);
  const own = parsed.entities.filter(({ type, length }) => !FOUND_BY_SERVER.has(type) && length !== 0);
  if (own.length > MAX_ENTITIES)
    throw new Violation(`${own.length} entities: Telegram drops those after 100`);
  checkEntities(parsed.text, own);
  const cleaned = cleanText({ text: parsed.text, entities: own });
  if (INVISIBLE.test(cleaned.text)) throw badRequest('text must be non-empty');
  return withDetected(cleaned);
}

/** Like {@link formatText}, for a caption: it may be absent or empty. */
export function formatCaption({ text, ...rest }: CaptionInput): FormattedText | undefined {
  if (text === undefined || INVISIBLE.test(text)) return undefined;
  return formatText({ text, ...rest });
}

/** What a person typed: links, mentions and commands are found in it; other entities can be added. */
export function typedText(text: string, entities: readonly MessageEntity[] = []): FormattedText {
  return withDetected({ text, entities });
}

function parseMarkup(text: string, parseMode: 'HTML' | 'MarkdownV2' | 'Markdown'): FormattedText {
  if (parseMode === 'Markdown') throw new Violation('legacy Markdown is not modelled');
  return parseMode === 'HTML' ? parseHtml(text) : parseMarkdown(text);
}

function checkEntities(text: string, entities: readonly MessageEntity[]): void {
  for (const entity of entities) {
    const problem = linkProblemOf(entity) ?? spanProblem(text, entity.offset, entity.offset + entity.length);
    if (problem !== undefined) throw badRequest(problem);
  }
}

function linkProblemOf(entity: MessageEntity): string | undefined {
  if (entity.type !== 'text_link') return undefined;
  const problem = linkProblem(entity.url);
  return problem && `entity URL '${entity.url}' is invalid: ${problem}`;
}

function spanProblem(text: string, offset: number, end: number): string | undefined {
  const beginning = `entity beginning at UTF-16 offset ${offset}`;
  if (offset < 0) return `receive an entity with incorrect offset ${offset}`;
  if (end < offset) return `receive an entity with incorrect length ${end - offset}`;
  if (offset >= text.length) return `entity begins after the end of the text at UTF-16 offset ${offset}`;
  if (end > text.length) return `${beginning} ends after the end of the text at UTF-16 offset ${end}`;
  if (isInsideCharacter(text, offset)) {
    return `entity begins in a middle of a UTF-16 symbol at byte offset ${byteLength(text, offset + 1)}`;
  }
  if (isInsideCharacter(text, end)) {
    return `${beginning} ends in a middle of a UTF-16 symbol at byte offset ${byteLength(text, end + 1)}`;
  }
  return undefined;
}

function isInsideCharacter(text: string, offset: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(offset - 1, offset + 1));
}

const byteLength = (text: string, end: number): number => Buffer.byteLength(text.slice(0, end));

function cleanText({ text, entities }: FormattedText): FormattedText {
  let cleaned = '';
  const movedTo: number[] = [];
  for (const unit of text.split('')) {
    movedTo.push(cleaned.length);
    if (!REMOVED.test(unit)) cleaned += CONTROL.test(unit) ? ' ' : unit;
  }
  movedTo.push(cleaned.length);
  const at = (offset: number) => movedTo[offset] ?? cleaned.length;
  const moved = entities.map((entity) => ({
    ...entity,
    offset: at(entity.offset),
    length: at(entity.offset + entity.length) - at(entity.offset),
  }));
  return trim({ text: cleaned, entities: moved });
}

/** Blanks at the start stay when an entity begins with them. */
function trim({ text, entities }: FormattedText): FormattedText {
  const end = text.replace(/[ \n]+$/, '').length;
  const leading = text.length - text.replace(/^[ \n]+/, '').length;
  const start = Math.min(leading, ...entities.map(({ offset }) => offset));
  const kept = entities.map((entity) => ({
    ...entity,
    offset: entity.offset - start,
    length: Math.min(entity.offset + entity.length, end) - entity.offset,
  }));
  return { text: text.slice(start, end), entities: kept.filter(({ length }) => length > 0) };
}

function withDetected({ text, entities }: FormattedText): FormattedText {
  const closed = entities.filter(({ type }) =>
    ['code', 'pre', 'text_link', 'text_mention', 'custom_emoji'].includes(type),
  );
  const overlaps = (found: MessageEntity) =>
    closed.some(
      ({ offset, length }) => offset < found.offset + found.length && found.offset < offset + length,
    );
  const all = [...entities, ...detectEntities(text).filter((found) => !overlaps(found))];
  all.sort((a, b) => a.offset - b.offset || b.length - a.length || a.type.localeCompare(b.type));
  return { text, entities: all };
}
