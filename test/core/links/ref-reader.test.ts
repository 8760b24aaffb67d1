import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRefs } from '../../../src/core/links/link-parser.js';
import { createRefReader } from '../../../src/core/links/ref-reader.js';
import { marketplaces } from '../../../src/core/providers/index.js';

const PLAIN = /^https?:\/\/[\w.-]+\/[\w/.-]*(?:\?\w+=[\w-]+)?$/;
const EXAMPLES = marketplaces.flatMap(({ links }) =>
  links.flatMap(({ examples }) => examples.map(({ text }) => text)).filter((text) => PLAIN.test(text)),
);
/** Links that hold the number twice, beside other digits, or in a place that says something else. */
const ODD = [
  'https://item.jd.com/100012345678/100012345678.html',
  'https://item.jd.com/100012345678.html?x=100012345678',
  'https://item.jd.com/100012345678.html?x=200012345678',
  'https://wqsitem.jd.com/detail/0_d100012043978_1.html',
  'https://club.jd.com/review/1515101139-1-1.html',
  'https://shop123456789.taobao.com/item.htm?id=713417934359',
];

const digits = fc
  .tuple(fc.constantFrom(...'0123456789'), fc.stringMatching(/^\d{3,19}$/))
  .map(([first, rest]) => first + rest);

/** A link with other digits in the place of one of its numbers. */
const link = fc
  .tuple(fc.constantFrom(...EXAMPLES, ...ODD), fc.nat(3), digits, fc.boolean())
  .map(([text, place, number, sameLength]) => {
    let at = -1;
    return text.replace(/\d{4,}/g, (known) => {
      at += 1;
      if (at !== place) return known;
      return sameLength ? number.padEnd(known.length, '7').slice(0, known.length) : number;
    });
  });

describe('createRefReader', () => {
  it('has links of every marketplace to be tried with', () => {
    const known = new Set(
      EXAMPLES.flatMap((text) => parseRefs(text, marketplaces)).map((ref) => ref.platform),
    );
    const linked = marketplaces.filter(({ links }) => links.length > 0);
    expect([...known].sort()).toEqual(linked.map(({ id }) => id).sort());
  });

  it('reads one link after the other as the rules of its marketplace read it', () => {
    fc.assert(
      fc.property(fc.array(link, { maxLength: 60, size: 'max' }), (texts) => {
        const read = createRefReader(marketplaces);
        for (const text of texts) expect(read(text)).toStrictEqual(parseRefs(text, marketplaces));
      }),
      { numRuns: 200 },
    );
  });

  it.each(EXAMPLES)('reads links that differ from %s in their number alone as the rules do', (example) => {
    const read = createRefReader(marketplaces);
    expect(read(example)).toStrictEqual(parseRefs(example, marketplaces));
    for (let digit = 0; digit <= 9; digit += 1) {
      const text = example.replace(/\d{4,}/g, (number) => String(digit).repeat(number.length));
      expect(read(text)).toStrictEqual(parseRefs(text, marketplaces));
    }
  });

  it.each([
    [
      'letters in the place of digits',
      'https://item.jd.com/100012345678.html',
      'https://item.jd.com/10001234567x.html',
    ],
    [
      'digits in the place of letters',
      'https://item.taobao.com/item.htm?id=TestPartA-TestB',
      'https://item.taobao.com/item.htm?id=7134179343591',
    ],
    [
      'a number that stood there twice',
      'https://item.jd.com/1234567890.html?x=1234567890',
      'https://item.jd.com/12345678901234567890.html?x=',
    ],
  ])('reads %s as the rules do', (_, first, second) => {
    const read = createRefReader(marketplaces);
    read(first);
    expect(read(second)).toStrictEqual(parseRefs(second, marketplaces));
  });

  it('asks the rules once about links of one form, and again about others', () => {
    const [first] = marketplaces;
    let asked = 0;
    const counting = marketplaces.map((one) => ({
      ...one,
      links: one.links.map((rule) => ({
        ...rule,
        match: (page: URL) => {
          asked += 1;
          return rule.match(page);
        },
      })),
    }));
    const read = createRefReader(counting);
    const [example = ''] = first?.links[0]?.examples.map(({ text }) => text) ?? [];
    const countOf = (text: string) => {
      const before = asked;
      read(text);
      return asked - before;
    };
    expect(countOf(example)).toBeGreaterThan(0);
    expect(countOf(example.replace(/\d{4,}/, (number) => '9'.repeat(number.length)))).toBe(0);
    expect(countOf(example.replace(/\d{4,}/, (number) => `${number}1`))).toBeGreaterThan(0);
    expect(countOf(example.replace(/\d{4,}/, (number) => `0${number.slice(1)}`))).toBeGreaterThan(0);
    expect(countOf(`${example} `)).toBeGreaterThan(0);
  });
});
