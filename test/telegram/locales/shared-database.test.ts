import { expect, it } from 'vitest';
import { WORDS } from '../../../src/core/index.js';
import { en } from '../../../src/telegram/locales/en.js';
import { zh } from '../../../src/telegram/locales/zh.js';

it.each(['state_unreachable', 'state_refused', 'state_full', 'state_clock', 'state_slow'])(
  'has words of its own for what keeps the shared database from serving: %s',
  (code) => {
    for (const { errors, batch } of [en, zh]) {
      expect(errors[code]?.({ platform: '', supported: '', wait: '' })).toMatch(/database|数据库/);
      expect(batch.causes[code]).toMatch(/database|数据库/);
    }
    for (const { headings } of [WORDS.en, WORDS.zh]) expect(headings[code]).toMatch(/database|数据库/);
  },
);
