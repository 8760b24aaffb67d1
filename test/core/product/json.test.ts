import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../../src/core/product/json.js';

it.each([
  ['{"id":12345678901234567890}', { id: '12345678901234567890' }],
  ['[1234567890123456,-1234567890123456789]', ['1234567890123456', '-1234567890123456789']],
  [
    '{"text":"1234567890123456789, \\"1234567890123456\\""}',
    { text: '1234567890123456789, "1234567890123456"' },
  ],
  ['{"rate":0.12345678901234567}', { rate: 0.12345678901234566 }],
  ['{"big":1234567890123456.5}', { big: 1234567890123456.5 }],
  ['{"id":100012345678}', { id: 100012345678 }],
])('reads %s', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

it('reads everything else as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      // Integers of 16 digits and more are the one difference.
      fc.pre(!/\d{16}/.test(text));
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

it('leaves digits inside a text alone, whatever stands around them', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const text = `${before}1234567890123456${after}`;
      const answer = `{"text":${JSON.stringify(text)},"id":12345678901234567890}`;
      expect(parseJson(answer)).toEqual({ text, id: '12345678901234567890' });
    }),
  );
});

it('throws a SyntaxError for what is not JSON', () => {
  expect(() => parseJson('<html>')).toThrow(SyntaxError);
});
