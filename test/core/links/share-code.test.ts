import { describe, expect, it } from 'vitest';
import { parseRefs } from '../../../src/core/links/link-parser.js';
import { findShareCode, findUnopenable } from '../../../src/core/links/share-code.js';
import { jd } from '../../../src/core/providers/jd/links.js';
import { otherMarketplaces } from '../../../src/core/providers/others/links.js';
import { pdd } from '../../../src/core/providers/pdd/links.js';
import { taobao } from '../../../src/core/providers/taobao/links.js';

const marketplaces = [jd, pdd, taobao, ...otherMarketplaces];

describe('what only an app can open', () => {
  it('is named without examples where there are none', () => {
    expect(findUnopenable('￥AbC123dEf￥', otherMarketplaces)).toMatch(
      /copy the product's link and paste that\.$/,
    );
  });

  it.each([
    ['￥AbC123dEf￥', '口令'],
    ['fu致这行话₤JGvr1SxMkdx₤转移至👉τáǒЬáǒ👈', '口令'],
    ['$ZhaJ1SxZgei$长按拷贝', '口令'],
    ['￥VBY2G6XMu8Dy7S%', '口令'],
    ['#小程序://京东购物/abcDEF', '#小程序://'],
  ])('%s is named, with what to paste instead', (text, name) => {
    expect(parseRefs(text, marketplaces)).toEqual([]);
    expect(findUnopenable(text, marketplaces)).toContain(name);
    expect(findUnopenable(text, marketplaces)).toContain(
      'https://item.jd.com/100012043978.html or https://mobile.',
    );
  });

  it.each(['茅台 飞天 500ml', '券后￥99，原价￥199', '$5 or $3'])('%s is not', (text) => {
    expect(findUnopenable(text, marketplaces)).toBeUndefined();
  });
});

describe('findShareCode', () => {
  it.each([
    ['复制 ￥AbC123dEf￥ 打开', '￥AbC123dEf￥'],
    ['$ab$', '$ab$'],
    ['4.0 ￥VBY2G6XMu8Dy7S% 羽绒服', '￥VBY2G6XMu8Dy7S%'],
    ['8！1234567a！', '！1234567a！'],
    ['!abcdefg1/', '!abcdefg1/'],
    [`€1${'a'.repeat(39)})`, `€1${'a'.repeat(39)})`],
    ['£a2345678#', '£a2345678#'],
  ])('takes from %s %s', (text, code) => {
    expect(findShareCode(text)).toBe(code);
  });

  it.each([
    ['a mini-program', '#小程序://京东购物/abcDEF'],
    ['a price', '￥12345678%'],
    ['a word', '！abcdefgh！'],
    ['seven signs', '￥abcdef1%'],
    ['forty-one signs', `￥1${'a'.repeat(40)}%`],
    ['one sign', '$a$'],
    ['forty-one signs between the same', `$${'1'.repeat(41)}$`],
    ['no sign in front', 'a1234567%'],
    ['no sign behind', '￥a1234567'],
    ['another sign between', '￥a123-4567b%'],
    ['nothing', ''],
  ])('takes nothing from %s', (_, text) => {
    expect(findShareCode(text)).toBeUndefined();
  });
});
