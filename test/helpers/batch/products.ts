import type { BatchSource, Route } from '../../../src/core/batch/core-batch-source.js';
import type { Row } from '../../../src/core/batch/output/row.js';
import { type BatchRef, createReferenceTable } from '../../../src/core/batch/reference-table.js';
import { CancelledError } from '../../../src/core/errors.js';
import type { Product } from '../../../src/core/product/product.js';
import type { Result } from '../../../src/core/product/result.js';

export function createProduct(id: string, changes: Partial<Product> = {}): Product {
  return {
    platform: 'red',
    id,
    url: `https://red.test/${id}`,
    title: `商品 ${id}`,
    prices: [
      { kind: 'list', amountFen: 19_900 },
      { kind: 'sale', amountFen: 9_990 },
    ],
    source: 'red-api',
    fetchedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    ...changes,
  };
}

export function createRow(line: number, changes: Partial<Product> = {}): Row {
  const product = createProduct(String(100_000_000_000 + line), changes);
  return { line, input: product.id, outcome: 'ok', platform: 'red', id: product.id, product };
}

export async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

export const succeed = ({ id }: BatchRef): Result => ({
  input: id,
  outcome: 'ok',
  platform: 'red',
  id,
  product: createProduct(id),
});

export function createReferences(size: number, platforms: readonly string[] = ['red']) {
  const table = createReferenceTable();
  for (let at = 0; at < size; at += 1) {
    table.add({
      platform: platforms[at % platforms.length] ?? 'red',
      kind: 'product',
      id: String(1_000_000 + at),
    });
  }
  return table;
}

export const ROUTE: Route = {
  source: 'red-api',
  group: 'red-key',
  limit: { calls: 100, windowMs: 60_000 },
  idsPerCall: 1,
  countCalls: () => 1,
  isPaid: false,
};

export interface FakeSource extends BatchSource {
  /** The ids of each call, in order. */
  readonly calls: string[][];
  readonly mostAtOnce: () => number;
}

/** Answers a moment later, under a permit, as `answer` says; gives up when it is aborted. */
export function createSource(
  answer: (ref: BatchRef, call: number) => Result | Promise<Result> = succeed,
  getRoute: BatchSource['getRoute'] = () => ROUTE,
): FakeSource {
  const calls: string[][] = [];
  let underWay = 0;
  let most = 0;
  return {
    calls,
    mostAtOnce: () => most,
    getRoute,
    getProducts: async (refs, { signal, onPermit }) => {
      onPermit?.();
      const number = calls.push(refs.map(({ id }) => id));
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      if (signal?.aborted) throw new CancelledError();
      return Promise.all(refs.map((ref) => answer(ref, number)));
    },
  };
}
