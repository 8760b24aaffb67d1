const LOCALES = { en: 'en-GB', zh: 'zh' };

/** "one, two and three": several things, as the language puts them. */
export const joinAll = (items: readonly string[], language: 'en' | 'zh' = 'en'): string =>
  new Intl.ListFormat(LOCALES[language], { type: 'conjunction' }).format(items);

/** "one, two or three": one of several. */
export const joinAny = (items: readonly string[], language: 'en' | 'zh' = 'en'): string =>
  new Intl.ListFormat(LOCALES[language], { type: 'disjunction' }).format(items);
