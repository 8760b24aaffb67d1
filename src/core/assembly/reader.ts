import type { Reader } from '../batch/output/workbook-columns.js';
import { marketplaces } from '../providers/index.js';
import { type Language, WORDS } from '../words/index.js';

/** For whom a workbook is written, with the names of the marketplaces in their language. */
export function createReader(language: Language): Reader {
  const { nameOf } = WORDS[language];
  return {
    language,
    platformNames: Object.fromEntries(marketplaces.map(({ id, names }) => [id, nameOf(names)])),
  };
}
