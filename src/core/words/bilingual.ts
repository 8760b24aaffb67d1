/** A text in every language. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

/** What is the same in every language: a version, a path, a name. */
export const sameInBoth = (text: string): Bilingual => ({ en: text, zh: text });
