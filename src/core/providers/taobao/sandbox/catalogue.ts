import type { SandboxSample } from '../../../simulation/upstream.js';
import { generateItem, type SandboxItem } from './generate.js';
import { findVariant, VARIANT_SAMPLES } from './variants.js';

const PREFIX = 'B';
const STABLE = /^[a-z\d]{15,21}$/i;
/** The first half of the ids that samples and documents name. */
const SAMPLE_HALF = 'SandboxPartAxxxxxxxxxxxx';

/** The half of an id that stays the same, for the product that a number in an old link stands for. */
export const toStableHalf = (number: string) => `${PREFIX}${number.padStart(16, '0')}`;

/** The number that a stable half was made of. */
const toNumber = (stable: string) => /^B0*([1-9]\d*)$/.exec(stable)?.[1];

/**
 * The product that an id stands for, by its second half. Every well-formed one has a product, except those that end
 * in 404.
 */
export function findItem(stable: string): SandboxItem | undefined {
  if (!STABLE.test(stable) || stable.endsWith('404')) return undefined;
  const number = toNumber(stable);
  return (number && findVariant(number)) || generateItem(number ?? stable);
}

/** An id as an answer has it: the first half is another one each time. */
export function createItemId(stable: string, random: () => number): string {
  const half = Array.from({ length: 24 }, () => Math.floor(random() * 36).toString(36)).join('');
  return `${half}-${stable}`;
}

/**
 * What a number in an old link, a share code or an opaque link leads to: numbers that end in 9 stay numbers, which is
 * what happens to some.
 */
export function openNumber(number: string, random: () => number): string {
  return number.endsWith('9') ? number : createItemId(toStableHalf(number), random);
}

const toSampleId = (number: string) => `${SAMPLE_HALF}-${toStableHalf(number)}`;

export const ITEM_SAMPLES: readonly SandboxSample[] = [
  { kind: 'product', id: toSampleId('600000000001'), about: 'an ordinary product, by an id of two halves' },
  { kind: 'product', id: toSampleId('600000000404'), about: 'unknown, like every id that ends in 404' },
  { kind: 'product', id: '679540837892', about: 'a number in an old link, which still opens' },
  { kind: 'product', id: '713417934359', about: 'a number that is no longer taken, like all that end in 9' },
  ...VARIANT_SAMPLES.map((sample) => ({ ...sample, id: toSampleId(sample.id) })),
];
