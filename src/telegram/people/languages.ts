import { join } from 'node:path';
import * as z from 'zod';
import type { Locale } from '../answering/display.js';
import { chooseLocale, LOCALES } from '../locales/index.js';
import { createStateFile } from './state-file.js';

const Choices = z.record(z.string(), z.enum(LOCALES as [Locale, ...Locale[]]));

/** Which language a user reads: the one chosen with /lang, else the one of the user's Telegram. */
export type Languages = ReturnType<typeof createLanguages>;

export function createLanguages(folder: string, onError: (error: unknown) => void) {
  const file = createStateFile<z.infer<typeof Choices>>({
    path: join(folder, 'languages.json'),
    parse: (json) => Choices.parse(json),
    initial: {},
    onError,
  });
  return {
    find: (user: { readonly id: number; readonly language_code?: string } | undefined) =>
      (user && file.get()[user.id]) ?? chooseLocale(user?.language_code),
    choose: (userId: number, locale: Locale) => file.set({ ...file.get(), [userId]: locale }),
    forget: (userId: number) => {
      const { [userId]: _, ...others } = file.get();
      file.set(others);
    },
    flush: file.flush,
  };
}
