/** Prices of the simulated market that move on a schedule. */
export interface PriceMoves {
  /** How long a price stays, milliseconds. */
  readonly everyMs: number;
  /** What prices are multiplied by, in turn and over again; 1 is the price as ever. */
  readonly factors: readonly number[];
}

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
