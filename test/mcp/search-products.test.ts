import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toRecords } from '../helpers/mcp-batch.js';
import { connectMcp, type McpSession, openSandboxPlace, type SandboxPlace } from '../helpers/mcp-session.js';

/** Words of more products than one result holds. */
const MANY = '整箱 快充 亲肤透气 脆甜 高钙 编织';

let place: SandboxPlace;
let session: McpSession;

beforeAll(async () => {
  place = await openSandboxPlace(
    {},
    { JD_UNION_DIALECT: 'jos', JD_UNION_QUOTA: '1000/1s', PDD_DDK_QUOTA: '1000/1s', TBK_QUOTA: '1000/1s' },
  );
  session = await connectMcp(place.environment);
});
beforeEach(() => place.sandbox.setFaults([]));
afterAll(async () => {
  await session.close();
  await place.close();
});

interface Found {
  readonly count: number;
  readonly next_cursor?: string;
  readonly columns: string[];
  readonly rows: unknown[][];
  readonly failed?: { platform: string; source: string; error: { code: string } }[];
  readonly remarks?: string[];
}

const search = async (args: Record<string, unknown>) => {
  const { data, text, isError } = await session.call('search_products', args);
  return { ...(data as unknown as Found), text, isError };
};

describe('search_products', () => {
  it('answers candidates of every marketplace as a table, and says that they are no more than that', async () => {
    const answer = await search({ words: '手机', limit: 9 });
    expect(answer).toMatchObject({
      count: 9,
      next_cursor: expect.any(String),
      currency: 'CNY',
      hint: expect.stringContaining('nobody has checked'),
      notice: expect.stringContaining('written by sellers'),
      sandbox: true,
    });
    const records = toRecords(answer);
    expect(new Set(records.map(({ source }) => source))).toEqual(
      new Set(['jd-union', 'pdd-ddk', 'taobao-tbk']),
    );
    for (const { title, price, price_kind } of records) {
      expect(title).toEqual(expect.any(String));
      expect(price).toEqual(expect.any(Number));
      expect(price_kind).toEqual(expect.any(String));
    }
  });

  it('brings each candidate once, page by page, also where a page holds fewer rows than were found', async () => {
    const keys: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = await search({ words: MANY, platform: 'pdd', limit: 50, ...(cursor && { cursor }) });
      expect(answer.text).toContain('columns');
      keys.push(...toRecords(answer).map(({ id }) => String(id)));
      ({ next_cursor: cursor } = answer);
    } while (cursor && keys.length < 400);
    expect(keys.length).toBeGreaterThan(100);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('keeps to the highest price and to coupons, in the order that was asked for', async () => {
    const args = { query: '手机', marketplace: '拼多多', maxPrice: 60, coupon: true, sort: 'price' };
    const prices = toRecords(await search(args)).map(({ price }) => Number(price));
    expect(prices.length).toBeGreaterThan(1);
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
    expect(Math.max(...prices)).toBeLessThanOrEqual(60);
  });

  it('names a marketplace that failed along with what the others found', async () => {
    place.sandbox.setFaults([{ upstream: 'pdd-ddk', kind: 'code', code: '20004' }]);
    const { failed, count, isError } = await search({ words: '手机', limit: 4 });
    expect(isError).toBe(false);
    expect(count).toBeGreaterThan(0);
    expect(failed).toMatchObject([
      { platform: 'pdd', source: 'pdd-ddk', error: { code: expect.any(String) } },
    ]);
  });

  it('fails where nobody could be asked', async () => {
    place.sandbox.setFaults([{ upstream: 'pdd-ddk', kind: 'code', code: '20004' }]);
    expect(await search({ words: '手机', platform: 'pdd' })).toMatchObject({ isError: true });
  });

  it.each([
    ['nothing found', '没有这种东西', false, 'Use fewer or other words'],
    ['500 characters', 'x'.repeat(500), true, 'at most 100 characters'],
  ])('says what to do about %s', async (_, words, isError, sentence) => {
    const answer = await search({ words, platform: 'pdd' });
    expect(answer).toMatchObject({ isError });
    expect(answer.text).toContain(sentence);
  });

  it('has the columns that were asked for', async () => {
    const { columns, remarks } = await search({ words: '手机', platform: 'pdd', fields: 'id, titl' });
    expect(columns).toEqual(['id']);
    expect(remarks).toEqual([expect.stringContaining('Did you mean "title"?')]);
  });
});
