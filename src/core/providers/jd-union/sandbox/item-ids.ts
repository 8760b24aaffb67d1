import { createDice } from '../../../simulation/upstream.js';

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz0123456789';
/** Stable parts of the sandbox's own making begin so and hold the product's id. */
const OWN = '3S';
const STABLE_LENGTH = 18;

function drawLetters(count: number, random: () => number): string {
  return Array.from({ length: count }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');
}

/** What follows the `_`: the part that stays the same from request to request. */
export function readStablePart(itemId: string): string {
  return itemId.slice(itemId.indexOf('_') + 1);
}

/** The part that stays, which holds the product's id. */
export function createStablePart(goodsId: string): string {
  return (
    OWN +
    BigInt(goodsId)
      .toString(36)
      .padStart(STABLE_LENGTH - OWN.length, '0')
  );
}

/** A Union itemId of about 43 characters; the part before the `_` differs on every call. */
export function createItemId(stablePart: string, random: () => number): string {
  return `${drawLetters(24, random)}_${stablePart}`;
}

/** The product that an itemId stands for; one that was not made here stands for a product that follows from it. */
export function toGoodsId(itemId: string): string {
  const stable = readStablePart(itemId);
  if (stable.startsWith(OWN) && /^3S[0-9a-z]{16}$/.test(stable)) {
    const value = [...stable.slice(OWN.length)].reduce(
      (sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)),
      0n,
    );
    return String(value);
  }
  const drawn = createDice(`item ${stable}`).whole(10 ** 11, 10 ** 11 + 10 ** 9 - 1);
  return String(drawn % 1000 === 404 ? drawn + 1 : drawn);
}
