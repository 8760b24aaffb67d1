import type { Language } from '../../core/index.js';
import { en, type Texts } from './en.js';
import { zh } from './zh.js';

export type { Texts } from './en.js';

/** What the command line says, by language; read when it is asked for. */
export const TEXTS: Readonly<Record<Language, Texts>> = {
  get en() {
    return en;
  },
  get zh() {
    return zh;
  },
};
