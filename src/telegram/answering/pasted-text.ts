import type { Message } from 'grammy/types';
import { type BijiaError, type Core, type NotedRef, toBijiaError } from '../../core/index.js';

/** What a message asks for. */
export type Pasted =
  | { readonly kind: 'refs'; readonly refs: readonly NotedRef[] }
  /** A number that may be an id of several marketplaces. */
  | { readonly kind: 'ambiguous'; readonly id: string; readonly platforms: readonly string[] }
  | { readonly kind: 'nothing'; readonly error: BijiaError };

/** The words of a message with the addresses hidden behind them, as in a forwarded advertisement. */
export function getPastedText(message: Message): string {
  const text = message.text ?? message.caption ?? '';
  const entities = message.entities ?? message.caption_entities ?? [];
  const links = entities.flatMap((entity) => (entity.type === 'text_link' ? [entity.url] : []));
  return [text, ...links].join('\n').trim();
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

/** The first of several texts that asks for something; else what is wrong with the first. */
export function readFirst(
  texts: readonly string[],
  core: Pick<Core, 'parseProductRefs' | 'marketplaces'>,
): Pasted {
  const readings = texts.map((text) => readPasted(text, core));
  return readings.find(({ kind }) => kind !== 'nothing') ?? readings[0] ?? readPasted('', core);
}

/** Reads links, share texts and a bare id, all offline. */
function readPasted(text: string, core: Pick<Core, 'parseProductRefs' | 'marketplaces'>): Pasted {
  try {
    return { kind: 'refs', refs: core.parseProductRefs(text) };
  } catch (thrown) {
    const error = toBijiaError(thrown);
    if (error.code !== 'platform_needed') return { kind: 'nothing', error };
    return { kind: 'ambiguous', id: text.trim(), platforms: listReadings(text, core) };
  }
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
