import stringWidth from 'fast-string-width';

/** One column each: what a Latin keyboard writes, and the dashes, dots and ellipses between it. */
const NARROW = String.raw` -~\u00a0-\u00ff\u2010-\u2015\u2022\u2026`;
/** Two columns each: Chinese characters, their punctuation, and full-width ones. */
const WIDE = String.raw`\u3000-\u3029\u4e00-\u9fff\uff01-\uff60`;

const PLAIN = new RegExp(`^[${NARROW}${WIDE}]*$`);
const NARROW_RUNS = new RegExp(`[${NARROW}]+`, 'g');

/**
 * The columns that a text takes on the screen: a Chinese character takes two. The patterns of emoji, marks and all other
 * scripts are compiled, in 2 ms, for a text that needs them.
 */
export function getTextWidth(text: string): number {
  return PLAIN.test(text) ? text.length + text.replace(NARROW_RUNS, '').length : stringWidth(text);
}
