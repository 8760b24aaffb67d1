import { FormattedString } from '@grammyjs/parse-mode';
import type { Marketplace } from '../../core/index.js';
import type { Locale } from '../locales/display.js';
import type { Texts } from '../locales/zh.js';

/** What a message shows: text with entities, never markup, so that no stranger's words can become markup. */
export type Rich = FormattedString;

/** For whom and when something is rendered. */
export interface View {
  readonly texts: Texts;
  readonly locale: Locale;
  /** Whether what an operator has to fix is said too: to an admin in private. */
  readonly isForOperator: boolean;
  /** Whether some marketplace can be searched. */
  readonly canSearch: boolean;
  readonly marketplaces: readonly Marketplace[];
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
}

/** Telegram's limits, in UTF-16 units, after entities are parsed. */
export const MAX_CAPTION = 1024;
export const MAX_TEXT = 4096;

export const plain = (text: string): Rich => new FormattedString(text);

/** Joins what exists. */
export function joinParts(parts: readonly (Rich | string | undefined)[], separator: string): Rich {
  const present = parts.filter((part) => part !== undefined && part.toString() !== '') as (Rich | string)[];
  return FormattedString.join(present, separator);
}

/** A line that may be left out when the message would be too long; the highest number goes first. */
export interface Line {
  readonly text: Rich | undefined;
  readonly rank: number;
}

/** Lines under each other, without the least important ones where they would not fit. */
export function fitLines(lines: readonly Line[], max: number): Rich {
  const kept = lines.filter(({ text }) => text !== undefined && text.text !== '');
  const render = () =>
    joinParts(
      kept.map(({ text }) => text),
      '\n',
    );
  for (let joined = render(); ; joined = render()) {
    if (joined.text.length <= max || kept.length === 1) return joined.slice(0, max);
    const worst = Math.max(...kept.map(({ rank }) => rank));
    kept.splice(
      kept.findLastIndex(({ rank }) => rank === worst),
      1,
    );
  }
}
