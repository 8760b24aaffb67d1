import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listExchanged, parseExchanged } from '../../../src/core/history/exchange.js';
import {
  formatExchangeHeader,
  formatExchangeRow,
  readExchangeTable,
} from '../../../src/core/history/exchange-csv.js';
import type { Observation } from '../../../src/core/prices/observation.js';
import { addObservations } from '../../../src/core/prices/timeline.js';
import { DAY, NOON, observe } from '../../helpers/history/observations.js';

const rules = {
  nowMs: NOON * 60_000,
  findProduct: (platform: string, id: string) => ({ platform, id }),
};

async function readTable(text: string): Promise<Observation[]> {
  const chunks = async function* () {
    // A chunk may end within a character.
    for (const byte of Buffer.from(text)) yield Uint8Array.of(byte);
  };
  const observations: Observation[] = [];
  for await (const { given } of readExchangeTable(chunks())) observations.push(parseExchanged(given, rules));
  return observations;
}

const anyFen = fc.option(fc.integer({ min: 1, max: 1_000_000_000 }), { nil: null });
const anyObservation = fc
  .record(
    {
      minute: fc.integer({ min: NOON - 400 * DAY, max: NOON }),
      sku: fc.constantFrom('', '7', '100012345678901234'),
      title: fc.constantFrom('手机, 256GB "黑"', '=1+1', 'x\ny', '-5 度'),
      sale: anyFen,
      coupon: anyFen,
      member: anyFen,
      stock: fc.constantFrom('in_stock' as const, 'out_of_stock' as const),
    },
    { requiredKeys: ['minute', 'sku', 'sale'] },
  )
  .map(({ minute, sku, title, stock, ...prices }) => observe({ minute, sku, title, stock, prices }));

describe('a history as a table', () => {
  it('comes back as it was, ids, quotes and formulas included', async () => {
    await fc.assert(
      fc.asyncProperty(anyObservation, async (observation) => {
        const series = { ...observation, tracks: addObservations(new Map(), [observation]) };
        const text = formatExchangeHeader() + listExchanged(series).map(formatExchangeRow).join('');
        const [again] = await readTable(text);
        expect(addObservations(new Map(), again ? [again] : [])).toEqual(series.tracks);
        expect(again).toMatchObject({ id: series.id, sku: series.sku, source: series.source });
        expect(again?.title).toBe(series.title);
      }),
    );
  });

  it('may have its columns in another order, and more of them', async () => {
    const text =
      'note;Stock;at;sale;coupon;source;id;platform\nx;in_stock;2026-11-01T00:00:00Z;¥5,299.5;gone;s;1;p\n';
    expect(await readTable(text)).toEqual([
      {
        ...{ platform: 'p', id: '1', sku: '', source: 's', stock: 'in_stock' },
        minute: Date.parse('2026-11-01T00:00:00Z') / 60_000,
        prices: { sale: 529_950, coupon: null },
      },
    ]);
  });

  it('is refused where an amount is not one', async () => {
    const text = 'platform,id,source,at,sale\np,1,s,2026-11-01T00:00:00Z,cheap\n';
    await expect(readTable(text)).rejects.toThrow('prices.0.amount');
  });
});
