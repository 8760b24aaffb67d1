import type { Bilingual } from './bilingual.js';
import { type DoctorWords, enDoctor } from './en-doctor.js';
import { zhDoctor } from './zh-doctor.js';

/** Says something in every language. */
export const say = (pick: (words: DoctorWords) => string): Bilingual => ({
  en: pick(enDoctor),
  zh: pick(zhDoctor),
});
