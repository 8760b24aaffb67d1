import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatHmacSignature, formatSigningBase, formatWrappedSignature } from '../../src/core/signer.js';

const params = fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { minKeys: 1, noNullPrototype: true });

describe('formatSigningBase', () => {
  it('sorts by code units and joins without separators', () => {
    expect(formatSigningBase({ b: '2', a: '1', B: '3', '360x': '4' })).toBe('360x4B3a1b2');
  });

  it('takes values raw', () => {
    expect(formatSigningBase({ q: 'a b&c=中' })).toBe('qa b&c=中');
  });
});

describe.each([
  ['wrapped SHA-256', (p: Record<string, string>) => formatWrappedSignature('sha256', p, 'secret')],
  ['wrapped MD5', (p: Record<string, string>) => formatWrappedSignature('md5', p, 'secret')],
  ['HMAC', (p: Record<string, string>) => formatHmacSignature(p, 'secret')],
])('%s', (_name, sign) => {
  it('ignores the order of parameters', () => {
    fc.assert(
      fc.property(params, (p) => {
        expect(sign(Object.fromEntries(Object.entries(p).reverse()))).toBe(sign(p));
      }),
    );
  });

  it('depends on every value', () => {
    fc.assert(
      fc.property(params, fc.nat(), (p, pick) => {
        const keys = Object.keys(p);
        const key = keys[pick % keys.length] ?? '';
        expect(sign({ ...p, [key]: `${p[key]}!` })).not.toBe(sign(p));
      }),
    );
  });

  it('is upper-case hex', () => {
    expect(sign({ a: '1' })).toMatch(/^[0-9A-F]+$/);
  });
});

it('depends on the secret', () => {
  expect(formatWrappedSignature('sha256', { a: '1' }, 'x')).not.toBe(
    formatWrappedSignature('sha256', { a: '1' }, 'y'),
  );
  expect(formatHmacSignature({ a: '1' }, 'x')).not.toBe(formatHmacSignature({ a: '1' }, 'y'));
});
