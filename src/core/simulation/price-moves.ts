import { ConfigError } from '../errors.js';
import { parseDuration } from '../setting-parsers.js';
import type { Setting } from '../settings.js';

/** Prices of the simulated market that move on a schedule. */
export interface PriceMoves {
  /** How long a price stays, milliseconds. */
  readonly everyMs: number;
  /** What prices are multiplied by, in turn and over again; 1 is the price as ever. */
  readonly factors: readonly number[];
}

/**
 * Reads `1m:1,0.85,1.1`: how long each price stays, and the factors.
 * @throws ConfigError
 */
export function parsePriceMoves(text: string): PriceMoves {
  const [duration = '', list = '', ...rest] = text.split(':');
  const factors = list
    .split(',')
    .map((factor) => (/^\s*\d{1,3}(\.\d+)?\s*$/.test(factor) ? Number(factor) : 0));
  if (rest.length > 0 || factors.some((factor) => factor <= 0 || factor > 100)) {
    throw new ConfigError('expects a duration and factors, such as 1m:1,0.85,1.1');
  }
  return { everyMs: parseDuration(duration), factors };
}

/** A schedule by which simulated prices move. */
export const priceMoves = (
  env: string,
  { about }: { readonly about: string },
): Setting<PriceMoves | undefined> => ({
  env,
  about,
  example: '1m:1,0.85',
  parse: parsePriceMoves,
});

/** @param elapsedMs since the moves began */
export function getPriceFactor({ everyMs, factors }: PriceMoves, elapsedMs: number): number {
  return factors[Math.floor(Math.max(0, elapsedMs) / everyMs) % factors.length] ?? 1;
}

/**
 * Multiplies the amounts in an answer's JSON text, also in JSON that it holds as text. The text is changed and not what
 * it stands for: ids are longer than a number could hold. Each amount keeps its form, a number or text, and its decimals;
 * 0, which stands for "no such price" on some wires, stays.
 * @param fields the names of what holds an amount
 */
export function movePrices(json: string, fields: readonly string[], factor: number): string {
  if (factor === 1 || fields.length === 0) return json;
  const named = new RegExp(
    `(\\\\?"(?:${fields.join('|')})\\\\?":(?:\\\\?")?)(\\d+(?:\\.\\d+)?)(?![\\d.])`,
    'g',
  );
  return json.replace(named, (_, before: string, amount: string) => before + scale(amount, factor));
}

function scale(amount: string, factor: number): string {
  const decimals = amount.split('.')[1]?.length ?? 0;
  return (Number(amount) * factor).toFixed(decimals);
}
