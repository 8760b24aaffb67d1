import { describe, expect, it } from 'vitest';
import {
  isPlainLink,
  parseLinks,
  parsePlacedLinks,
  removeLinks,
  trimPunctuation,
} from '../../../src/core/links/link-text.js';

const isKnown = ({ hostname }: URL) => hostname.endsWith('.example');
const read = (text: string) => parseLinks(text, isKnown).map(({ href }) => href);

describe('a plain link', () => {
  it.each([
    'http://www.item.shop.example/product/100012345678.html',
    'https://item.shop.example/100012345678',
    'https://item-2.shop.example/item.htm?id=713417934359',
    `https://shop.example/${'a'.repeat(179)}`,
  ])('is %s', (text) => {
    expect(isPlainLink(text)).toBe(true);
  });

  it.each([
    ['too long', `https://shop.example/${'a'.repeat(180)}`],
    ['with words behind it', 'https://shop.example/1.html?x=。'],
    ['with a word for a path', 'https://shop.example/。'],
    ['with two parameters', 'https://shop.example/1.html?x=1&y=2'],
    ['without a name of a parameter', 'https://shop.example/1.html?。=1'],
  ])('is not one %s', (_, text) => {
    expect(isPlainLink(text)).toBe(false);
  });
});

describe('text around links', () => {
  it.each(['100012345678', 'https://elsewhere.test/1.html', '看 https://elsewhere.test/1.html 吧', ''])(
    'holds no known link in "%s"',
    (text) => {
      expect(parsePlacedLinks(text, isKnown)).toEqual({ text, links: [] });
    },
  );

  it.each(['http：//shop.example/1.html', 'http:／／shop.example/1.html', 'http：／／shop.example/1.html'])(
    'keeps the scheme of %s',
    (text) => {
      expect(read(text)).toEqual(['http://shop.example/1.html']);
    },
  );

  it('may be percent-encoded in small letters', () => {
    expect(read('https%3a%2f%2fshop.example%2f1.html')).toEqual(['https://shop.example/1.html']);
  });

  it('takes JSON only where a parameter begins with it', () => {
    expect(read('https://shop.example/1.html?x={"a":1}')).toEqual([
      'https://shop.example/1.html?x=%7B%22a%22%3A1%7D',
    ]);
    expect(read('https://shop.example/1.html?x{"a":1}')).toEqual(['https://shop.example/1.html?x']);
    expect(read('https://shop.example/1.html?x="{"a":1}')).toEqual(['https://shop.example/1.html?x=']);
  });

  it('reads JSON that was escaped twice', () => {
    expect(read(String.raw`https://shop.example/1.html?x={\\"a\\":\\"b\\"}`)).toEqual([
      'https://shop.example/1.html?x=%7B%22a%22%3A%22b%22%7D',
    ]);
  });

  it('leaves no punctuation at the end of a link that is cut because it is too long', () => {
    const begin = 'https://shop.example/'.padEnd(16_383, 'a');
    expect(read(`${begin}.bbb`)).toEqual([begin]);
  });

  it('leaves nothing of punctuation alone', () => {
    expect(trimPunctuation('...')).toBe('');
    expect(trimPunctuation('a%20.')).toBe('a');
  });
});

describe('a text without its links', () => {
  it.each([
    ['100012043978', '100012043978'],
    ['看 https://a.example/1?id=123456&x=2 和 654321', '看   和 654321'],
    ['1 https://a.example/1 2 https://b.example/2 3', '1   2   3'],
    ['a.example/p?id=1', ' '],
    ['HTTPS://A.EXAMPLE/1，好', ' ，好'],
    ['是/否？', '是/否？'],
  ])('keeps what stands around them: %s', (text, left) => {
    expect(removeLinks(text)).toBe(left);
  });
});

describe('signs that a Chinese keyboard has widened', () => {
  it.each([
    ['https://a.example/p？id＝１２３４５６', 'https://a.example/p?id=123456'],
    ['https://a.example/p?id=12＆long-name=abc-def＆z=3', 'https://a.example/p?id=12&long-name=abc-def&z=3'],
    ['https://a.example/p？spm＝a＆x＝1＆id＝７１３４１７', 'https://a.example/p?spm=a&x=1&id=713417'],
    ['https://a.example/p?some_id＝ab', 'https://a.example/p?some_id=ab'],
  ])('are narrow in a link: %s', (text, href) => {
    expect(read(text)).toEqual([href]);
  });
});
