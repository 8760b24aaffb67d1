import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Observation } from '../../../src/core/prices/observation.js';
import type { HistoryStore } from '../../../src/core/state/history/history-store.js';
import { createMemoryStore } from '../history/memory-store.js';
import { DAY, NOON, observe } from '../history/observations.js';

/** What every store of prices promises. @param open an empty one */
export function defineHistoryStoreCases(open: () => Promise<HistoryStore>): void {
  const withStore = async (work: (store: HistoryStore) => Promise<void>) => {
    const store = await open();
    try {
      await work(store);
    } finally {
      await store.close();
    }
  };

  it('gives back what was added, for each source and SKU', () =>
    withStore(async (store) => {
      await store.add([
        observe({ title: 'old', minute: NOON - DAY, prices: { sale: 500, coupon: 450 }, stock: 'in_stock' }),
        observe({ title: 'new', prices: { sale: 490, coupon: null } }),
        observe({ source: 'other', prices: { group: 480 } }),
        observe({ sku: '7', prices: { sale: 470 } }),
      ]);
      const series = await store.listSeries('acme', '1');
      expect(series.map(({ source, sku, title }) => [source, sku, title])).toEqual([
        ['acme-api', '', 'new'],
        ['other', '', undefined],
        ['acme-api', '7', undefined],
      ]);
      expect(Object.fromEntries(series[0]?.tracks ?? [])).toEqual({
        sale: [
          { minute: NOON - DAY, value: 500 },
          { minute: NOON, value: 490 },
        ],
        coupon: [
          { minute: NOON - DAY, value: 450 },
          { minute: NOON, value: null },
        ],
        stock: [{ minute: NOON - DAY, value: 0 }],
      });
      expect(await store.listSeries('acme', '2')).toEqual([]);
    }));

  it('takes whatever upstreams call their products', () =>
    withStore(async (store) => {
      const id = `'"\\{},%_ 苹果🍎\n`;
      await store.add([observe({ id, title: 'a\0b\uD800', prices: { sale: 1 } })]);
      const [series] = await store.listSeries('acme', id);
      expect(series).toMatchObject({ id, title: expect.stringMatching(/^a/) });
      expect(await store.removeProduct('acme', id)).toBe(1);
    }));

  it('does not depend on order or repetition', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anyObservation, { maxLength: 30 }).chain(shuffleTwice),
        async ([all, again]) => {
          await withStore(async (store) => {
            await store.removeProduct('acme', '1');
            await store.add(all);
            const expected = await store.listSeries('acme', '1');
            await store.removeProduct('acme', '1');
            for (const one of again) await store.add([one]);
            const given = await store.listSeries('acme', '1');
            expect(given.map(({ tracks }) => tracks)).toEqual(expected.map(({ tracks }) => tracks));
          });
        },
      ),
      { numRuns: 15 },
    ));

  it('takes in whatever another store knows, over and over', () =>
    withStore(async (store) => {
      const other = createMemoryStore();
      await other.add([
        observe({ title: 'new', prices: { sale: 490 }, stock: 'in_stock', cheapestSku: 'a' }),
        observe({ id: '2', prices: { group: 7 } }),
      ]);
      await store.add([observe({ title: 'old', minute: NOON - DAY, prices: { sale: 500, coupon: null } })]);
      const known = [...(await other.listSeries('acme', '1')), ...(await other.listSeries('acme', '2'))];
      for (const _ of [1, 2]) await store.addSeries(known);
      const [series] = await store.listSeries('acme', '1');
      expect(series?.title).toBe('new');
      expect(series?.tracks.get('sale')?.map(({ value }) => value)).toEqual([500, 490]);
      expect([...(series?.tracks.keys() ?? [])].sort()).toEqual(['cheapest_sku', 'coupon', 'sale', 'stock']);
      expect(await store.listSeries('acme', '2')).toMatchObject([{ id: '2' }]);
      expect(await store.listDropped(0, 0, 9)).toMatchObject([{ id: '1', shownFen: 490, beforeFen: 500 }]);
    }));

  it('lists what became cheaper, the largest drop first, by the shown price of the whole product', () =>
    withStore(async (store) => {
      const change = (id: string, from: number, to: number, more: Partial<Observation> = {}) => [
        observe({ id, ...more, minute: (more.minute ?? NOON) - DAY, prices: { sale: from } }),
        observe({ id, ...more, prices: { sale: to } }),
      ];
      await store.add([
        ...change('small', 500, 475),
        ...change('large', 500, 400),
        ...change('dearer', 500, 600),
        ...change('old', 500, 400, { minute: NOON - 8 * DAY }),
        ...change('variant', 500, 400, { sku: '7' }),
        observe({ id: 'new', prices: { sale: 500 } }),
      ]);
      const list = async (...args: Parameters<HistoryStore['listDropped']>) =>
        (await store.listDropped(...args)).map(({ id }) => id);
      expect(await store.listDropped(NOON - 7 * DAY, 0.1, 9)).toEqual([
        expect.objectContaining({ id: 'large', shownFen: 400, beforeFen: 500, changedMinute: NOON }),
      ]);
      expect(await list(NOON - 7 * DAY, 0, 9)).toEqual(['large', 'small']);
      expect(await list(NOON - 7 * DAY, 0.05, 9)).toEqual(['large', 'small']);
      expect(await list(NOON - 7 * DAY, 0, 1)).toEqual(['large']);
      expect(await list(NOON - 9 * DAY, 0.1, 9)).toEqual(expect.arrayContaining(['large', 'old']));
    }));

  it('does not call a cheaper variant a lower price', () =>
    withStore(async (store) => {
      await store.add([
        observe({ minute: NOON - DAY, prices: { sale: 500 }, cheapestSku: 'a' }),
        observe({ prices: { sale: 400 }, cheapestSku: 'b' }),
      ]);
      expect(await store.listDropped(0, 0, 9)).toEqual([]);
    }));

  it('remembers how far a segment was read, until it is removed', () =>
    withStore(async (store) => {
      await store.add([observe({ prices: { sale: 1 } })], { segment: '1-2-0.log', offset: 99 });
      expect(await store.getOffset('1-2-0.log')).toBe(99);
      await store.removeSegment('1-2-0.log');
      expect(await store.getOffset('1-2-0.log')).toBe(0);
    }));

  it('forgets a product, a point, and what was seen too long ago', () =>
    withStore(async (store) => {
      const old = observe({ id: '2', minute: NOON - 2000 * DAY, prices: { sale: 5 } });
      await store.add([
        observe({ prices: { sale: 500, list: 900 } }),
        old,
        observe({ id: '3', prices: { sale: 7 } }),
      ]);
      expect(await store.removePoint(observe(), 'sale', NOON)).toBe(true);
      expect(await store.removePoint(observe(), 'sale', NOON)).toBe(false);
      expect([...((await store.listSeries('acme', '1'))[0]?.tracks.keys() ?? [])]).toEqual(['list']);
      expect(await store.prune(NOON - 1100 * DAY)).toBe(1);
      expect(await store.removeProduct('acme', '3')).toBe(1);
      const left: string[] = [];
      for await (const { id } of store.listAll()) left.push(id);
      expect(left).toEqual(['1']);
    }));
}

const anyObservation = fc
  .record({
    minute: fc.integer({ min: NOON - 20 * DAY, max: NOON }),
    sale: fc.integer({ min: 1, max: 9 }),
    coupon: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
  })
  .map(({ minute, ...prices }): Observation => observe({ minute, prices }));

const shuffleTwice = (all: Observation[]) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length }));
