import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Batches, createBatches, type Row } from '../../../src/core/index.js';
import { collect } from '../../helpers/batch/reading.js';
import { openSandboxCore, type SandboxCore } from '../../helpers/open-sandbox-core.js';

let opened: SandboxCore[] = [];
afterEach(async () => {
  await Promise.all(opened.map(({ close }) => close()));
  opened = [];
});

const FAST = { JD_UNION_DIALECT: 'jos', JD_UNION_QUOTA: '1000/1s' };

async function open() {
  const one = await openSandboxCore({ environment: FAST });
  opened.push(one);
  return { ...one, batches: createBatches(one.core) };
}

async function finish(batches: Batches, items: readonly string[]) {
  const request = { detail: 'price', owner: 'local', label: 'a list' } as const;
  const { id } = await (await batches.prepare({ items }, request)).save();
  expect((await batches.run(id)).state).toBe('finished');
  return id;
}

const JD = (at: number, query = '') => `https://item.jd.com/${100_012_400_000 + at}.html${query}`;
const LINES = [JD(1), 'nothing', JD(2), JD(1), 'https://www.amazon.cn/dp/B00', JD(404), JD(3)];

async function expectSamePages(batches: Batches, id: string) {
  const all = await collect(batches.readRows(id));
  for (let skip = 0; skip <= all.length; skip += 1) {
    expect(await collect(batches.readRows(id, skip))).toEqual(all.slice(skip));
  }
  return all;
}

/** What this process has read of files and sockets. */
const countRead = () => Number(/^rchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

describe('a page of the rows of a finished job', () => {
  it('holds what reading from the first row on gives, wherever it begins', async () => {
    const { batches, core } = await open();
    const id = await finish(batches, LINES);
    const all = await expectSamePages(batches, id);
    expect(all.map(({ outcome }) => outcome)).toEqual([
      ...['ok', 'invalid', 'ok', 'ok', 'invalid', 'not_found', 'ok'],
    ]);
    expect(readdirSync(join(core.stateDir, 'jobs', id))).toContain('rows-1.index');
  });

  it('holds the products of a shop', async () => {
    const { batches, core } = await open();
    const ref = await core.getShopRef('https://mall.jd.com/index-1000004067.html');
    const prepared = await batches.prepare({ shop: ref }, { owner: 'local', label: 'a shop' });
    const { id } = await prepared.save();
    await batches.run(id);
    expect((await expectSamePages(batches, id)).length).toBeGreaterThan(20);
  });

  it('is of the last run, and of the failures that it made up for', async () => {
    const { batches, sandbox } = await open();
    sandbox.setFaults([{ kind: 'status', code: '500', times: 4 }]);
    const id = await finish(batches, LINES);
    const ask = { detail: 'price', owner: 'local', label: 'a list' } as const;
    const again = await batches.prepare({ items: LINES }, { ...ask, retryFailed: true });
    await again.save();
    await batches.run(id, { retryFailed: true });
    const all = await expectSamePages(batches, id);
    expect(all[0]?.outcome).toBe('ok');
    await finish(batches, LINES);
    await expectSamePages(batches, id);
  });

  it.each([
    ['is missing', (path: string) => rmSync(path)],
    ['is torn', (path: string) => writeFileSync(path, '{"version":1,"run":1,"seg')],
    ['is of another version', (path: string) => writeFileSync(path, '{"version":2}\n')],
  ])('is read from the first row on where the index %s', async (_, spoil) => {
    const { batches, core } = await open();
    const id = await finish(batches, LINES);
    spoil(join(core.stateDir, 'jobs', id, 'rows-1.index'));
    await expectSamePages(batches, id);
  });

  it.skipIf(process.platform !== 'linux')('costs the same to read, whatever stands before it', async () => {
    const { batches } = await open();
    const query = `?text=${'x'.repeat(1500)}`;
    const id = await finish(
      batches,
      Array.from({ length: 1500 }, (_, at) => JD(at, query)),
    );
    const costOf = async (skip: number) => {
      const before = countRead();
      const rows: Row[] = [];
      for await (const row of batches.readRows(id, skip)) if (rows.push(row) >= 20) break;
      expect(rows[0]?.line).toBe(skip + 1);
      return countRead() - before;
    };
    // The list alone has 2 MB.
    for (const skip of [0, 750, 1450]) expect(await costOf(skip)).toBeLessThan(500_000);
  });
});
