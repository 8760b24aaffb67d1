import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutText,
  defuse,
  formatMoney,
  formatTime,
  splitText,
} from '../../../src/telegram/locales/display.js';
import { chooseLocale, TEXTS } from '../../../src/telegram/locales/index.js';
import { anyCharacter } from '../../helpers/any-character.js';
import { NOW_MS } from '../../helpers/telegram/products.js';

describe('splitText', () => {
  const LINK = 'https://p.pinduoduo.com/abcdefghij';

  it.each([
    ['short', 10, ['short']],
    ['  ', 10, []],
    [`one two\n${LINK} three`, 40, ['one two', `${LINK} three`]],
    [`one ${LINK}`, 36, ['one', LINK]],
    ['abcdefgh', 3, ['abc', 'def', 'gh']],
    ['ab👩cd', 3, ['ab', '👩c', 'd']],
  ])('cuts %j at %s units, and no link that can stay whole', (text, max, pieces) => {
    expect([...splitText(text, max)]).toEqual(pieces);
  });

  it('loses nothing but space, and exceeds nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, max) => {
        const pieces = [...splitText(text, max)];
        expect(pieces.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        for (const piece of pieces) expect([piece.length <= max, piece.trim() !== '']).toEqual([true, true]);
      }),
    );
  });
});

describe('display', () => {
  it.each([
    [569_900, '¥5,699'],
    [1560, '¥15.60'],
    [1, '¥0.01'],
    [123_456_789, '¥1,234,567.89'],
  ])('writes %i fen as %s', (fen, text) => expect(formatMoney(fen)).toBe(text));

  it('tells the time in China, and the day only when it is another', () => {
    expect(formatTime(Date.parse('2025-11-21T16:00:00Z'), NOW_MS)).toBe('00:00');
    expect(formatTime(Date.parse('2025-11-21T15:59:00Z'), NOW_MS)).toBe('11-21 23:59');
  });

  it.each([
    [45_200, '46 秒', '46 s'],
    [840_000, '14 分钟', '14 min'],
    [60_120_000, '16 小时 42 分钟', '16 h 42 min'],
    [7_200_000, '2 小时', '2 h'],
  ])('says %i ms as %s and %s', (ms, zh, en) => {
    expect(TEXTS.zh.duration(ms)).toBe(zh);
    expect(TEXTS.en.duration(ms)).toBe(en);
  });

  it('cuts between characters, never inside one', () => {
    const family = '👨‍👩‍👧';
    expect(cutText(family.repeat(3), 2)).toBe(`${family}…`);
    expect(cutText('abc', 3)).toBe('abc');
    fc.assert(
      fc.property(
        fc.string({ unit: anyCharacter, maxLength: 400 }),
        fc.integer({ min: 2, max: 60 }),
        (text, max) => {
          const cut = cutText(text, max);
          expect(cut.length).toBeLessThanOrEqual(max * 8 + 1);
          if (!/\p{Cs}/u.test(text)) expect(cut).not.toMatch(/\p{Cs}/u);
        },
      ),
    );
  });

  it('defuses what Telegram would make clickable, and leaves numbers alone', () => {
    expect(defuse('a@b.com #x http://x.cn/a 1/2 5.5寸 iOS.app')).toBe(
      'a＠b．com ＃x http：//x．cn/a 1/2 5.5寸 iOS．app',
    );
    expect(defuse('/start 和 /batch')).toBe('／start 和 ／batch');
  });
});

describe('the language', () => {
  it.each([
    [undefined, 'zh'],
    ['zh-hans', 'zh'],
    ['en', 'en'],
    ['en-GB', 'en'],
    ['fr', 'zh'],
  ])('for %s is %s', (code, locale) => expect(chooseLocale(code)).toBe(locale));

  it('has a sentence for the same errors in both', () => {
    expect(Object.keys(TEXTS.en.errors).sort()).toEqual(Object.keys(TEXTS.zh.errors).sort());
  });
});
