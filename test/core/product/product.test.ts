import { describe, expect, it } from 'vitest';
import { ThrottledError } from '../../../src/core/errors.js';
import type { Price, Product } from '../../../src/core/product/product.js';
import { formatProduct } from '../../../src/core/product/product-json.js';
import { ProductJson } from '../../../src/core/product/product-schema.js';
import { formatResult } from '../../../src/core/product/result.js';

const price = (kind: Price['kind'], amountFen: number): Price => ({ kind, amountFen });

const product: Product = {
  platform: 'acme',
  id: '1',
  url: 'https://acme.example/1',
  title: 'x',
  prices: [{ kind: 'group', amountFen: 1560, fromFen: 1560, toFen: 8580 }, price('list', 12200)],
  sales: {
    count: 100000,
    atLeast: true,
    approximate: false,
    scope: 'item',
    period: 'total',
    text: '已拼10万+件',
  },
  skus: [{ id: '2', name: 'y', attributes: [], prices: [price('single', 2100)] }],
  attributes: [{ name: '品牌', values: ['三元'] }],
  images: ['https://acme.example/a.jpg'],
  source: 'acme-api',
  fetchedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
};

describe('formatProduct', () => {
  it('writes decimal yuan, snake_case and no unknown field', () => {
    expect(formatProduct(product)).toEqual({
      platform: 'acme',
      id: '1',
      url: 'https://acme.example/1',
      title: 'x',
      price: { amount: 15.6, kind: 'group', currency: 'CNY', from: 15.6, to: 85.8 },
      prices: [
        { kind: 'group', amount: 15.6, from: 15.6, to: 85.8 },
        { kind: 'list', amount: 122 },
      ],
      sales: { count: 100000, at_least: true, scope: 'item', period: 'total', text: '已拼10万+件' },
      sku_count: 1,
      images: ['https://acme.example/a.jpg'],
      skus: [{ id: '2', name: 'y', attributes: [], prices: [{ kind: 'single', amount: 21 }] }],
      attributes: [{ name: '品牌', values: ['三元'] }],
      source: 'acme-api',
      fetched_at: '2026-01-02T03:04:05.000Z',
    });
  });

  it('leaves SKUs, attributes and further images out of a summary, and keeps their count', () => {
    const summary = formatProduct(product, 'summary');
    expect(summary).not.toHaveProperty('skus');
    expect(summary).not.toHaveProperty('attributes');
    expect(summary).not.toHaveProperty('images');
    expect(summary.sku_count).toBe(1);
  });

  it('fits its own schema', () => {
    expect(ProductJson.parse(formatProduct(product))).toEqual(formatProduct(product));
  });
});

describe('formatResult', () => {
  it('says what went wrong, and when to come again', () => {
    const error = new ThrottledError('Wait.', { retryAfterMs: 1500, detail: 'the operator alone sees this' });
    expect(formatResult({ input: 'x', outcome: 'throttled', error, sandbox: true })).toEqual({
      input: 'x',
      outcome: 'throttled',
      error: { code: 'throttled', message: 'Wait.', retryable: true, retry_after_s: 2 },
      sandbox: true,
    });
  });
});
