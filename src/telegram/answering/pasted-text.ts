import type { Message } from 'grammy/types';
import { BijiaError, type Core, type NotedRef, toBijiaError } from '../../core/index.js';

/** What a message asks for. */
export type Pasted =
  | { readonly kind: 'refs'; readonly refs: readonly NotedRef[]; readonly open?: OpenIds }
  | ({ readonly kind: 'ambiguous' } & OpenIds)
  | { readonly kind: 'nothing'; readonly error: BijiaError };

/** Ids, with a blank between two of them, each of which may be of several marketplaces. */
export interface OpenIds {
  readonly id: string;
  readonly platforms: readonly string[];
}

/** The words of a message, with the addresses hidden behind them, behind its buttons and in its preview. */
export function getPastedText(message: Message): string {
  return [getWords(message), ...listHiddenLinks(message)].join('\n').trim();
}

function getWords({ text, caption }: Message): string {
  return text ?? caption ?? '';
}

/** As in a forwarded advertisement, where the link is behind a word or a button. */
function listHiddenLinks(message: Message): string[] {
  const entities = message.entities ?? message.caption_entities ?? [];
  const buttons = message.reply_markup?.inline_keyboard.flat() ?? [];
  const links = [
    ...entities.map((entity) => (entity.type === 'text_link' ? entity.url : undefined)),
    ...buttons.map((button) => ('url' in button ? button.url : undefined)),
    message.link_preview_options?.url,
  ];
  return [...new Set(links.filter((link) => link !== undefined))];
}

/** What a message answers: the part that is quoted, else the whole of it; of other chats Telegram shows the preview. */
export function listRepliedTexts({ quote, external_reply: external, reply_to_message }: Message): string[] {
  const texts = [
    quote?.text,
    external?.link_preview_options?.url,
    reply_to_message && getPastedText(reply_to_message),
  ];
  return texts.filter((text) => text !== undefined);
}

/** Of what a message answers, the text that names something; else any. */
export function findRepliedText(message: Message, { resolve }: Pick<Core, 'resolve'>): string {
  const texts = listRepliedTexts(message).filter((text) => text.trim() !== '');
  return texts.find((text) => resolve(text).length > 0) ?? texts[0] ?? '';
}

/** What a command is about: the words behind it, with the links hidden in them, else what its message answers. */
export function getAskedText(message: Message, words: string, core: Pick<Core, 'resolve'>): string {
  return words.trim() === '' ? findRepliedText(message, core) : withHiddenLinks(words.trim(), message);
}

function withHiddenLinks(words: string, message: Message): string {
  return [words, ...listHiddenLinks(message).filter((link) => !words.includes(link))].join('\n');
}

/** The lines of a post that is meant as a list: next to hidden links, lines of mere words are not entries. */
export function toListText(message: Message, core: Pick<Core, 'resolve'>): string {
  const hidden = listHiddenLinks(message);
  const lines = getWords(message).split(/\r?\n/);
  const kept = hidden.length > 0 ? lines.filter((line) => core.resolve(line).length > 0) : lines;
  return [...kept, ...hidden].join('\n').trim();
}

/** The text without the bot's own name, which is how it is called in groups. */
export function withoutMention(text: string, username: string): string {
  return text.replaceAll(createMention(username), ' ').trim();
}

export function hasMention(text: string, username: string): boolean {
  return createMention(username).test(text);
}

/** `@name`, and not the beginning of a longer name. */
function createMention(username: string): RegExp {
  return new RegExp(`@${username}\\b`, 'gi');
}

type Reading = Pick<Core, 'parseProductRefs' | 'parseEntry' | 'marketplaces'>;

/** The first of several texts that asks for something; else what is wrong with the first. */
export function readFirst(texts: readonly string[], core: Reading): Pasted {
  const readings = texts.map((text) => readPasted(text, core));
  return readings.find(({ kind }) => kind !== 'nothing') ?? readings[0] ?? readPasted('', core);
}

/** Reads links, share texts and bare ids, all offline. */
function readPasted(text: string, core: Reading): Pasted {
  try {
    const refs = core.parseProductRefs(text);
    const open = findOpenIds(text, core);
    return { kind: 'refs', refs, ...(open && { open }) };
  } catch (thrown) {
    const error = toBijiaError(thrown);
    if (error.code !== 'platform_needed') return { kind: 'nothing', error };
    const open = findOpenIds(text, core);
    return open ? { kind: 'ambiguous', ...open } : { kind: 'nothing', error };
  }
}

/** The ids alone, without what stands beside them: a button holds little. */
function findOpenIds(text: string, core: Reading): OpenIds | undefined {
  const ids = core.parseEntry(text).flatMap((one) => {
    const id = one instanceof BijiaError && one.code === 'platform_needed' ? one.facts?.['id'] : undefined;
    return id === undefined ? [] : [String(id)];
  });
  const id = ids.join(' ');
  return id === '' ? undefined : { id, platforms: listReadings(id, core) };
}

/** The marketplaces for which a text could be an id. */
function listReadings(
  text: string,
  { parseProductRefs, marketplaces }: Pick<Core, 'parseProductRefs' | 'marketplaces'>,
): string[] {
  return marketplaces
    .filter(({ id }) => {
      try {
        return parseProductRefs(text, { platform: id }).length > 0;
      } catch {
        return false;
      }
    })
    .map(({ id }) => id);
}
