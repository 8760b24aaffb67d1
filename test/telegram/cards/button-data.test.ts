import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatButton,
  formatSubject,
  OPS,
  type Op,
  parseButton,
  parseSubject,
} from '../../../src/telegram/cards/button-data.js';
import { MARKETPLACES } from '../../helpers/telegram/products.js';

const ops = Object.keys(OPS) as Op[];

describe('callback data', () => {
  it('comes back as it was, and never exceeds 64 bytes', () => {
    const anyId = fc.stringMatching(/^[\w-]{1,70}$/);
    fc.assert(
      fc.property(fc.constantFrom(...ops), anyId, fc.nat(9999), (op, subject, page) => {
        const data = formatButton(op, subject, page);
        if (data === undefined) return expect(subject.length).toBeGreaterThan(50);
        expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
        expect(parseButton(data)).toEqual({ op, subject, page });
      }),
    );
  });

  it.each([
    '',
    'v1',
    'v2:r:ab1:0',
    'v1:Z:ab1:0',
    'v1:r::0',
    'v1:r:ab1:',
    'v1:r:ab1:-1',
    'v1:r:ab 1:0',
    'v1:r:价:0',
    'v1:r:ab1:0:0',
  ])('refuses %j', (data) => expect(parseButton(data)).toBeUndefined());

  it('never throws on forged data', () => {
    fc.assert(fc.property(fc.string(), (data) => void parseButton(data)));
  });

  it('uses each letter once', () => {
    expect(new Set(Object.values(OPS)).size).toBe(ops.length);
  });

  it('tells marketplaces apart whose names begin alike', () => {
    for (const { id: platform } of MARKETPLACES) {
      expect(parseSubject(formatSubject({ platform, id: '12' }), MARKETPLACES)).toEqual({
        platform,
        id: '12',
      });
    }
    expect(parseSubject('zz12', MARKETPLACES)).toBeUndefined();
    expect(parseSubject('ab', MARKETPLACES)).toBeUndefined();
  });
});
