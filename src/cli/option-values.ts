import { InvalidArgumentError } from 'commander';
import { parseQuota, parseWholeNumber } from '../core/index.js';

/** Lets a reader of the core read an option's value: what it throws is said together with the option's name. */
function forOption<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? `It ${error.message}.` : '');
    }
  };
}

function parseWithin(text: string, least: number, most: number): number {
  const value = parseWholeNumber(text);
  if (value >= least && value <= most) return value;
  const bounds = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`expects a number ${bounds}`);
}

export const parseCount = forOption((text) => parseWithin(text, 1, Number.POSITIVE_INFINITY));
/** 0 stands for any free port. */
export const parsePort = forOption((text) => parseWithin(text, 0, 65_535));
/** Keeps the text: the sandbox reads it again. */
export const checkQuota = forOption((text) => {
  parseQuota(text);
  return text;
});
