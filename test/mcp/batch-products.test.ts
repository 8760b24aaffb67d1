import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callBatch, toIds, toRecords } from '../helpers/mcp-batch.js';
import {
  type CallOptions,
  connectMcp,
  type McpSession,
  openSandboxPlace,
  type SandboxPlace,
} from '../helpers/mcp-session.js';
import { runCli } from '../helpers/run-cli.js';

const METHOD = 'jd.union.open.goods.detail.query';

let place: SandboxPlace;
let session: McpSession;

beforeAll(async () => {
  place = await openSandboxPlace({}, { JD_UNION_QUOTA: '1000/1s' });
  session = await connectMcp(place.environment);
});
beforeEach(() => {
  place.sandbox.setFaults([]);
  place.sandbox.clear();
});
afterAll(async () => {
  await session.close();
  await place.close();
});

let next = 100030000000;
/** Ids that no test asked for before: nothing about them is cached. */
function newIds(count: number): string[] {
  const ids = toIds(count, next);
  next = Number(ids.at(-1)) + 7;
  return ids;
}

const batch = (args: Record<string, unknown>, options?: CallOptions) => callBatch(session, args, options);

const listJobs = async () => {
  const { stdout } = await runCli(['jobs', '--json'], { environment: place.environment });
  return (JSON.parse(stdout) as { jobs: { id: string; state: string }[] }).jobs;
};

describe('a short list', () => {
  it('is answered at once, in its order, with each input and its outcome', async () => {
    const products = [
      'https://item.jd.com/100012345678.html',
      '【拼多多】好物 https://mobile.yangkeduo.com/goods.html?goods_id=8420152864',
      '什么都不是',
      'https://item.jd.com/100012345678.html?utm=1',
      'https://v.douyin.com/92ATSTRwUEY/',
    ];
    const answer = await batch({ products });
    expect(answer).toMatchObject({
      state: 'finished',
      total: 5,
      remaining: 0,
      counts: { ok: 3, invalid: 1, unsupported: 1 },
      sandbox: true,
      isError: false,
    });
    expect(toRecords(answer)).toMatchObject([
      { line: 1, input: products[0], outcome: 'ok', id: '100012345678', price: expect.any(Number) },
      { line: 2, input: products[1], outcome: 'ok', id: '8420152864', price: 15.6, price_kind: 'group' },
      { line: 3, input: '什么都不是', outcome: 'invalid', error_code: 'not_recognised' },
      { line: 4, outcome: 'ok', same_as: 1, title: '' },
      { line: 5, outcome: 'unsupported', error_code: 'unsupported' },
    ]);
    expect(answer.errors).toMatchObject({ not_recognised: expect.stringContaining('Paste a link') });
    expect(JSON.parse(answer.text)).toEqual((({ text: _, isError: __, ...data }) => data)(answer));
  });

  it('hoists what all products of a source share', async () => {
    const { same } = await batch({ products: newIds(5), platform: 'jd' });
    expect(same).toMatchObject({
      platform: 'jd',
      source: 'jd-union',
      sandbox: true,
      url: 'https://item.jd.com/{id}.html',
    });
  });

  it('has the columns that were asked for', async () => {
    const answer = await batch({ products: newIds(2), platform: 'jd', fields: ['list_price', 'reviews'] });
    expect(answer.columns).toEqual(['line', 'input', 'outcome', 'list_price', 'reviews', 'id']);
  });

  it('says the kind of a price, what to know of it, and why a line failed, whatever columns were asked for', async () => {
    const products = ['https://mobile.yangkeduo.com/goods.html?goods_id=8420152866', '什么都不是'];
    const answer = await batch({ products, fields: ['title', 'price'] });
    expect(toRecords(answer)).toMatchObject([
      { price: 30.6, price_kind: 'coupon', id: '8420152866' },
      { error_code: 'not_recognised' },
    ]);
    expect(answer.same).toMatchObject({ notes: expect.any(String), url: expect.stringContaining('{id}') });
  });

  it('spends one call on what is asked for twice', async () => {
    const [id = ''] = newIds(1);
    await batch({ products: [id, `https://item.jd.com/${id}.html`, id], platform: 'jd' });
    expect(place.sandbox.arrivals().length).toBe(1);
  });

  it('fails only when nothing could be answered', async () => {
    const answer = await batch({ products: ['什么都不是', '也不是'] });
    expect(answer).toMatchObject({
      isError: true,
      counts: { invalid: 2 },
      error: { code: 'not_recognised' },
    });
    expect(answer.text).toMatch(/Paste a link/);
    expect(answer.text.length).toBeLessThan(1000);
    expect(answer.rows.length).toBe(2);
  });

  it('says every reason in the text of a failure, and that nothing was answered', async () => {
    const { text } = await batch({
      products: ['什么都不是', 'https://v.douyin.com/92ATSTRwUEY/', '100012345678'],
    });
    expect(text).toMatch(/Paste a link.*Douyin is not supported.*Say which: platform jd/);
    expect(text).toMatch(/None of the 3 could be answered/);
    expect(text).not.toMatch(/Complete/);
    expect(text.length).toBeLessThan(1000);
  });

  it('counts an id that does not exist as an answer', async () => {
    place.sandbox.setFaults([{ kind: 'empty-data', method: METHOD }]);
    expect(await batch({ products: newIds(2), platform: 'jd' })).toMatchObject({
      isError: false,
      counts: { not_found: 2 },
    });
  });
});

describe('a job', () => {
  it('that began here shows on the command line', async () => {
    const { job } = await batch({ products: newIds(3), platform: 'jd' });
    const jobs = await listJobs();
    expect(jobs.find(({ id }) => id === job)).toMatchObject({ state: 'finished' });
  });

  it('of the command line is answered here', async () => {
    await runCli(['batch', '-', '--platform', 'jd', '--quiet'], {
      environment: place.environment,
      stdin: newIds(3).join('\n'),
    });
    const [{ id = '' } = {}] = await listJobs();
    expect(await batch({ job: id })).toMatchObject({
      state: 'finished',
      total: 3,
      remaining: 0,
      rows: { length: 3 },
    });
  });

  it('comes with all products of lines that name several', async () => {
    const ids = newIds(300);
    const products = ids
      .filter((_, at) => at % 2 === 0)
      .map((id, at) => `https://item.jd.com/${id}.html https://item.jd.com/${ids[2 * at + 1]}.html`);
    let answer = await batch({ products });
    let rows = answer.rows.length;
    while (answer.next_cursor) {
      answer = await batch({ cursor: answer.next_cursor });
      rows += answer.rows.length;
    }
    expect(rows).toBe(300);
  });

  it('tells the same rows as often as it is called, and says where its details are', async () => {
    const first = await batch({ products: newIds(3), platform: 'jd', detail: 'full' });
    expect(first.hint).toBe(`Complete. SKUs, images and attributes: resource batch://${first.job}.`);
    expect((await batch({ job: first.job })).rows).toEqual(first.rows);
    expect((await batch({ job: first.job })).rows).toEqual(first.rows);
  });

  it('of many rows comes page by page, each exactly once, with short cursors', async () => {
    let answer = await batch({ products: newIds(240), platform: 'jd' });
    const lines = toRecords(answer).map(({ line }) => line);
    while (answer.next_cursor) {
      expect(answer.next_cursor.length).toBeLessThanOrEqual(60);
      answer = await batch({ cursor: answer.next_cursor });
      lines.push(...toRecords(answer).map(({ line }) => line));
    }
    expect([lines.length, new Set(lines).size]).toEqual([240, 240]);
  });

  it('of the same products in other lines has an answer of its own', async () => {
    const products = newIds(3);
    const first = await batch({ products, platform: 'jd' });
    const second = await batch({ products: ['什么都不是', ...products, products[0]], platform: 'jd' });
    expect(second.job).not.toBe(first.job);
    expect(second).toMatchObject({ total: 5, counts: { ok: 4, invalid: 1 } });
    expect(place.sandbox.arrivals().length).toBe(3);
  });

  it('takes no answer from the cache when it is asked for fresh ones', async () => {
    const products = newIds(3);
    await batch({ products, platform: 'jd' });
    await batch({ products, platform: 'jd', fresh: true });
    expect(place.sandbox.arrivals().length).toBe(6);
  });

  it('stops at a fatal cause, says it, and can be resumed', async () => {
    place.sandbox.setFaults([{ kind: 'code', method: METHOD, code: '10001' }]);
    const stopped = await batch({ products: newIds(50), platform: 'jd' });
    expect(stopped).toMatchObject({ state: 'stopped', isError: true });
    place.sandbox.setFaults([]);
    expect(await batch({ job: stopped.job })).toMatchObject({
      state: 'finished',
      remaining: 0,
      counts: { ok: 50 },
    });
  });
});

describe('odd input', () => {
  it('leaves one blank entry without an answer, not the list', async () => {
    const answer = await batch({ products: ['https://item.jd.com/100012345678.html', '', null, ' '] });
    expect(answer).toMatchObject({ total: 4, counts: { ok: 1, invalid: 3 }, isError: false });
  });

  it('answers the columns that there are, and names the one that there is not', async () => {
    const answer = await batch({ products: newIds(1), platform: 'jd', fields: ['title', 'colour'] });
    expect(answer.columns).toContain('title');
    expect(answer.remarks).toEqual(['There is no "colour" in fields; it was left out.']);
    const none = await batch({ products: newIds(1), platform: 'jd', fields: ['colour'] });
    expect(none.columns).toContain('title');
    expect(none.remarks?.[0]).toMatch(/Known: line, input, outcome/);
  });

  it('never breaks an emoji in two', async () => {
    const products = [`${'x'.repeat(119)}😀😀`, `${'x'.repeat(199)}😀`, '😀'.repeat(1500)];
    expect((await batch({ products })).counts).toEqual({ invalid: 3 });
  });
});

describe('bad input', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['501 products', { products: toIds(501) }, /"products" is too long: at most 500 entries/],
    ['no products', { products: [] }, /Give either products, or job/],
    ['nothing at all', {}, /Give either products, or job/],
    ['products and a job', { products: ['1'], job: 'abcdef1234' }, /Give either products, or job/],
    ['a job that does not exist', { job: 'abcdef1234' }, /no job abcdef1234/],
    ['a cursor of another job', { cursor: 'abcdef1234.1.10.5.10' }, /no job/],
    ['a cursor that is none', { cursor: 'next' }, /stale_cursor/],
    [
      'objects for products',
      { products: [{ id: '1' }] },
      /\{"id":"1"\} in "products" must be of type string/,
    ],
    ['an unknown argument', { productz: ['1'] }, /Did you mean "products"/],
  ])('is refused: %s', async (_, args, message) => {
    const { isError, text } = await batch(args);
    expect(isError).toBe(true);
    expect(text).toMatch(message);
    expect(text.length).toBeLessThan(1000);
  });

  it('refuses a cursor of an earlier run', async () => {
    const products = newIds(2);
    const { job } = await batch({ products, platform: 'jd' });
    await batch({ products, platform: 'jd' });
    expect(await batch({ job, cursor: `${job}.1.0.0.0` })).toMatchObject({
      isError: true,
      text: /stale_cursor/,
    });
  });

  it.each([
    ['a list written as JSON', { products: '["100012345678","100012345679"]', platform: 'jd' }, 2],
    ['a list written as lines', { ids: '100012345678\n100012345679', platform: 'jd' }, 2],
    ['numbers', { skus: [100012345678, 100012345679], platform: 'jd' }, 2],
    ['ids in one text', { products: '100012345678,100012345679 100012345680', platform: 'jd' }, 3],
    ['ids in one entry', { products: ['100012345678、100012345679'], platform: 'jd' }, 2],
    ['the name of a marketplace', { products: ['100012345678'], platform: '京东' }, 1],
    ['a name of ids that says which marketplace', { goods_ids: ['8420152864'] }, 1],
    ['words for nothing', { products: ['8420152864'], platform: 'PDD', job: 'None', fields: ['null'] }, 1],
    ['one text', { url: 'https://item.jd.com/100012345678.html' }, 1],
  ])('is understood where it can be: %s', async (_, args, count) => {
    expect(await batch(args)).toMatchObject({ isError: false, counts: { ok: count } });
  });
});

describe('a long list', () => {
  it('of the command line is told while it runs, each row exactly once', async () => {
    const running = runCli(['batch', '-', '--platform', 'jd', '--quiet'], {
      environment: place.environment,
      stdin: newIds(1500).join('\n'),
    });
    await expect.poll(async () => (await listJobs()).find(({ state }) => state === 'running')).toBeDefined();
    const { id } = (await listJobs()).find(({ state }) => state === 'running') ?? { id: '' };
    let answer = await batch({ job: id });
    const lines: unknown[] = [];
    for (;;) {
      lines.push(...toRecords(answer).map(({ line }) => line));
      expect(answer.remaining).toBe(1500 - lines.length);
      if (!answer.next_cursor) break;
      answer = await batch({ cursor: answer.next_cursor });
    }
    await running;
    expect([lines.length, new Set(lines).size]).toEqual([1500, 1500]);
  });
});
