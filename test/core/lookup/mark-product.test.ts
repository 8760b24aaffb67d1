import { describe, expect, it } from 'vitest';
import { markProduct } from '../../../src/core/lookup/mark-product.js';
import { acme, createProvider, createSource } from '../../helpers/acme.js';

const OURS = 'https://img.acme.example/a.jpg';
const FOREIGN = 'https://evil.example/a.jpg';
const upstream = createSource(
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
