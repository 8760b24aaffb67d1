const WORDS = {
  en: { comma: ', ', and: ' and ', or: ' or ' },
  zh: { comma: '、', and: '和', or: '或' },
};

/** "one, two and three": several things, as the language puts them. */
export const joinAll = (items: readonly string[], language: 'en' | 'zh' = 'en'): string =>
  join(items, WORDS[language].comma, WORDS[language].and);

/** "one, two or three": one of several. */
export const joinAny = (items: readonly string[], language: 'en' | 'zh' = 'en'): string =>
  join(items, WORDS[language].comma, WORDS[language].or);

// Intl.ListFormat says the same, and takes 8 ms to load the first time.
function join(items: readonly string[], comma: string, word: string): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : items.slice(0, -1).join(comma) + word + last;
}
