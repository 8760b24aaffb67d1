import * as z from 'zod';
import { parseDateTime } from '../clock.js';
import { InputError } from '../errors.js';
import {
  isPossiblePrice,
  type Observation,
  RECORDED_KINDS,
  type RecordedKind,
} from '../prices/observation.js';
import { TRACK_NAMES } from '../prices/timeline.js';
import { PRICE_KINDS, STOCK_STATUSES } from '../product/product.js';
import type { Series } from '../state/history/history-store.js';

/** One observation as it leaves and enters, amounts in yuan. */
const Exchanged = z.object({
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
/** No marketplace here is older. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);

/** What an exchanged observation is checked against. */
export interface ExchangeRules {
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
  /** The marketplace that a name or id means, and the stable form of a product's id; undefined for other marketplaces. */
  readonly findProduct: FindProduct;
}

export type FindProduct = (
  platform: string,
  id: string,
  source: string,
) => { readonly platform: string; readonly id: string } | undefined;

/**
 * Reads one observation of an exported history.
 * @param given a parsed line
 * @throws InputError that says what is wrong with it
 */
export function parseExchanged(given: unknown, { nowMs, findProduct }: ExchangeRules): Observation {
  const parsed = Exchanged.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.');
    throw createLineError(`${field || 'The line'}: ${issue?.message ?? 'cannot be read'}.`, field);
  }
  const { platform, id, sku = '', source, title, at, prices, gone, stock } = parsed.data;
  const product = findProduct(platform, id, source);
  if (!product) {
    throw createLineError(`platform: "${platform.slice(0, 40)}" is not a known marketplace.`, 'platform');
  }
  const observation: Observation = {
    ...product,
    sku,
    source,
    minute: Math.floor(parseTime(at, nowMs) / 60_000),
    ...(title !== undefined && { title }),
    prices: toPrices(prices, gone),
    ...(stock && stock !== 'unknown' && { stock }),
  };
  if (Object.keys(observation.prices).length === 0 && !observation.stock)
    throw createLineError('The line tells neither a price that is kept nor the stock.');
  return observation;
}

/** @param field what of it is wrong */
const createLineError = (message: string, field?: string) =>
  new InputError(message, { code: 'history_line', facts: { field } });

/** @throws InputError */
export function parseJsonLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw createLineError('The line is not JSON.');
  }
}

function parseTime(text: string, nowMs: number): number {
  const atMs = parseDateTime(text);
  if (atMs === undefined || atMs < EARLIEST_MS)
    throw createLineError('at: expects a time such as 2026-11-29T08:00:00+08:00.', 'at');
  if (atMs > nowMs + MAX_AHEAD_MS) throw createLineError('at: this time is still to come.', 'at');
  return atMs;
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
      throw createLineError('prices: an amount is in yuan, above 0 and at most 10,000,000.', 'prices');
    }
    if (amounts.length > 0) prices[kind] = Math.min(...amounts);
    else if (gone.includes(kind)) prices[kind] = null;
  }
  return prices;
}

/** One observation as it leaves. */
export type ExchangedJson = ReturnType<typeof toExchanged>;

/** The observations of a series, as {@link parseExchanged} reads them. */
export function listExchanged(series: Series): ExchangedJson[] {
  return groupByMinute(series.tracks).map(([minute, values]) => toExchanged(series, minute, values));
}

function toExchanged(
  { platform, id, sku, source, title }: Series,
  minute: number,
  values: ReadonlyMap<string, number | null>,
) {
  const kinds = RECORDED_KINDS.filter((kind) => values.has(kind));
  const gone = kinds.filter((kind) => values.get(kind) === null);
  return {
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
    stock: STOCK_STATUSES[values.get('stock') ?? -1],
  };
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
