import { describe, expect, it } from 'vitest';
import { createToProduct, markProduct } from '../../../src/core/lookup/mark-product.js';
import { acme, createProvider, createTestUpstream } from '../../helpers/acme.js';

const OURS = 'https://img.acme.example/a.jpg';
const FOREIGN = 'https://evil.example/a.jpg';
const upstream = createTestUpstream(
  createProvider('acme-api', {
    ...acme,
    shownHosts: ['.acme.example'],
    productUrl: () => 'https://acme.example/1',
  }),
);
const mark = (pictures: object) => markProduct({ id: '1', prices: [], ...pictures }, upstream, 0);

describe('markProduct', () => {
  it('keeps out pictures from foreign hosts', () => {
    expect(mark({ image: FOREIGN, images: [OURS, FOREIGN] })).toMatchObject({
      image: undefined,
      images: [OURS],
    });
    expect(mark({ image: OURS, images: [FOREIGN] })).toMatchObject({ image: OURS, images: undefined });
  });

  it('keeps them out of the variants, too', () => {
    const sku = (image: string) => ({ id: '2', name: 'S', attributes: [], prices: [], image });
    expect(mark({ skus: [sku(OURS), sku(FOREIGN)] }).skus?.map(({ image }) => image)).toEqual([
      OURS,
      undefined,
    ]);
  });
});

describe('an answer that is handed out again', () => {
  const shown = { id: '2', name: 'S', attributes: [], prices: [], image: OURS };
  const facts = {
    id: '1',
    prices: [{ kind: 'sale', amountFen: 100 }],
    skus: [shown],
    images: [OURS, FOREIGN],
  } as const;
  const found = { facts, fetchedAtMs: 0, receipt: { billed: true } };

  it('is the same product each time, filtered once, and says whether it was cached', () => {
    const toProduct = createToProduct();
    const first = toProduct({ ...found, cached: false }, upstream);
    const again = toProduct({ ...found, cached: true }, upstream);
    expect(first).toMatchObject({ images: [OURS], receipt: { billed: true }, cached: undefined });
    expect(again).toEqual({ ...first, cached: true });
    expect(toProduct({ ...found, cached: true }, upstream)).toBe(again);
    expect(toProduct({ ...found, cached: false }, upstream)).toBe(first);
  });

  it('can be changed by nobody who is told it', () => {
    const { prices, skus, images } = createToProduct()({ ...found, cached: true }, upstream);
    const changes = [
      () => Object.assign(prices[0] ?? {}, { amountFen: 1 }),
      () => Object.assign(skus?.[0] ?? {}, { name: 'other' }),
      () => (images as string[]).push(FOREIGN),
      () => (prices as object[]).pop(),
    ];
    for (const change of changes) expect(change).toThrow(TypeError);
  });

  it("leaves the upstream's own answer as it came", () => {
    const raw = { deep: { value: 1 } };
    const product = createToProduct()({ ...found, facts: { ...facts, raw }, cached: false }, upstream);
    expect(product.raw).toBe(raw);
    expect(Object.isFrozen(raw.deep)).toBe(false);
  });
});
