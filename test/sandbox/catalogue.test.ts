import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findGoods } from '../../src/core/providers/jd/sandbox/catalogue.js';
import { findGoods as findJumdataGoods } from '../../src/core/providers/pdd/sandbox/catalogue.js';
import { ANSWER_FAULTS, createDice, digits, toSandboxJson } from '../../src/core/simulation/upstream.js';
import { listCatalogue } from '../../src/sandbox/catalogue.js';
import { CONNECTION_FAULTS } from '../../src/sandbox/fault-plan.js';
import { createUnionClient, getJumdata, type Json, readJson } from '../helpers/sandbox/clients.js';
import { createStarter, upstreams } from '../helpers/sandbox/running.js';

const start = createStarter();
const catalogue = listCatalogue(upstreams);
const idsOf = (upstream: string, kind: string) =>
  catalogue.filter((entry) => entry.upstream === upstream && entry.kind === kind).map(({ id }) => id);

describe('the catalogue', () => {
  it('varies about three hundred products by hand', () => {
    const count = idsOf('jd-union', 'product').length + idsOf('pdd-jumdata', 'product').length;
    expect(count).toBeGreaterThanOrEqual(300);
  });

  it('names every entry once and says what is special about it', () => {
    const keys = catalogue.map(({ upstream, kind, id }) => `${upstream} ${kind} ${id}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(catalogue.every(({ about }) => about.length > 3)).toBe(true);
  });

  it('is served to other programs', async () => {
    const { origin } = await start();
    expect(await readJson(await fetch(`${origin}/_sandbox/catalogue`))).toEqual(catalogue);
  });

  it('holds JD products that all serialise and arrive over HTTP', async () => {
    const { environment } = await start();
    const client = await createUnionClient(environment);
    const missing: string[] = [];
    for (const id of idsOf('jd-union', 'product')) {
      const answer = await client.guideProduct(id);
      const { result } = answer.jd_union_open_goods_detail_query_responce;
      if (!result.goodsInfo) missing.push(id);
    }
    expect(missing).toEqual(['100000000404']);
  });

  it('holds Pinduoduo products that all serialise and arrive over HTTP', async () => {
    const { environment } = await start();
    const missing: string[] = [];
    for (const goodsId of idsOf('pdd-jumdata', 'product')) {
      const answer = await getJumdata(environment, { goodsId });
      if (!answer.data) missing.push(goodsId);
    }
    expect(missing).toEqual(['100000404']);
  });

  it('varies what it says it varies', () => {
    const find = (upstream: string, about: string) =>
      catalogue.find((entry) => entry.upstream === upstream && entry.about === about)?.id ?? '';
    const jd = (about: string): Json => findGoods(find('jd-union', about))?.info;
    const pdd = (about: string): Json => findJumdataGoods(find('pdd-jumdata', about));
    expect(jd('sold out').stockState).toBe(0);
    expect(jd('price "5??9"').price).toBe('5??9');
    expect(jd('200 SKUs').skuList).toHaveLength(200);
    expect(jd('no title').title).toBeUndefined();
    expect(jd('title with a formula').title).toMatch(/^=HYPERLINK/);
    expect(jd('title with 500 characters').title).toHaveLength(500);
    expect(pdd('200 SKUs').sku_products).toHaveLength(200);
    expect(pdd('all prices in fen []').price.min_group_price).toEqual([]);
    expect(pdd('sales_tip "已拼5243+件"').sales_tip).toBe('已拼5243+件');
    expect(pdd('price []').price).toEqual([]);
  });
});

describe('generated goods', () => {
  const wellFormed = fc.bigInt({ min: 100_000n, max: 10n ** 15n - 1n }).map(String);

  it('exist for every well-formed id, always the same, except where the id ends in 404', () => {
    fc.assert(
      fc.property(wellFormed, (id) => {
        const [jd, pdd] = [findGoods(id), findJumdataGoods(id)];
        expect(pdd === undefined).toBe(id.endsWith('404'));
        expect(toSandboxJson(jd ?? null)).toBe(toSandboxJson(findGoods(id) ?? null));
        expect(toSandboxJson(pdd ?? null)).toBe(toSandboxJson(findJumdataGoods(id) ?? null));
      }),
    );
  });

  it('differ from id to id', () => {
    const titles = Array.from(
      { length: 200 },
      (_, index) => findGoods(String(300_000_000_001 + index))?.info['title'],
    );
    expect(new Set(titles).size).toBeGreaterThan(100);
  });

  it.each(['', '0', '012345', 'abc', '1'.repeat(21), '1 2'])(
    'do not exist for the malformed id "%s"',
    (id) => {
      expect(findGoods(id)).toBeUndefined();
    },
  );
});

describe('draws', () => {
  it('stay inside their bounds', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: -50, max: 50 }), fc.nat(100), (seed, from, width) => {
        const dice = createDice(seed);
        const drawn = dice.whole(from, from + width);
        expect(drawn >= from && drawn <= from + width && Number.isInteger(drawn)).toBe(true);
      }),
    );
  });

  it('are spread evenly over neighbouring seeds', () => {
    const counts = [0, 0, 0, 0, 0];
    for (let id = 0; id < 5_000; id += 1) {
      const place = createDice(`goods ${id}`).whole(0, 4);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
  });
});

describe('long ids', () => {
  it('are numbers of any length in JSON, and texts elsewhere', () => {
    const id = '12345678901234567890';
    expect(toSandboxJson({ id: digits(id), title: `digits:${id}` })).toBe(
      `{"id":${id},"title":"digits:${id}"}`,
    );
  });
});

describe('the document of the sandbox', () => {
  const text = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');

  it('names every shop that is special', () => {
    const shops = [...text.matchAll(/^\| `(\d+)` \|/gm)].map(([, id]) => id);
    const special = idsOf('jd-union', 'shop').filter((id) => !id.endsWith('404'));
    expect(shops.sort()).toEqual(special.sort());
  });

  it('names every fault', () => {
    const kinds = [...ANSWER_FAULTS, ...CONNECTION_FAULTS];
    expect(kinds.filter((kind) => !text.includes(`\`${kind}\``))).toEqual([]);
  });
});
