import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/core/errors.js';
import { formatErrorText } from '../../../src/core/words/error-text.js';
import { chooseLanguage, LANGUAGES, parseLanguage, WORDS } from '../../../src/core/words/index.js';

function listKeys(value: unknown, path = ''): string[] {
  if (value === null || typeof value !== 'object') return [`${path}:${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => listKeys(inner, `${path}.${key}`));
}

const createNotConfigured = () =>
  new ConfigError('JD is not configured.', { facts: { platform: '京东', settings: 'JD_KEY' } });

describe('an error in Chinese', () => {
  it.each([
    [
      'that has no sentence of its own',
      new ConfigError('X_PORT expects a number.'),
      'X_PORT expects a number.',
    ],
    ['of a marketplace', createNotConfigured(), '京东还没有配置。先设置 JD_KEY；'],
  ])('%s is not taken for another one', (_, error, words) => {
    expect(formatErrorText(error, 'zh', [])).toMatch(words);
  });
});

describe('the words', () => {
  it('are there in every language', () => {
    for (const language of LANGUAGES) {
      expect(listKeys(WORDS[language])).toEqual(expect.arrayContaining(listKeys(WORDS.en)));
      expect(listKeys(WORDS[language])).toHaveLength(listKeys(WORDS.en).length);
    }
  });

  it.each([
    [529_900, '¥5,299'],
    [1560, '¥15.60'],
    [5, '¥0.05'],
    [123_456_789, '¥1,234,567.89'],
  ])('write %s fen as money', (fen, text) => {
    for (const { money } of Object.values(WORDS)) expect(money(fen)).toBe(text);
  });

  it.each([
    [9999, '9,999', '9,999'],
    [10_000, '1万', '10K'],
    [19_999, '1.9万', '19K'],
    [100_000, '10万', '100K'],
    [1_729_999, '172.9万', '1.7M'],
    [150_000_000, '1.5亿', '150M'],
    [53_000, '5.3万', '53K'],
  ])('cut %s and never round it up', (count, zh, en) => {
    expect([WORDS.zh.count(count), WORDS.en.count(count)]).toEqual([zh, en]);
  });

  it.each([
    [1, '1 秒', '1 s'],
    [30_000, '30 秒', '30 s'],
    [89_001, '2 分钟', '2 min'],
    [14 * 60_000, '14 分钟', '14 min'],
    [125 * 60_000, '2 小时 5 分钟', '2 h 5 min'],
    [120 * 60_000, '2 小时', '2 h'],
    [72 * 3_600_000, '3 天', '3 days'],
  ])('say how long %s ms are', (ms, zh, en) => {
    expect([WORDS.zh.duration(ms), WORDS.en.duration(ms)]).toEqual([zh, en]);
  });

  it.each([
    ['2026-06-17T06:03:00Z', '14:03', '14:03'],
    ['2026-06-16T15:59:00Z', '6月16日 23:59', '16 Jun 23:59'],
    ['2025-06-17T06:03:00Z', '2025年6月17日', '17 Jun 2025'],
  ])('say when %s was, by the clocks of China', (at, zh, en) => {
    const now = Date.parse('2026-06-17T08:00:00Z');
    expect([WORDS.zh.time(Date.parse(at), now), WORDS.en.time(Date.parse(at), now)]).toEqual([zh, en]);
  });

  it.each([
    [{ scope: 'item', period: 'total', atLeast: true }, '销量 10万+', '100K+ sold'],
    [{ scope: 'item', period: 'month', atLeast: false }, '月销量 10万', '100K sold per month'],
    [
      { scope: 'shop', period: '30d', atLeast: true },
      '全店近 30 天销量 10万+',
      '100K+ sold in 30 days (shop total)',
    ],
    [{ scope: 'people', period: 'total', atLeast: false }, '购买人数 10万', '100K buyers'],
  ] as const)('say what was sold: %s', (facts, zh, en) => {
    const sales = { count: 100_000, approximate: false, text: '', ...facts };
    expect([WORDS.zh.facts.sales(sales), WORDS.en.facts.sales(sales)]).toEqual([zh, en]);
  });
});

describe('chooseLanguage', () => {
  it.each([
    [undefined, {}, 'en'],
    ['zh', { BIJIA_LANG: 'en' }, 'zh'],
    [undefined, { BIJIA_LANG: 'zh', LANG: 'en_GB.UTF-8' }, 'zh'],
    [undefined, { LANG: 'zh_CN.UTF-8' }, 'zh'],
    [undefined, { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en'],
    [undefined, { BIJIA_LANG: 'klingon', LANG: 'zh_TW' }, 'zh'],
    [undefined, { LANG: 'C' }, 'en'],
  ])('reads --lang %s and %s as %s', (option, environment, language) => {
    expect(chooseLanguage({ option, environment })).toBe(language);
  });
});

describe('parseLanguage', () => {
  it('takes the name of a locale and refuses others', () => {
    expect(['zh', 'zh-CN', 'zh_CN.UTF-8', 'EN', 'en_GB'].map(parseLanguage)).toEqual([
      'zh',
      'zh',
      'zh',
      'en',
      'en',
    ]);
    for (const text of ['', 'klingon', 'zhong', 'english']) expect(() => parseLanguage(text)).toThrow(/zh/);
  });
});
