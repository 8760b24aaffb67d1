import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cleanText,
  cleanTexts,
  collectSkus,
  createOtherIdNote,
  findPriceRange,
  formatYuan,
  isCutDown,
  noteRepeatedSkus,
  parseCount,
  parseCountText,
  parseDecimal,
  parseFen,
  parseFlag,
  parseIdDigits,
  parseSalesText,
  parseShownUrl,
  parseShownUrls,
  parseYuan,
  stripUnseen,
  toNote,
  toPrices,
} from '../../../src/core/product/normalizer.js';
import { anyCharacter } from '../../helpers/any-character.js';

describe('parseYuan', () => {
  it.each([
    ['15.6', 1560],
    [15.6, 1560],
    ['21.0', 2100],
    [122, 12200],
    ['0.01', 1],
    ['5,699.00', 569900],
    ['12,345,678', 1234567800],
    ['¥5699', 569900],
    ['￥ 5', 500],
    ['100000000000', 10 ** 13],
    [' 12.5 ', 1250],
    // Floats that upstreams print: 0.1 + 0.2 and the like.
    [19.900000000000002, 1990],
    ['1.005', 101],
    ['12.', 1200],
  ])('reads %j as %i fen', (value, fen) => {
    expect(parseYuan(value)).toBe(fen);
  });

  it.each([
    '',
    [],
    {},
    null,
    undefined,
    '5??9',
    -1,
    '-3.5',
    0,
    '0',
    '0.00',
    'free',
    '1e3',
    '1.2.3',
    Number.NaN,
    1e21,
    '12,34',
    '5¥',
    [5],
    '100000000000.01',
  ])('does not know what %j is', (value) => {
    expect(parseYuan(value)).toBeUndefined();
  });

  it('reads back every amount that it can write', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (fen) => {
        expect(parseYuan(formatYuan(fen))).toBe(fen);
      }),
    );
  });

  it('writes no superfluous zeros', () => {
    expect([1560, 2100, 12345, 10, 100000].map(formatYuan)).toEqual(['15.6', '21', '123.45', '0.1', '1000']);
  });
});

describe('parseFen', () => {
  it.each([
    [1560, 1560],
    [' 1560 ', 1560],
    [10 ** 13, 10 ** 13],
    [10 ** 13 + 1, undefined],
    [[5], undefined],
    [0, undefined],
    [-5, undefined],
    [15.6, undefined],
    ['', undefined],
    [[], undefined],
  ])('reads %j as %j', (value, fen) => {
    expect(parseFen(value)).toBe(fen);
  });
});

describe('parseDecimal', () => {
  it.each([
    [98.5, 98.5],
    [' 0.25 ', 0.25],
    ['7', 7],
    ['123456789012', 123456789012],
    ['1234567890123', undefined],
    ['-1', undefined],
    ['1.', undefined],
    ['1.5%', undefined],
    ['x1.5', undefined],
    [[5], undefined],
    ['', undefined],
  ])('reads %j as %j', (value, number) => {
    expect(parseDecimal(value)).toBe(number);
  });
});

describe('parseCountText', () => {
  const item = { scope: 'item', atLeast: false, approximate: false };
  it.each([
    ['已拼1284件', { ...item, count: 1284 }],
    ['已拼1,230件', { ...item, count: 1230 }],
    ['已拼12,345,678件', { ...item, count: 12345678 }],
    ['1.23455万', { ...item, count: 12346, approximate: true }],
    ['500评价', { ...item, count: 500 }],
    ['500条评价', { ...item, count: 500 }],
    ['已拼 1.2 万 件', { ...item, count: 12000, approximate: true }],
    ['已拼1.2万件', { ...item, count: 12000, approximate: true }],
    ['已拼0.5万件', { ...item, count: 5000, approximate: true }],
    ['已拼10万+件', { ...item, count: 100000, atLeast: true }],
    ['已拼77.2万+件', { ...item, count: 772000, atLeast: true }],
    ['已拼5243+件', { ...item, count: 5243, atLeast: true }],
    ['总售5.3万+件', { ...item, count: 53000, atLeast: true }],
    ['已抢11.3万+件', { ...item, count: 113000, atLeast: true }],
    ['热销128件', { ...item, count: 128 }],
    ['已售1000+', { ...item, count: 1000, atLeast: true }],
    ['50000+已售', { ...item, count: 50000, atLeast: true }],
    ['全店总售172万+件', { scope: 'shop', count: 1720000, atLeast: true, approximate: false }],
    ['本店已拼900万+件', { scope: 'shop', count: 9000000, atLeast: true, approximate: false }],
    ['店铺总售12件', { scope: 'shop', count: 12, atLeast: false, approximate: false }],
    ['1245人已拼', { scope: 'people', count: 1245, atLeast: false, approximate: false }],
    ['1千+', { ...item, count: 1000, atLeast: true }],
    ['5.33万', { ...item, count: 53300, approximate: true }],
    ['800+件', { ...item, count: 800, atLeast: true }],
    ['已拼１０万＋件', { ...item, count: 100000, atLeast: true }],
    ['1.23456万', { ...item, count: 12346, approximate: true }],
    ['1.23454万+件', { ...item, count: 12345, atLeast: true }],
    ['9.9999万件', { ...item, count: 99999, approximate: true }],
    ['0.99996万', { ...item, count: 10000, approximate: true }],
    ['1.2亿+件', { ...item, count: 120000000, atLeast: true }],
    ['已拼: 10万+件', { ...item, count: 100000, atLeast: true }],
    ['已拼：10万+件', { ...item, count: 100000, atLeast: true }],
    ['累计 3.2万+', { ...item, count: 32000, atLeast: true }],
    ['1.2万+条评价', { ...item, count: 12000, atLeast: true }],
    ['978', { ...item, count: 978 }],
  ])('reads %s', (text, expected) => {
    expect(parseCountText(text)).toEqual({ ...expected, text });
  });

  it.each([
    '已售罄',
    '万人已拼',
    '',
    '已拼',
    '已拼1.25件',
    '再拼179件后恢复20元起',
    'abc',
    '12万3',
    undefined,
    -1,
    true,
    [],
  ])('finds no count in %j', (text) => {
    expect(parseCountText(text)).toBeUndefined();
  });

  it('reads a number as the count that it is', () => {
    expect([0, 978].map((value) => parseCountText(value)?.count)).toEqual([0, 978]);
  });

  it('keeps the text without the white space around it', () => {
    expect(parseCountText(' 12件\n')?.text).toBe('12件');
  });

  it('multiplies as decimals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 9999 }), (whole, part) => {
        const text = `${whole}.${String(part).padStart(4, '0')}万`;
        expect(parseCountText(text)?.count).toBe(whole * 10000 + part);
      }),
    );
  });
});

describe('a list is not a count', () => {
  it.each([[[5]], [['5']], [{}]])('%j', (value) => expect(parseCountText(value)).toBeUndefined());
});

describe('parseCount', () => {
  it.each([
    [978, 978],
    ['0', 0],
    ['5000+', 5000],
    ['1万+', 10000],
    ['100万+', 1000000],
    [-1, undefined],
    [3.5, undefined],
    ['', undefined],
    [true, undefined],
    [null, undefined],
  ])('reads %j as %j', (value, count) => {
    expect(parseCount(value)).toBe(count);
  });
});

describe('parseFlag', () => {
  it.each([
    [true, true],
    [1, true],
    ['1', true],
    ['TRUE', true],
    [' true ', true],
    ['是', true],
    ['否', false],
    [false, false],
    [0, false],
    ['0', false],
    ['false', false],
    ['', undefined],
    [2, undefined],
    [null, undefined],
    [[], undefined],
  ])('reads %j as %j', (value, flag) => {
    expect(parseFlag(value)).toBe(flag);
  });
});

describe('parseSalesText', () => {
  it('reads the number where there is one', () => {
    expect(parseSalesText('已拼: 10万+件')).toMatchObject({ count: 100000, atLeast: true });
  });

  it.each([
    ['已售罄', 'item'],
    ['全店热卖中', 'shop'],
  ])('keeps %s as it stands', (text, scope) => {
    expect(parseSalesText(text)).toEqual({ atLeast: false, approximate: false, scope, text });
  });

  it.each(['', [], null])('has nothing to say about %j', (value) => {
    expect(parseSalesText(value)).toBeUndefined();
  });
});

describe('parseIdDigits', () => {
  it.each([
    [8420152864, '8420152864'],
    ['12345678901234567890', '12345678901234567890'],
    [2 ** 60, undefined],
    ['012', undefined],
    [0, undefined],
    [-1, undefined],
    ['', undefined],
    ['12a', undefined],
    [' 12 ', '12'],
    [[12], undefined],
  ])('reads %j as %j', (value, id) => {
    expect(parseIdDigits(value)).toBe(id);
  });
});

describe('cleanText', () => {
  it.each([
    ['a\u200Bb\u202Ec\u0000d', 'abcd'],
    ['&lt;b&gt;粗&amp;体&lt;/b&gt;', '<b>粗&体</b>'],
    ['&#8238;反', '反'],
    ['  多\n行\t文  字 ', '多 行 文 字'],
    ['\uD800孤立', '孤立'],
    ['tag\u{E0041}\u{E0042}', 'tag'],
    ['👨‍👩‍👧 家庭', '👨‍👩‍👧 家庭'],
    ['零\u200D宽', '零宽'],
    ['字\u200D👧', '字👧'],
    ['私\uE000用', '私用'],
    ['前 \u200B 后', '前 后'],
    [42, '42'],
    ['❤️', '❤️'],
  ])('turns %j into %j', (text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it('gives nothing for what shows nothing', () => {
    expect([cleanText('\u200B\u3164 '), cleanText(''), cleanText(null), cleanText([])]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('leaves a text alone that is as long as it may be, counted in characters', () => {
    expect(cleanText('😀ab', 3)).toBe('😀ab');
    expect(cleanText('😀abc', 3)).toBe('😀a…');
  });

  it('caps the length without cutting a character in two', () => {
    expect(cleanText('😀'.repeat(300), 10)).toBe(`${'😀'.repeat(9)}…`);
  });

  it('leaves a text of just the length whole', () => {
    expect(cleanText('abc', 3)).toBe('abc');
  });

  it('looks at no more than twenty times the length', () => {
    expect([cleanText(`${' '.repeat(59)}x`, 3), cleanText(`${' '.repeat(60)}x`, 3)]).toEqual([
      'x',
      undefined,
    ]);
  });

  it('leaves no control, format or lone surrogate character in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        const clean = cleanText(text) ?? '';
        expect(clean.replaceAll('\u200D', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(Array.from(clean).length).toBeLessThanOrEqual(200);
      }),
    );
  });

  it('drops repeats and empty texts from a list', () => {
    expect(cleanTexts(['包邮', '', '包邮', null])).toEqual(['包邮']);
    expect(cleanTexts([])).toBeUndefined();
  });
});

describe('parseShownUrl', () => {
  it.each([
    ['//img.example/a.jpg', 'https://img.example/a.jpg'],
    ['http://img.example/a.jpg', 'https://img.example/a.jpg'],
    ['img.example/a.jpg', 'https://img.example/a.jpg'],
    [' img.example//a.jpg?u=http://x', 'https://img.example//a.jpg?u=http://x'],
    [`img.example/${'a'.repeat(1988)}`, `https://img.example/${'a'.repeat(1988)}`],
    [`img.example/${'a'.repeat(1989)}`, undefined],
    ['https://evil.example/a.jpg', undefined],
    ['https://img.example@evil.example/a.jpg', undefined],
    ['https://user@img.example/a.jpg', undefined],
    ['https://img.example:8443/a.jpg', undefined],
    ['javascript:alert(1)', undefined],
    ['', undefined],
    [[], undefined],
  ])('reads %j as %j', (value, url) => {
    expect(parseShownUrl(value, ['img.example'])).toBe(url);
  });
});

describe('parseShownUrls', () => {
  it('keeps what may be shown, once', () => {
    const values = ['//a.img.example/1.jpg', 'https://evil.example/2.jpg', 'https://a.img.example/1.jpg', 7];
    expect(parseShownUrls(values, ['.img.example'])).toEqual(['https://a.img.example/1.jpg']);
    expect(parseShownUrls(['x'], ['.img.example'])).toBeUndefined();
  });
});

describe('toPrices', () => {
  it('gives a price of the kind, with its range if there is one, and nothing for nothing', () => {
    expect(toPrices('sale', 100)).toEqual([{ kind: 'sale', amountFen: 100 }]);
    expect(toPrices('sale', 100, { fromFen: 90, toFen: 110 })).toEqual([
      { kind: 'sale', amountFen: 100, fromFen: 90, toFen: 110 },
    ]);
    expect(toPrices('sale', undefined)).toEqual([]);
  });
});

describe('collectSkus', () => {
  it('keeps each SKU as it came first, and tells none from an empty list', () => {
    const sku = (id: string, name: string) => ({ id, name, attributes: [], prices: [] });
    const [first, other, again] = [sku('1', 'a'), sku('2', 'b'), sku('1', 'c')];
    expect(collectSkus([first, other, again])).toEqual([first, other]);
    expect(collectSkus([])).toBeUndefined();
  });

  it('knows one without an id by what makes it and its name', () => {
    const sku = (specId: string, name: string) => ({ specId, name, attributes: [], prices: [] });
    const [blue, red, other] = [sku('1', 'blue'), sku('2', 'red'), sku('1', 'dark blue')];
    expect(collectSkus([blue, red, other, blue])).toEqual([blue, red, other]);
  });
});

describe('noteRepeatedSkus', () => {
  const sku = (id: string) => ({ id, name: id, attributes: [], prices: [] });

  it('counts what was left out, and says nothing where nothing was', () => {
    const rows = [sku('1'), sku('2'), sku('1')];
    const [{ en, zh } = { en: '', zh: '' }, ...more] = noteRepeatedSkus(rows, collectSkus(rows));
    expect([en, zh, more.length]).toEqual([
      'Variants that come twice, of which the first counts: 1',
      '有 1 个规格重复出现，以第一个为准',
      0,
    ]);
    expect(noteRepeatedSkus(rows, rows)).toEqual([]);
    expect(noteRepeatedSkus([], undefined)).toEqual([]);
    expect(noteRepeatedSkus([sku('1')], undefined)[0]?.en).toMatch(/: 1$/);
  });
});

describe('createOtherIdNote', () => {
  it('names both ids and the marketplace in both languages', () => {
    expect(createOtherIdNote('1', '2', { names: { en: 'Acme', zh: '顶点' } })).toEqual({
      en: 'Asked for 1; Acme answered with 2',
      zh: '查询的是 1，顶点返回的是 2',
    });
  });
});

describe('isCutDown', () => {
  it.each([
    ['10万+', true],
    ['1.2万', true],
    ['12000', undefined],
  ])('%s: %s', (text, isCut) => {
    const count = parseCountText(text);
    expect(count && isCutDown(count)).toBe(isCut);
  });
});

describe('stripUnseen', () => {
  it('keeps ends of lines, tabs and joined emoji', () => {
    expect(stripUnseen('a\n\tb\u0000\u200bc 👨\u200d👩')).toBe('a\n\tbc 👨\u200d👩');
  });
});

describe('findPriceRange', () => {
  it('covers the SKUs that have the kind', () => {
    const sku = (amountFen: number, kind: 'group' | 'single') => ({
      id: '1',
      name: '',
      attributes: [],
      prices: [{ kind, amountFen }],
    });
    const skus = [sku(300, 'group'), sku(100, 'group'), sku(5, 'single')];
    expect(findPriceRange(skus, 'group')).toEqual({ fromFen: 100, toFen: 300 });
    expect(findPriceRange(skus, 'coupon')).toBeUndefined();
    expect(findPriceRange(undefined, 'group')).toBeUndefined();
  });
});

describe('a note that quotes the upstream', () => {
  it('is there in both languages where it says anything', () => {
    expect(toNote('¥5', 'Deposit', '定金 ')).toEqual({ en: 'Deposit ¥5', zh: '定金 ¥5' });
    expect(toNote(undefined, 'Deposit', '定金 ')).toBeUndefined();
  });
});
