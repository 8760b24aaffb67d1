import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BatchRequest } from '../../../src/core/batch/prepared-batch.js';
import type { Batches, Row } from '../../../src/core/index.js';
import { collect, createFolder } from '../batch/reading.js';
import type { SandboxCore, SandboxCoreOptions } from '../open-sandbox-core.js';

/** A core of its own, and its batches. */
export type OpenBatches = (
  options?: SandboxCoreOptions,
) => Promise<SandboxCore & { readonly batches: Batches }>;

const REQUEST: BatchRequest = { detail: 'summary', owner: 'local', label: 'a list' };
const NO_DDK = {
  PDD_DDK_CLIENT_ID: undefined,
  PDD_DDK_CLIENT_SECRET: undefined,
  PDD_DDK_PID: undefined,
};
const NOTHING_SET = { ...NO_DDK, JUMDATA_APP_ID: undefined, JUMDATA_APP_SECRET: undefined };
const JD = (at: number) => `https://item.jd.com/${100_000_000_000 + at}.html`;
const PDD = (at: number) => `https://mobile.yangkeduo.com/goods.html?goods_id=${8_000_000_000 + at}`;

async function start(batches: Batches, items: readonly string[], request: Partial<BatchRequest> = {}) {
  const prepared = await batches.prepare({ items }, { ...REQUEST, ...request });
  return { ...prepared, record: await prepared.save() };
}

/** @returns all rows, which have been read from each of them on */
async function expectSamePages(batches: Batches, id: string) {
  const all = await collect(batches.readRows(id));
  for (let skip = 0; skip <= all.length; skip += 1) {
    expect(await collect(batches.readRows(id, skip))).toEqual(all.slice(skip));
  }
  return all;
}

/** All rows in the order in which their answers came, a few at a time. */
async function readArrived(batches: Batches, id: string, most: number) {
  const rows: Row[] = [];
  let told = { told: 0, place: -1, line: 0 };
  for (;;) {
    const page = await batches.readArrived(id, told, most);
    expect(page.before).toBe(rows.length);
    const last = page.rows.at(-1);
    if (!last) return { rows, arrived: page.arrived, rowCount: page.rowCount, counts: page.counts };
    rows.push(...page.rows.map(({ firstLine, ...row }) => row));
    told = { told: rows.length, place: last.place, line: last.line };
  }
}

/** By place and line, as all rows read in their order tell them. */
async function sortArrived(batches: Batches, id: string) {
  const rows = (await collect(batches.readRows(id))).filter(({ place }) => place !== undefined);
  return rows.sort((a, b) => (a.place ?? 0) - (b.place ?? 0) || a.line - b.line);
}

/** What batches promise, wherever their jobs are kept. */
export function defineBatchesCases(open: OpenBatches): void {
  describe('a batch', () => {
    it('gives every line one outcome in input order, duplicates answered at each place', async () => {
      const { batches, sandbox } = await open({ environment: NO_DDK });
      const items = [
        JD(1),
        PDD(1),
        'nothing',
        JD(1),
        'https://haohuo.jinritemai.com/views/product/item2?id=33752416',
        '100000000001',
        JD(404),
      ];
      const { id, plan, summary } = await start(batches, items);
      expect(plan).toMatchObject({ total: 3, calls: 3, paidCalls: 1, done: 0 });
      expect(summary).toMatchObject({ lines: 7, duplicates: 1, refused: 3, platforms: { jd: 2, pdd: 1 } });
      const report = await batches.run(id);
      expect(report).toMatchObject({ state: 'finished', refused: 3, counts: { ok: 2, not_found: 1 } });
      const rows = await collect(batches.readRows(id));
      expect(rows.map(({ line, outcome }) => [line, outcome])).toEqual([
        [1, 'ok'],
        [2, 'ok'],
        [3, 'invalid'],
        [4, 'ok'],
        [5, 'unsupported'],
        [6, 'invalid'],
        [7, 'not_found'],
      ]);
      expect(rows.map(({ input }) => input)).toEqual(items);
      expect(rows[0]?.product).toEqual(rows[3]?.product);
      expect(rows.filter(({ outcome }) => outcome === 'ok').every(({ sandbox: made }) => made)).toBe(true);
      expect(sandbox.arrivals()).toHaveLength(3);
    });

    it('leaves nothing behind when the same job is already running', async () => {
      const { batches } = await open();
      const { id } = await start(batches, [PDD(1)]);
      const again = await batches.prepare({ items: [PDD(1)] }, REQUEST);
      await batches.run(id, {
        consume: async () => {
          await expect(again.save()).rejects.toMatchObject({ code: 'job_running' });
        },
      });
      expect(readdirSync(join(batches.folderOf(id), '..'))).toEqual([id]);
    });

    it('says before anything is sent what it will take, and leaves nothing when it is discarded', async () => {
      const { batches, sandbox } = await open();
      const prepared = await batches.prepare({ items: [JD(1), PDD(1)] }, REQUEST);
      await prepared.discard();
      expect(sandbox.arrivals()).toEqual([]);
      expect(readdirSync(join(batches.folderOf('none'), '..'))).toEqual([]);
    });

    it('begins a new run when a finished list is given again', async () => {
      const { batches, sandbox } = await open();
      const first = await start(batches, [JD(1)]);
      await batches.run(first.id);
      await expect(batches.run(first.id)).rejects.toMatchObject({ code: 'job_finished' });
      const second = await start(batches, [JD(1)]);
      expect([second.id, second.record.run, second.earlier]).toEqual([first.id, 2, undefined]);
      await batches.run(first.id, { fresh: true });
      expect(sandbox.arrivals()).toHaveLength(2);
    });

    it('is another job for another owner, detail or source', async () => {
      const { batches } = await open();
      const requests: Partial<BatchRequest>[] = [
        {},
        { owner: 'telegram:1' },
        { detail: 'full' },
        { source: 'jd-union' },
        { platform: 'jd' },
      ];
      const ids = await Promise.all(
        requests.map(async (request) => (await start(batches, [JD(1)], request)).id),
      );
      expect(new Set(ids).size).toBe(requests.length);
    });

    it('stops when the credentials are refused, and continues when they are right again', async () => {
      const { batches, sandbox } = await open();
      sandbox.setFaults([{ kind: 'code', code: '10001', upstream: 'jd-union' }]);
      const items = Array.from({ length: 300 }, (_, at) => JD(at));
      const { id } = await start(batches, items);
      const path = join(createFolder(), 'out.csv');
      const output = { path, format: 'csv' as const, rows: 'product' as const, detail: 'summary' as const };
      const stopped = await batches.run(id, { output });
      expect(stopped).toMatchObject({
        state: 'stopped',
        cause: { code: 'signature_refused' },
        outputPath: `${path}.partial`,
      });
      expect(sandbox.arrivals().length).toBeLessThan(100);
      expect(await batches.get(id)).toMatchObject({ state: 'stopped', cause: { code: 'signature_refused' } });
      expect(readFileSync(`${path}.partial`, 'utf8').split('\r\n').length).toBe(302);
      expect(existsSync(path)).toBe(false);
      sandbox.setFaults([]);
      sandbox.clear();
      const again = await start(batches, items.slice(0, 50));
      expect((await batches.run(again.id)).state).toBe('finished');
      expect(again.id).not.toBe(id);
    });

    it('leaves what is not configured open, and says what to set', async () => {
      const { batches } = await open({ environment: NOTHING_SET });
      const { id, plan } = await start(batches, [JD(1), PDD(1)]);
      expect(plan).toMatchObject({
        calls: 1,
        refTypes: [{ open: 1 }, { open: 1, refusal: { outcome: 'not_configured' } }],
      });
      const report = await batches.run(id);
      expect(report).toMatchObject({
        state: 'stopped',
        counts: { ok: 1 },
        cause: { outcome: 'not_configured' },
      });
      const [, row] = await collect(batches.readRows(id));
      expect(row).toMatchObject({
        outcome: 'not_configured',
        error: { message: expect.stringContaining('JUMDATA_APP_ID') },
      });
    });

    it('takes bare ids for the platform of their column, or of --platform', async () => {
      const { batches } = await open();
      const path = join(createFolder(), 'list.csv');
      writeFileSync(path, 'sku,goods_id\n100012345678,\n,8420152864\n');
      const byColumn = await batches.prepare({ path }, REQUEST);
      expect(byColumn.summary.platforms).toEqual({ jd: 1, pdd: 1 });
      const byFlag = await batches.prepare({ items: ['8420152864'] }, { ...REQUEST, platform: 'pdd' });
      expect(byFlag.summary.platforms).toEqual({ pdd: 1 });
    });

    it('opens short links, and reads them as one line each', async () => {
      const { batches } = await open();
      const { id, summary } = await start(batches, ['https://3.cn/2Xhi-9CP', 'https://3.cn/dead']);
      expect(summary).toMatchObject({ unique: 2, refused: 0 });
      await batches.run(id);
      const rows = await collect(batches.readRows(id));
      expect(
        rows.map(({ outcome, platform, product }) => [outcome, platform, product !== undefined]),
      ).toEqual([
        ['ok', 'jd', true],
        ['invalid', 'jd', false],
      ]);
    });

    it('hands out rows in order while it runs', async () => {
      const { batches } = await open();
      const { id } = await start(batches, [JD(1), 'nothing', JD(2)]);
      const lines: number[] = [];
      await batches.run(id, {
        consume: async (rows) => {
          for await (const { line } of rows) lines.push(line);
        },
      });
      expect(lines).toEqual([1, 2, 3]);
    });

    it('ends when nobody reads its rows any more', async () => {
      const { batches } = await open();
      const { id } = await start(batches, [JD(1), JD(2)]);
      const consume = () => Promise.reject(new Error('EPIPE'));
      await expect(batches.run(id, { consume })).rejects.toThrow('EPIPE');
      expect((await batches.get(id)).state).toBe('stopped');
      expect((await batches.run(id)).state).toBe('finished');
    });

    it('can be cancelled by its id, and resumed by it', async () => {
      // Half of them are still on their way when the first answers are told.
      const { batches } = await open({ sandbox: { latencyMs: 800 } });
      const { id } = await start(
        batches,
        Array.from({ length: 60 }, (_, at) => JD(at)),
      );
      let second: Promise<unknown> | undefined;
      const report = await batches.run(id, {
        onProgress: ({ done }) => {
          if (done === 0 || second) return;
          void batches.cancel(id);
          second = expect(batches.run(id)).rejects.toMatchObject({ code: 'job_running' });
        },
      });
      await second;
      if (report.state === 'cancelled') expect((await batches.run(id)).state).toBe('finished');
      expect(await batches.get(id)).toMatchObject({
        state: 'finished',
        done: 60,
        total: 60,
        counts: { ok: 60 },
      });
    });

    it('fetches recorded failures again when it is told to, also after its end', async () => {
      const { batches, sandbox } = await open();
      sandbox.setFaults([{ kind: 'garbage' }]);
      const { id } = await start(batches, [JD(1), JD(2)]);
      expect((await batches.run(id)).counts).toEqual({ upstream_error: 2 });
      sandbox.setFaults([]);
      const again = await start(batches, [JD(1), JD(2)], { retryFailed: true });
      expect(again).toMatchObject({ id, plan: { calls: 2 } });
      expect(await batches.run(id, { retryFailed: true })).toMatchObject({
        state: 'finished',
        counts: { ok: 2 },
      });
    });

    it('gives the rows of a finished job from any of them on, also after it has gone on', async () => {
      const { batches, sandbox } = await open({ environment: NO_DDK });
      const items = [JD(1), 'nothing', JD(2), JD(1), PDD(1), JD(404), JD(3)];
      sandbox.setFaults([{ kind: 'status', code: '500', times: 4 }]);
      const { id } = await start(batches, items);
      await batches.run(id);
      await expectSamePages(batches, id);
      await start(batches, items, { retryFailed: true });
      await batches.run(id, { retryFailed: true });
      const all = await expectSamePages(batches, id);
      expect(all.map(({ outcome }) => outcome)).toEqual([
        ...['ok', 'invalid', 'ok', 'ok', 'ok', 'not_found', 'ok'],
      ]);
    });

    it('gives its rows as their answers come, while they still do and when all of them are there', async () => {
      const { batches } = await open({ environment: NO_DDK });
      const items = Array.from({ length: 30 }, (_, at) => JD(at % 20));
      items.push('nothing', PDD(1), JD(404), 'https://haohuo.jinritemai.com/views/product/item2?id=33752416');
      const { id } = await start(batches, items);
      expect((await readArrived(batches, id, 1)).rows.map(({ line }) => line)).toEqual([31, 34]);
      const seen: number[] = [];
      await batches.run(id, {
        consume: async (rows) => {
          for await (const { line } of rows) {
            if (line % 10 !== 1) continue;
            const { rows: early, arrived } = await readArrived(batches, id, 7);
            expect(early.length).toBeGreaterThanOrEqual(arrived);
            seen.push(early.length);
          }
        },
      });
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      const { rows, ...facts } = await readArrived(batches, id, 7);
      expect(facts).toMatchObject({ arrived: 34, rowCount: 34, counts: { ok: 21, not_found: 1 } });
      expect(rows).toEqual(await sortArrived(batches, id));
    });

    it('gives a row again whose failure has given way', async () => {
      const { batches, sandbox } = await open();
      sandbox.setFaults([{ kind: 'status', code: '500', times: 4, upstream: 'jd-union' }]);
      const items = Array.from({ length: 8 }, (_, at) => JD(at));
      const { id } = await start(batches, items);
      await batches.run(id);
      const { rows } = await readArrived(batches, id, 3);
      const failed = rows.filter(({ outcome }) => outcome === 'upstream_error').map(({ line }) => line);
      expect(failed.length).toBeGreaterThan(0);
      const told = { told: 8, place: rows[7]?.place ?? 0, line: rows[7]?.line ?? 0 };
      await start(batches, items, { retryFailed: true });
      await batches.run(id, { retryFailed: true });
      const again = await batches.readArrived(id, told, 100);
      expect(again.rows.map(({ line }) => line).sort()).toEqual(failed.sort());
      expect(again.before).toBe(8 - failed.length);
      expect((await readArrived(batches, id, 3)).rows).toEqual(await sortArrived(batches, id));
    });

    it('gives the rows of a list that was removed and given again', async () => {
      const { batches } = await open();
      const items = [JD(3), JD(2), JD(1)];
      const { id } = await start(batches, items);
      await batches.run(id);
      await readArrived(batches, id, 9);
      await batches.remove(id);
      await start(batches, items);
      expect((await readArrived(batches, id, 9)).rows).toEqual([]);
      await batches.run(id);
      expect((await readArrived(batches, id, 9)).rows).toEqual(await sortArrived(batches, id));
    });

    it('belongs to the same lines only: the same products in other lines are another list', async () => {
      const { batches } = await open();
      const lists = [
        [JD(1), JD(2)],
        [JD(1), JD(2), JD(1)],
        [JD(1), 'nothing', JD(2)],
        [JD(1), 'nought', JD(2)],
      ];
      const ids = [];
      for (const items of lists) ids.push((await start(batches, items)).id);
      expect(new Set(ids).size).toBe(4);
      expect((await start(batches, [JD(1), 'nought', JD(2)])).id).toBe(ids[3]);
    });
  });

  describe('an upstream with one code for a bad signature and a bad parameter', () => {
    const refuse = (id?: string) => ({ kind: 'code', code: '400', upstream: 'pdd-jumdata', id }) as const;
    const openQuick = () => open({ environment: { ...NO_DDK, JUMDATA_QUOTA: '1000/1s' } });
    const ids = Array.from({ length: 60 }, (_, at) => String(8_000_000_000 + at));
    const items = ids.map((_, at) => PDD(at));

    it('refuses the first of 60 ids: that one is invalid, with what was said, and the others are answered once', async () => {
      const { batches, sandbox } = await openQuick();
      sandbox.setFaults([refuse(ids[0])]);
      const { id } = await start(batches, items);
      const report = await batches.run(id);
      expect(report).toMatchObject({
        state: 'finished',
        calls: 60,
        billed: 59,
        counts: { ok: 59, invalid: 1 },
      });
      const [first] = await collect(batches.readRows(id));
      expect(first).toMatchObject({ outcome: 'invalid', error: { receipt: { said: '参数错误' } } });
      const asked = sandbox.arrivals().flatMap((arrival) => arrival.ids);
      expect(asked.toSorted()).toEqual(ids);
    });

    it('refuses everything: few calls are made, and all ids stay open until the account is right', async () => {
      const { batches, sandbox } = await openQuick();
      sandbox.setFaults([refuse()]);
      const { id } = await start(batches, items);
      const stopped = await batches.run(id);
      expect(stopped).toMatchObject({ state: 'stopped', done: 0, cause: { code: 'refused_in_a_row' } });
      expect(stopped.cause?.message).toContain('JUMDATA_APP_SECRET');
      expect(sandbox.arrivals()).toHaveLength(3);
      sandbox.setFaults([]);
      expect(await batches.run(id)).toMatchObject({ state: 'finished', calls: 60, counts: { ok: 60 } });
    });

    it('keeps what was answered before it refuses everything, and does not buy it again', async () => {
      const { batches, sandbox } = await openQuick();
      sandbox.setFaults(ids.slice(20).map(refuse));
      const { id } = await start(batches, items);
      const stopped = await batches.run(id);
      const before = sandbox.arrivals().length;
      // A refusal before the last answer is that id's own: calls do not arrive in the order in which they left.
      const { ok = 0, invalid = 0 } = stopped.counts;
      expect(stopped).toMatchObject({ state: 'stopped', done: ok + invalid });
      expect([ok > 0, stopped.done < 60]).toEqual([true, true]);
      sandbox.setFaults([]);
      expect(await batches.run(id)).toMatchObject({ state: 'finished', done: 60 });
      expect((await batches.get(id)).counts).toMatchObject({ ok: 60 - invalid });
      expect(sandbox.arrivals().length - before).toBe(60 - stopped.done);
    });
  });

  describe('a shop crawl', () => {
    it('is a job that writes each product once', async () => {
      const { core, batches } = await open();
      const ref = await core.getShopRef('https://mall.jd.com/index-1000004067.html');
      const prepared = await batches.prepare({ shop: ref }, { owner: 'local', label: 'a shop' });
      const { id } = await prepared.save();
      const path = join(createFolder(), 'shop.csv');
      const report = await batches.run(id, {
        output: { path, format: 'csv', rows: 'product', detail: 'summary' },
      });
      expect(report).toMatchObject({ state: 'finished', shop: { complete: true }, outputPath: path });
      const rows = await collect(batches.readRows(id));
      expect(rows.length).toBe(report.done);
      expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
      await expectSamePages(batches, id);
      expect(await batches.get(id)).toMatchObject({
        state: 'finished',
        done: rows.length,
        key: { kind: 'shop' },
      });
    });

    it('hands out its rows while it runs, and continues where it was interrupted', async () => {
      const { core, batches } = await open();
      const ref = await core.getShopRef('https://mall.jd.com/index-1000004067.html');
      const prepare = () => batches.prepare({ shop: ref }, { owner: 'local', label: 'a shop' });
      const { id } = await (await prepare()).save();
      const first = await batches.run(id, { signal: AbortSignal.abort() });
      expect(first).toMatchObject({ state: 'cancelled', calls: 0 });
      expect((await prepare()).earlier).toMatchObject({ id, done: first.done });
      const lines: number[] = [];
      const report = await batches.run(id, {
        consume: async (rows) => {
          for await (const { line } of rows) lines.push(line);
        },
      });
      expect(report.state).toBe('finished');
      expect(lines).toEqual(Array.from({ length: report.done }, (_, at) => at + 1));
    });
  });
}
