import * as z from 'zod';
import type { BotState } from '../../core/index.js';
import type { Locale } from '../locales/display.js';
import { chooseLocale, LOCALES } from '../locales/index.js';

const Choices = z.record(z.string(), z.enum(LOCALES as [Locale, ...Locale[]]));

/** Which language a user reads: the one chosen with /lang, else the one of the user's Telegram. */
export type Languages = ReturnType<typeof createLanguages>;

type User = { readonly id: number; readonly language_code?: string } | undefined;

export function createLanguages({ openDocument }: Pick<BotState, 'openDocument'>) {
  const choices = openDocument<z.infer<typeof Choices>>({
    name: 'languages',
    parse: (json) => Choices.parse(json),
    initial: {},
  });
  return {
    get: async (user: User): Promise<Locale> => {
      // Where the choice cannot be read, the language of the user's Telegram is better than silence.
      const chosen = user && (await choices.read().catch(() => ({}) as z.infer<typeof Choices>))[user.id];
      return chosen ?? chooseLocale(user?.language_code);
    },
    choose: (userId: number, locale: Locale) =>
      choices.change((known) => (known[userId] === locale ? known : { ...known, [userId]: locale })),
    forget: (userId: number) =>
      choices.change((known) => {
        const { [userId]: chosen, ...others } = known;
        return chosen === undefined ? known : others;
      }),
  };
}
