import { describe, expect, it } from 'vitest';
import { createSeal } from '../../../../src/core/state/postgres/seal.js';

describe('a seal', () => {
  it('opens what it has closed, and nothing shows', () => {
    const seal = createSeal('a long random text');
    const closed = seal.close('令牌 token');
    expect(closed.toString('latin1')).not.toContain('token');
    expect(seal.open(closed)).toBe('令牌 token');
    expect(seal.close('令牌 token').equals(closed)).toBe(false);
  });

  it('says which setting differs where another key, or none, closed or opens it', () => {
    const closed = createSeal('one').close('token');
    const refusal = expect.objectContaining({
      code: 'other_database_key',
      message: expect.stringContaining('BIJIA_DATABASE_KEY'),
    });
    for (const key of ['other', undefined]) expect(() => createSeal(key).open(closed)).toThrow(refusal);
  });

  it('notices a byte that was changed', () => {
    const seal = createSeal('one');
    const closed = seal.close('token');
    closed[closed.length - 1] = (closed.at(-1) ?? 0) ^ 1;
    expect(() => seal.open(closed)).toThrow();
  });

  it('keeps texts readable where no key is set, as on one machine', () => {
    expect(createSeal(undefined).open(createSeal(undefined).close('token'))).toBe('token');
    expect(createSeal('set later').open(createSeal(undefined).close('token'))).toBe('token');
  });
});
