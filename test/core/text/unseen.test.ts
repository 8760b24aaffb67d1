import { describe, expect, it } from 'vitest';
import { stripUnseen } from '../../../src/core/product/normalizer.js';
import { removeUnseen } from '../../../src/core/text/unseen.js';

const CHARACTERS = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));

describe('stripUnseen', () => {
  it('passes over no character that has to go', () => {
    const wrong = CHARACTERS.flatMap((one) => [one, `品${one}a`]).filter(
      (text) => stripUnseen(text) !== removeUnseen(text),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps the joiner inside of an emoji, and no other', () => {
    expect(stripUnseen('👩\u200D🚀 a\u200Db')).toBe('👩\u200D🚀 ab');
    expect(stripUnseen('\u202E黑色\u3164')).toBe('黑色');
  });
});
