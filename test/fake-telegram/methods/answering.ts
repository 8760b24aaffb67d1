import type { Press } from '../chat-state.js';
import { badRequest } from '../refusal.js';
import type { World } from '../world.js';
import type { Handlers } from './call.js';

export interface InlineAnswer {
  readonly results: readonly { readonly id: string; readonly type: string }[];
}

export interface InlineQuestion {
  readonly askedAt: number;
  answer?: InlineAnswer;
}

/** Questions that the bot may answer once, and only for a while. */
export interface OpenQueries {
  readonly presses: Map<string, Press>;
  readonly inline: Map<string, InlineQuestion>;
}

export interface AnsweringOptions {
  readonly world: World;
  readonly queries: OpenQueries;
  /** Telegram does not say how long a query can be answered; reports speak of 10 to 60 s. */
  readonly queryLifetimeMs: number;
}

const MAX_ANSWER_LENGTH = 200;
const MAX_RESULTS = 50;
/** Besides games, an answer can open only a bot with a parameter. */
const BOT_LINK = /^https:\/\/t\.me\/\w+\?start=[\w-]{1,64}$/;

export function createAnsweringMethods({
  world,
  queries,
  queryLifetimeMs,
}: AnsweringOptions): Handlers<'answerCallbackQuery' | 'answerInlineQuery'> {
  const isOpen = (askedAt: number) => world.now() - askedAt <= queryLifetimeMs;
  const tooOld = () => badRequest('query is too old and response timeout expired or query ID is invalid');

  return {
    answerCallbackQuery: ({ callback_query_id, text, show_alert, url }) => {
      if ((text?.length ?? 0) > MAX_ANSWER_LENGTH) throw badRequest('MESSAGE_TOO_LONG');
      if (url && !BOT_LINK.test(url)) throw badRequest('URL_INVALID');
      const press = queries.presses.get(callback_query_id);
      if (!press || press.answer || !isOpen(press.pressedAt)) throw tooOld();
      press.answer = { text: text || undefined, showAlert: show_alert ?? false, url: url || undefined };
      world.changes.note();
      return true;
    },
    answerInlineQuery: ({ inline_query_id, results }) => {
      if (results.length > MAX_RESULTS) throw badRequest('RESULTS_TOO_MUCH');
      const ids = new Set(results.map(({ id }) => id));
      if (ids.size < results.length) throw badRequest('RESULT_ID_DUPLICATE');
      const query = queries.inline.get(inline_query_id);
      if (!query || query.answer || !isOpen(query.askedAt)) throw tooOld();
      query.answer = { results };
      world.changes.note();
      return true;
    },
  };
}
