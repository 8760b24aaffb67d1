import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import { getTextWidth } from '../../../src/cli/output/text-width.js';

const CHARACTERS = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code));

describe('the width of a text', () => {
  it('is what the library says, of each character by itself, between others, and before a mark of emoji', () => {
    const wrong = CHARACTERS.flatMap((one) => [one, `a${one}品`, `${one}\uFE0F`, `${one}\u0301`]).filter(
      (text) => getTextWidth(text) !== stringWidth(text),
    );
    expect(wrong).toEqual([]);
  });

  it('is two columns for a Chinese character, one for a dash', () => {
    expect(getTextWidth('¥5,999–¥9,299')).toBe(13);
    expect(getTextWidth('黑色/256GB…')).toBe(11);
    expect(getTextWidth('👍🏽')).toBe(2);
  });
});
