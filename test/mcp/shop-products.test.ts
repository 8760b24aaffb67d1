import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toRecords } from '../helpers/mcp-batch.js';
import { connectMcp, type McpSession, openSandboxPlace, type SandboxPlace } from '../helpers/mcp-session.js';

const SHOP = 'https://mall.jd.com/index-1000004123.html';

let place: SandboxPlace;
let session: McpSession;

beforeAll(async () => {
  place = await openSandboxPlace({}, { JD_UNION_QUOTA: '1000/1s' });
  session = await connectMcp(place.environment);
});
beforeEach(() => place.sandbox.setFaults([]));
afterAll(async () => {
  await session.close();
  await place.close();
});

interface Listing {
  readonly total: number;
  readonly count: number;
  readonly complete: boolean;
  readonly next_cursor?: string;
  readonly columns: string[];
  readonly rows: unknown[][];
  readonly remarks?: string[];
}

const list = async (args: Record<string, unknown>) => {
  const { data, text, isError } = await session.call('shop_products', args);
  return { ...(data as unknown as Listing), text, isError };
};

describe('shop_products', () => {
  it('answers a page of 20 as a table', async () => {
    const answer = await list({ shop: SHOP });
    expect(answer).toMatchObject({
      shop: { platform: 'jd', id: '1000004123' },
      count: 20,
      complete: false,
      next_cursor: expect.any(String),
      source: 'jd-union',
      currency: 'CNY',
      sandbox: true,
      same: { url: 'https://item.jd.com/{id}.html' },
    });
    expect(toRecords(answer)[0]).toMatchObject({
      id: expect.stringMatching(/^\d+$/),
      price: expect.any(Number),
    });
  });

  it('brings every product exactly once when it is called on with the cursor', async () => {
    const ids: unknown[] = [];
    let cursor: string | undefined;
    let total = 0;
    do {
      const answer = await list({ shop: SHOP, limit: 9, ...(cursor && { cursor }) });
      ids.push(...toRecords(answer).map(({ id }) => id));
      ({ total, next_cursor: cursor } = answer);
    } while (cursor);
    expect(ids.length).toBe(total);
    expect(new Set(ids).size).toBe(total);
  });

  it('has the columns that were asked for', async () => {
    for (const fields of [['id', 'list_price'], 'id, list_price', 'id，list_price'])
      expect((await list({ shop: SHOP, fields })).columns).toEqual(['id', 'list_price']);
  });

  it('says the kind of a price and the id in a link, whatever columns were asked for', async () => {
    const answer = await list({ shop: SHOP, fields: ['price'] });
    expect(answer.columns.slice(0, 2)).toEqual(['price', 'price_kind']);
    expect(answer.columns).toContain('id');
  });

  it('accepts a bare id, also as a number, and other names for it', async () => {
    expect(await list({ shopId: 1000004123, platform: 'jd', limit: '5' })).toMatchObject({ count: 5 });
  });

  it('answers as much as it can where more was asked for, and says so', async () => {
    const { count, columns, remarks } = await list({ shop: SHOP, limit: 200, fields: ['id', 'titl', 'x'] });
    expect(count).toBeGreaterThan(20);
    expect(columns).toEqual(['id']);
    expect(remarks).toEqual([
      'limit 200 is more than one answer holds; 100 was used.',
      'There is no "titl" in fields; it was left out. Did you mean "title"?',
      'There is no "x" in fields; it was left out.',
    ]);
  });

  it('needs no marketplace for a bare id where only one lists shops', async () => {
    expect(await list({ shop: '1000004123', limit: 5 })).toMatchObject({ count: 5 });
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a marketplace without shop listing',
      { shop: 'https://mobile.yangkeduo.com/mall_page.html?mall_id=1234' },
      /not_offered/,
    ],
    ['a product', { shop: 'https://item.jd.com/100012345678.html' }, /This is a product: call get_product/],
    [
      'a cursor of another shop',
      { shop: '1000004124', platform: 'jd', cursor: 'eyJzaG9wIjoiMSJ9' },
      /stale_cursor/,
    ],
    ['a limit of 0', { shop: SHOP, limit: 0 }, /"limit" is too small: at least 1/],
    ['a limit that is not a number', { shop: SHOP, limit: 'many' }, /"limit" must be of type/],
    ['half a product', { shop: SHOP, limit: 2.5 }, /"limit" must be a whole number/],
    ['an unknown argument', { shop: SHOP, page: 2 }, /There is no argument "page"/],
  ])('refuses %s', async (_, args, message) => {
    const { isError, text } = await list(args);
    expect(isError).toBe(true);
    expect(text).toMatch(message);
  });
});

describe('a long page', () => {
  it('is cut to what a host passes on, and continues behind the last row', async () => {
    const fields = [
      'id',
      'title',
      'url',
      'image',
      'price',
      'notes',
      'promotions',
      'reviews',
      'sales_text',
      'error',
    ];
    const first = await list({ shop: SHOP, limit: 100, fields });
    expect(first.text.length).toBeLessThanOrEqual(30_000);
    expect(first.count).toBe(first.rows.length);
  });
});
