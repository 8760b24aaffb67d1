import { ConfigError } from '../errors.js';
import type { Setting } from '../settings.js';
import { en, type Words } from './en.js';
import { zh } from './zh.js';

/** What a person reads: English or Chinese. JSON, csv and what assistants read stay as they are. */
export const LANGUAGES = ['en', 'zh'] as const;
/** One of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

/** The words of each language; the built program reads those of one that is asked for, since a getter names them. */
export const WORDS: Readonly<Record<Language, Words>> = {
  get en() {
    return en;
  },
  get zh() {
    return zh;
  },
};

/**
 * The language of `zh`, `zh-CN`, `zh_CN.UTF-8` or `en_GB`.
 * @throws ConfigError for any other
 */
export function parseLanguage(text: string): Language {
  const found = LANGUAGES.find((language) =>
    new RegExp(`^${language}\\b|^${language}_`, 'i').test(text.trim()),
  );
  if (found) return found;
  throw new ConfigError(`expects ${LANGUAGES.join(' or ')}`);
}

/** A language that may be set. */
export const language = (
  env: string,
  { about }: { readonly about: string },
): Setting<Language | undefined> => ({
  env,
  about,
  example: 'zh',
  parse: parseLanguage,
});

/** What says which language a person reads, the strongest first; undefined where it says nothing. */
export interface LanguageSources {
  /** `--lang`. */
  readonly option?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The operating system's, such as `zh-CN`. */
  readonly system?: string;
}

/** Chinese where the first source that says something says so, else English. What cannot be read says nothing. */
export function chooseLanguage({ option, environment, system }: LanguageSources): Language {
  const { BIJIA_LANG: own, LC_ALL: all, LC_MESSAGES: messages, LANG: lang } = environment;
  for (const source of [option, own]) {
    const found = source && LANGUAGES.find((language) => source.trim().toLowerCase().startsWith(language));
    if (found) return found;
  }
  const locale = all || messages || lang || system || '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
}
