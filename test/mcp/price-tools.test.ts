import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectMcp, type McpSession, openSandboxPlace, type SandboxPlace } from '../helpers/mcp-session.js';

const LINK = 'https://item.jd.com/100012345678.html';
const PAID = 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864';

let place: SandboxPlace;
let session: McpSession;
/** Where only a source that costs money answers about the product. */
let paid: McpSession;

beforeAll(async () => {
  place = await openSandboxPlace({}, { JD_UNION_QUOTA: '1000/1s' });
  session = await connectMcp({ ...place.environment, BIJIA_SANDBOX: '1' });
  const free = Object.keys(place.environment).filter((name) => name.startsWith('PDD_DDK_'));
  const environment = Object.entries(place.environment).filter(([name]) => !free.includes(name));
  paid = await connectMcp(Object.fromEntries(environment));
});
afterAll(async () => {
  await Promise.all([session.close(), paid.close()]);
  await place.close();
});

describe('price_history', () => {
  it('judges the present price by what was seen', async () => {
    const { data, isError } = await session.call('price_history', { product: LINK });
    expect(isError).toBeFalsy();
    expect(data).toMatchObject({
      currency: 'CNY',
      sandbox: true,
      results: [
        {
          outcome: 'ok',
          platform: 'jd',
          source: 'jd-union',
          verdict: 'unknown',
          now: { amount: expect.any(Number), kind: 'coupon' },
          windows: [{ days: 30, covered_days: 1 }, { days: 90 }, { days: 365 }],
        },
      ],
    });
  });

  it.each([
    ['an id by the name that its marketplace gives it', { goods_id: 8420152865 }],
    ['a list of one link', { product: [LINK] }],
  ])('understands %s, as get_product does', async (_, args) => {
    expect((await session.call('price_history', args)).data).toMatchObject({ results: [{ outcome: 'ok' }] });
  });

  it('never makes a paid call', async () => {
    const { data, isError } = await paid.call('price_history', { product: PAID });
    expect(isError).toBe(true);
    expect(data).toMatchObject({ results: [{ outcome: 'not_found', error: { code: 'no_history' } }] });
  });

  it('answers a long text about its first products alone, within what hosts take, and asks for no others', async () => {
    const links = Array.from({ length: 60 }, (_, at) => `https://item.jd.com/${100012346000 + at}.html`);
    place.sandbox.clear();
    const { data, text } = await session.call('price_history', { product: links.join(' ') });
    expect(text.length).toBeLessThan(30_000);
    const { results, hint } = data as unknown as {
      readonly results: readonly object[];
      readonly hint: string;
    };
    expect(results).toHaveLength(10);
    expect(results[0]).toMatchObject({ platform: 'jd', id: '100012346000' });
    expect(results[0]).not.toHaveProperty('input');
    expect(hint).toContain('names 60 products; these are the first 10');
    expect(place.sandbox.arrivals().length).toBeLessThanOrEqual(10);
    expect(session.stderr()).not.toContain('MaxListeners');
  });

  it('says of a shop what to call, and nothing of what was seen', async () => {
    const shop = 'https://mall.jd.com/index-1000004259.html';
    const { isError, text } = await session.call('price_history', { product: shop });
    expect(isError).toBe(true);
    expect(text).toMatch(/^This is a shop, not a product\. Call shop_products/);
    expect(text).not.toContain('covered_days');
  });

  it('lists drops without a product', async () => {
    const { data } = await session.call('price_history', {});
    expect(data).toMatchObject({ days: 7, drops: [] });
  });
});

describe('watch_prices', () => {
  it('understands ids by the name that their marketplace gives them, and an amount as text', async () => {
    const { data } = await session.call('watch_prices', { goods_ids: [8420152865], below: '12.5' });
    expect(data).toMatchObject({ watches: [{ platform: 'pdd', id: '8420152865', target: 12.5 }] });
    const { watches } = data as unknown as {
      readonly watches: readonly { readonly id: string; readonly watch: string }[];
    };
    await session.call('watch_prices', { remove: watches.map(({ watch }) => watch) });
  });

  it('sets, lists and removes alerts, and says where they are told', async () => {
    const { data: set } = await session.call('watch_prices', { products: [LINK], below: 5000 });
    expect(set).toMatchObject({
      watches: [{ platform: 'jd', id: '100012345678', rule: 'below', target: 5000 }],
      hint: expect.stringContaining('never in this chat'),
    });
    const [{ watch }] = (set as unknown as { watches: [{ watch: string }] }).watches;
    const { data: gone } = await session.call('watch_prices', { remove: [watch, 'w000000'] });
    expect(gone).toMatchObject({ watches: [], unknown: ['w000000'] });
  });

  it('refuses a shop, whose ID some product has, too', async () => {
    const products = ['https://mall.jd.com/index-1000004259.html'];
    const { isError, text, data } = await session.call('watch_prices', { products });
    expect([isError, data['watches']]).toEqual([true, []]);
    expect(text).toMatch(/^This is a shop, not a product\. Call shop_products/);
  });

  it('repeats what it was given without unseen characters', async () => {
    const given = { products: ['ab\u202Ec\u200Bd'], remove: ['w1\u202E\u2066'] };
    const { data } = await session.call('watch_prices', given);
    expect(data).toMatchObject({ failed: [{ product: 'abcd' }], unknown: ['w1'] });
  });

  it('refuses what costs money at each look', async () => {
    const { isError, text } = await paid.call('watch_prices', { products: [PAID] });
    expect(isError).toBe(true);
    expect(text).toContain('BIJIA_WATCH_PAID_DAILY');
  });
});
