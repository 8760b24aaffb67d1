import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { formatPriceHistory } from '../../../src/core/index.js';
import { openSandboxCore, type SandboxCore } from '../../helpers/open-sandbox-core.js';

const LINK = 'https://item.jd.com/100012345678.html';
const PAID = 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864';

let opened: SandboxCore | undefined;
const open = async (...options: Parameters<typeof openSandboxCore>) => {
  opened = await openSandboxCore(...options);
  return opened;
};
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const lines = async function* (...rows: object[]) {
  for (const row of rows) yield JSON.stringify(row);
};
/** What the sandbox says is made up, so it is kept apart from this. */
const SEEN = {
  platform: 'jd',
  id: '100012345678',
  source: 'jd-union',
  at: new Date(Date.now() - 86_400_000).toISOString(),
  prices: [{ kind: 'sale', amount: 5799 }],
};

describe('a price history', () => {
  it('grows by looking products up, once for each fresh answer', async () => {
    const { core, sandbox } = await open({ environment: { BIJIA_SANDBOX: '1' } });
    await core.get(LINK);
    await core.get(LINK);
    const [result] = await core.getPriceHistory(LINK);
    expect(result).toMatchObject({ outcome: 'ok', platform: 'jd', id: '100012345678', sandbox: true });
    expect(result?.history).toMatchObject({ source: 'jd-union', verdict: 'unknown' });
    expect(result?.history?.now?.kind).toBe('coupon');
    expect(result?.history?.windows.map(({ coveredDays }) => coveredDays)).toEqual([1, 1, 1]);
    expect(sandbox.arrivals()).toHaveLength(1);
  });

  it('grows by pages of shops as well', async () => {
    const { core, sandbox } = await open({ environment: { BIJIA_SANDBOX: '1' } });
    const { products } = await core.getShopProducts('https://mall.jd.com/index-1000462158.html', {
      limit: 3,
    });
    const calls = sandbox.arrivals().length;
    const [product] = products;
    const [seen] = await core.getPriceHistory(product?.id ?? '', { platform: 'jd', offline: true });
    expect(seen).toMatchObject({ outcome: 'ok', history: { title: product?.title } });
    expect(seen?.history?.changes.some(({ fen }) => fen === null)).toBe(false);
    expect(sandbox.arrivals()).toHaveLength(calls);
  });

  it('asks nothing offline, and says what is missing', async () => {
    const { core, sandbox } = await open();
    const [result] = await core.getPriceHistory(LINK, { offline: true });
    expect(result).toMatchObject({ outcome: 'not_found', error: { code: 'no_history' } });
    expect(sandbox.arrivals()).toEqual([]);
  });

  it('makes a paid call only when it is told to', async () => {
    const { core, sandbox } = await open({
      environment: {
        BIJIA_SANDBOX: '1',
        PDD_DDK_CLIENT_ID: undefined,
        PDD_DDK_CLIENT_SECRET: undefined,
        PDD_DDK_PID: undefined,
      },
    });
    const [result] = await core.getPriceHistory(PAID);
    expect(result).toMatchObject({ outcome: 'not_found', error: { code: 'no_history' } });
    expect(sandbox.arrivals()).toEqual([]);
    const [fresh] = await core.getPriceHistory(PAID, { fresh: true });
    expect(fresh).toMatchObject({ outcome: 'ok', history: { source: 'pdd-jumdata' } });
  });

  it('keeps what a sandbox behind an ordinary address made up apart', async () => {
    const { core, stateDir } = await open();
    await core.history.importLines(lines(SEEN));
    const [offline] = await core.getPriceHistory(LINK, { offline: true });
    expect(offline).toMatchObject({ outcome: 'ok', history: { now: { fen: 579_900 } } });
    expect(offline?.sandbox).toBeUndefined();
    const [asked] = await core.getPriceHistory(LINK);
    expect(asked).toMatchObject({ sandbox: true });
    expect(existsSync(join(stateDir, 'sandbox', 'history', 'history.db'))).toBe(true);
    const exported: string[] = [];
    for await (const line of core.history.exportLines()) exported.push(line);
    expect(exported).toHaveLength(1);
  });

  it('answers offline with what the sandbox said, where its address leads there and nothing else is known', async () => {
    const { core } = await open();
    await core.get(LINK);
    const [made] = await core.getPriceHistory(LINK, { offline: true });
    expect(made).toMatchObject({ outcome: 'ok', sandbox: true });
    await core.history.importLines(lines(SEEN));
    const [real] = await core.getPriceHistory(LINK, { offline: true });
    expect(real?.sandbox).toBeUndefined();
    expect(real?.history?.now?.fen).toBe(579_900);
  });

  it('takes an import twice without harm and gives back what it took', async () => {
    const { core } = await open();
    const rows = [
      SEEN,
      { ...SEEN, sku: '7', gone: ['coupon'] },
      { ...SEEN, source: 'other', stock: 'out_of_stock', prices: [] },
    ];
    await core.history.importLines(lines(...rows));
    await core.history.importLines(lines(...rows.toReversed()));
    const exported: object[] = [];
    for await (const line of core.history.exportLines()) exported.push(JSON.parse(line));
    expect(exported).toHaveLength(3);
    await core.history.importLines(lines(...exported));
    const again: object[] = [];
    for await (const line of core.history.exportLines()) again.push(JSON.parse(line));
    expect(again).toEqual(exported);
  });

  it.each([
    ['not JSON', 'nonsense', 'not JSON'],
    ['an amount of 0', { ...SEEN, prices: [{ kind: 'sale', amount: 0 }] }, 'above 0'],
    ['an amount that nothing costs', { ...SEEN, prices: [{ kind: 'sale', amount: 1e8 }] }, 'above 0'],
    ['a time to come', { ...SEEN, at: '2999-01-01T00:00:00Z' }, 'still to come'],
    ['no time', { ...SEEN, at: 'yesterday' }, 'expects a time'],
    ['a number in the place of the time', { ...SEEN, at: '12' }, 'expects a time'],
    ['another marketplace', { ...SEEN, platform: 'nowhere' }, 'not a known marketplace'],
    ['no id', { ...SEEN, id: '' }, 'id'],
  ])('refuses a line with %s', async (_, row, reason) => {
    const { core } = await open();
    const text = async function* () {
      yield typeof row === 'string' ? row : JSON.stringify(row);
    };
    const report = await core.history.importLines(text());
    expect(report).toMatchObject({ taken: 0, refusedCount: 1, refused: [{ line: 1 }] });
    expect(report.refused[0]?.message).toContain(reason);
  });

  it.each(['', 'jd', '%', 'jd/1/%/acme/price/1', 'jd/1//acme/sale/soon'])(
    'has no point that is called %j',
    async (id) => {
      const { core } = await open();
      await expect(core.history.removePoint(id)).rejects.toMatchObject({ code: 'history_point' });
    },
  );

  it('never holds a cost price', async () => {
    const { core } = await open();
    await core.history.importLines(
      lines({ ...SEEN, prices: [{ kind: 'cost', amount: 3000 }, ...SEEN.prices] }),
    );
    const [result] = await core.getPriceHistory(LINK, { offline: true });
    expect(JSON.stringify(result && formatPriceHistory(result))).not.toMatch(/cost|3000/);
  });

  it('lists drops, the largest first', async () => {
    const { core } = await open();
    const at = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString();
    const row = (id: string, daysAgo: number, amount: number) => ({
      ...SEEN,
      id,
      at: at(daysAgo),
      prices: [{ kind: 'sale', amount }],
    });
    await core.history.importLines(
      lines(row('100001', 2, 100), row('100001', 1, 90), row('100002', 2, 100), row('100002', 1, 50)),
    );
    expect((await core.history.listDrops(7, 0.05, 10)).map(({ id, share }) => [id, share])).toEqual([
      ['100002', 0.5],
      ['100001', 0.1],
    ]);
    expect(await core.history.listDrops(7, 0.2, 10)).toHaveLength(1);
  });

  it('is deleted when a product is to be forgotten', async () => {
    const { core } = await open();
    await core.history.importLines(lines(SEEN));
    expect(await core.forgetPriceHistory(LINK)).toBe(1);
    expect(await core.forgetPriceHistory(LINK)).toBe(0);
  });

  it('is not written with BIJIA_HISTORY=0, and loads nothing until it is read', async () => {
    const { core, stateDir } = await open({ environment: { BIJIA_SANDBOX: '1', BIJIA_HISTORY: '0' } });
    await core.get(LINK);
    expect(
      readdirSync(stateDir, { recursive: true }).filter((path) => String(path).includes('history')),
    ).toEqual([]);
  });
});
