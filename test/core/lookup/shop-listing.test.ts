import { describe, expect, it } from 'vitest';
import { formatCursor } from '../../../src/core/lookup/cursor.js';
import {
  collectShopProducts,
  countPageRows,
  isLastPage,
  type ListedPage,
  parsePosition,
  toShopRef,
} from '../../../src/core/lookup/shop-listing.js';
import { createProduct } from '../../helpers/batch/products.js';

interface Quirks {
  /** Most rows the upstream puts on a page, whatever it is asked for. */
  readonly cap?: number;
  readonly total?: (page: number) => number | undefined;
  readonly ids?: (page: number, size: number) => readonly number[];
  readonly skipped?: number;
}

/** A shop with the ids 1 to `count`, and the pages it was asked for. */
function createShop(count: number, { cap = 100, total = () => count, ids, skipped = 0 }: Quirks = {}) {
  const asked: string[] = [];
  const getPage = async (page: number, asking: number): Promise<ListedPage> => {
    asked.push(`${page}/${asking}`);
    const size = Math.min(asking, cap);
    const all = Array.from({ length: count }, (_, at) => at + 1);
    const shown = ids?.(page, size) ?? all.slice((page - 1) * size, page * size);
    const products = shown.map((id) => createProduct(String(id)));
    const rowCount = products.length + (products.length > 0 ? skipped : 0);
    return {
      ...{ name: 'a shop', total: total(page), products, rowCount, skipped: rowCount - products.length },
      ...{ beyondLast: false, sandbox: false },
    };
  };
  const list = (limit: number, cursor?: string) => collectShopProducts('7', { limit, cursor }, 100, getPage);
  return { asked, list };
}

const idsOf = ({ products }: { products: readonly { id: string }[] }) => products.map(({ id }) => Number(id));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('collectShopProducts', () => {
  it('asks for no more pages and rows than it needs', async () => {
    const shop = createShop(250);
    expect(await shop.list(20)).toMatchObject({ name: 'a shop', total: 250, complete: false });
    expect(idsOf(await shop.list(150))).toEqual(range(1, 150));
    expect(shop.asked).toEqual(['1/20', '1/100', '2/100']);
  });

  it.each<[string, number, Quirks, string[]]>([
    ['at the page that the total says', 250, {}, ['1/100', '2/100', '3/100']],
    ['at a full last page', 200, {}, ['1/100', '2/100']],
    ['at an empty page without a total', 200, { total: () => undefined }, ['1/100', '2/100', '3/100']],
    ['at an empty page when the total is 0', 150, { total: () => 0 }, ['1/100', '2/100', '3/100']],
    [
      'at an empty page when the total is less than was seen',
      150,
      { total: () => 5 },
      ['1/100', '2/100', '3/100'],
    ],
    ['where a shrinking total says', 150, { total: (page) => 152 - page }, ['1/100', '2/100']],
    ['after the pages of an upstream that caps them', 70, { cap: 30 }, ['1/100', '2/100', '3/100']],
  ])('stops %s', async (_name, count, quirks, asked) => {
    const shop = createShop(count, quirks);
    const listing = await shop.list(Number.POSITIVE_INFINITY);
    expect(idsOf(listing)).toEqual(range(1, count));
    expect(listing).toMatchObject({ complete: true, nextCursor: undefined });
    expect(shop.asked).toEqual(asked);
  });

  it.each<[string, number, Quirks]>([
    ['pages bring nothing new', 100, { total: () => 900, ids: () => range(1, 100) }],
    ['the last page comes before the total is reached', 150, { total: () => 158 }],
  ])('does not call a listing complete when %s', async (_name, count, quirks) => {
    const listing = await createShop(count, quirks).list(Number.POSITIVE_INFINITY);
    expect(idsOf(listing)).toEqual(range(1, count));
    expect(listing).toMatchObject({ complete: false, nextCursor: undefined });
  });

  it('lists each product once, however pages overlap', async () => {
    const shop = createShop(150, { ids: (page) => (page === 1 ? range(1, 100) : range(91, 150)) });
    expect(idsOf(await shop.list(1000))).toEqual(range(1, 150));
  });

  it('counts rows without id', async () => {
    expect(await createShop(150, { skipped: 2 }).list(1000)).toMatchObject({ skipped: 4, complete: true });
  });

  it.each([
    [30, {}],
    [50, { cap: 30 }],
    [7, { cap: 3, total: () => undefined }],
    [100, { cap: 30, total: (page: number) => 95 - page }],
  ])('goes on by cursors of %j products without gap or repeat (%j)', async (limit, quirks) => {
    const shop = createShop(94, quirks);
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const part = await shop.list(limit, cursor);
      seen.push(...idsOf(part));
      expect(part.complete).toBe(part.nextCursor === undefined);
      cursor = part.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(range(1, 94));
  });

  it('gives a cursor behind each product for an caller who uses only some', async () => {
    const shop = createShop(60, { cap: 25 });
    const part = await shop.list(40);
    for (const used of [1, 25, 26, 40]) {
      expect(idsOf(await shop.list(2, part.cursorAfter(used)))).toEqual([used + 1, used + 2]);
    }
  });

  it('says that an empty shop was not found', async () => {
    await expect(createShop(0).list(20)).rejects.toMatchObject({ outcome: 'not_found' });
  });

  it.each([0, -1, Number.NaN])('refuses the limit %d', async (limit) => {
    await expect(createShop(3).list(limit)).rejects.toMatchObject({ outcome: 'invalid' });
  });
});

describe('cursors', () => {
  const position = { shop: '7', page: 2, size: 20, skip: 3 };

  it('are read as they were written', () => {
    expect(parsePosition(formatCursor(position), '7')).toEqual(position);
  });

  it.each([
    ['', 'nothing'],
    ['%%%', 'no base64'],
    [formatCursor({ ...position, shop: '8' }), 'another shop'],
    [formatCursor({ ...position, page: 0 }), 'page 0'],
    [formatCursor({ ...position, size: 1.5 }), 'half a row'],
  ])('are refused: %s is %s', (cursor) => {
    expect(() => parsePosition(cursor, '7')).toThrow(/does not belong to this shop/);
  });
});

describe('the end of a shop', () => {
  it.each([
    [{ rowCount: 30, total: 70 }, 30],
    [{ rowCount: 30, total: 30 }, 100],
    [{ rowCount: 30, total: undefined }, 100],
    [{ rowCount: 105, total: 300 }, 100],
    [{ rowCount: 0, total: 300 }, 100],
  ])('is reckoned, after a first page of %j, with %d rows on a page', (first, rows) => {
    expect(countPageRows(100, first)).toBe(rows);
  });

  it.each([
    [1, { rowCount: 0, total: 70 }, true],
    [2, { rowCount: 30, total: 70 }, false],
    [3, { rowCount: 10, total: 70 }, true],
    [9, { rowCount: 30, total: 0 }, false],
    [9, { rowCount: 30, total: undefined }, false],
  ])('on page %d with %j: %j', (page, listed, isLast) => {
    expect(isLastPage({ page, pageRows: 30 }, listed)).toBe(isLast);
  });
});

it('takes no product for a shop', () => {
  expect(() => toShopRef({ platform: 'jd', kind: 'product', id: '1', url: '' })).toThrow(/leads to no shop/);
});
