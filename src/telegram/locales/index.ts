import type { Locale } from './display.js';
import { en } from './en.js';
import { type Texts, zh } from './zh.js';

export type { Texts } from './zh.js';

/** Texts of every language the bot speaks, the first being the one for those who name none. */
export const TEXTS: Readonly<Record<Locale, Texts>> = { zh, en };
export const LOCALES = Object.keys(TEXTS) as Locale[];

export function isLocale(text: string | undefined): text is Locale {
  return LOCALES.some((locale) => locale === text);
}

/** Chinese unless the user's Telegram speaks English. @param languageCode IETF tag, such as `en-GB` */
export function chooseLocale(languageCode: string | undefined): Locale {
  const language = languageCode?.toLowerCase().split('-')[0];
  return isLocale(language) ? language : 'zh';
}
