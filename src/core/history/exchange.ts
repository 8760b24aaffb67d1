import * as z from 'zod';
import { InputError } from '../errors.js';
import { PRICE_KINDS, STOCK_STATUSES } from '../product/product.js';
import type { Series } from '../state/history/history-store.js';
import { isPossiblePrice, type Observation, RECORDED_KINDS, type RecordedKind } from './observation.js';
import { TRACK_NAMES } from './timeline.js';

/** How a history leaves and enters: one observation a line, amounts in yuan. */
const ExchangeLine = z.object({
  platform: z.string().min(1),
  id: z.union([z.string().min(1).max(300), z.int().transform(String)]),
  sku: z.union([z.string().max(300), z.int().transform(String)]).optional(),
  source: z.string().min(1).max(60),
  title: z.string().max(500).optional(),
  at: z.string(),
  prices: z.array(z.object({ kind: z.enum(PRICE_KINDS), amount: z.number() })).default([]),
  gone: z.array(z.enum(PRICE_KINDS)).default([]),
  stock: z.enum(STOCK_STATUSES).optional(),
});

/** Clocks differ a little; what is further ahead is a mistake. */
const MAX_AHEAD_MS = 5 * 60_000;

/**
 * Reads one line of an exported history.
 * @param findPlatform the marketplace that a name or id means
 * @throws InputError that says what is wrong with the line
 */
export function parseExchangeLine(
  line: string,
  nowMs: number,
  findPlatform: (name: string) => string | undefined,
): Observation {
  const given = ExchangeLine.safeParse(parseJson(line));
  if (!given.success) {
    const [issue] = given.error.issues;
    throw new InputError(`${issue?.path.join('.') || 'The line'}: ${issue?.message ?? 'cannot be read'}.`);
  }
  const { platform: name, id, sku = '', source, title, at, prices, gone, stock } = given.data;
  const platform = findPlatform(name);
  if (platform === undefined)
    throw new InputError(`platform: "${name.slice(0, 40)}" is not a known marketplace.`);
  const atMs = Date.parse(at);
  if (!Number.isFinite(atMs)) throw new InputError('at: expects a time such as 2026-11-29T08:00:00+08:00.');
  if (atMs > nowMs + MAX_AHEAD_MS) throw new InputError('at: this time is still to come.');
  return {
    platform,
    id,
    sku,
    source,
    minute: Math.floor(atMs / 60_000),
    ...(title !== undefined && { title }),
    prices: toPrices(prices, gone),
    ...(stock && stock !== 'unknown' && { stock }),
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new InputError('The line is not JSON.');
  }
}

function toPrices(
  given: readonly { readonly kind: string; readonly amount: number }[],
  gone: readonly string[],
): Observation['prices'] {
  const prices: Partial<Record<RecordedKind, number | null>> = {};
  for (const kind of RECORDED_KINDS) {
    const amounts = given
      .filter((price) => price.kind === kind)
      .map(({ amount }) => Math.round(amount * 100));
    if (amounts.some((fen) => !isPossiblePrice(fen))) {
      throw new InputError('prices: an amount is in yuan, above 0 and at most 10,000,000.');
    }
    if (amounts.length > 0) prices[kind] = Math.min(...amounts);
    else if (gone.includes(kind)) prices[kind] = null;
  }
  return prices;
}

/** The observations of a series, as {@link parseExchangeLine} reads them. */
export function* formatExchangeLines({
  platform,
  id,
  sku,
  source,
  title,
  tracks,
}: Series): Generator<string> {
  for (const [minute, values] of groupByMinute(tracks)) {
    const kinds = RECORDED_KINDS.filter((kind) => values.has(kind));
    const gone = kinds.filter((kind) => values.get(kind) === null);
    const stock = STOCK_STATUSES[values.get('stock') ?? -1];
    yield JSON.stringify({
      platform,
      id,
      sku: sku || undefined,
      source,
      title,
      at: new Date(minute * 60_000).toISOString(),
      prices: kinds.flatMap((kind) => {
        const fen = values.get(kind);
        return typeof fen === 'number' ? [{ kind, amount: fen / 100 }] : [];
      }),
      gone: gone.length > 0 ? gone : undefined,
      stock,
    });
  }
}

function groupByMinute(tracks: Series['tracks']): [number, Map<string, number | null>][] {
  const minutes = new Map<number, Map<string, number | null>>();
  for (const name of TRACK_NAMES) {
    // Ids of SKUs are kept as numbers that only tell them apart.
    if (name === 'cheapest_sku') continue;
    for (const { minute, value } of tracks.get(name) ?? []) {
      const values = minutes.get(minute) ?? new Map<string, number | null>();
      minutes.set(minute, values.set(name, value));
    }
  }
  return [...minutes].sort(([a], [b]) => a - b);
}
