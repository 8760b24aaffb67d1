import type { Language } from './index.js';

/** A text in every language, for whoever reads it. */
export type Bilingual = Readonly<Record<Language, string>>;

/** What is the same in every language: a version, a path, a name. */
export const sameInBoth = (text: string): Bilingual => ({ en: text, zh: text });
