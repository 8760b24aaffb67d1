import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import readXlsx from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../helpers/run-cli.js';

const DAY_MS = 86_400_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-cli-history-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (args: readonly string[], stdin = '') =>
  runCli(args, { environment: { BIJIA_STATE_DIR: folder }, cwd: folder, stdin });

/** The same all the time: a point a second later would be another one. */
const TODAY_MS = Date.now();

/** A year of one price a day: a day of 4,699 half a year ago, 5,299 today, 5,899 else. */
function listYear(): string[] {
  return Array.from({ length: 365 }, (_, daysAgo) => {
    const amount = daysAgo === 180 ? 4699 : daysAgo === 0 ? 5299 : 5899;
    return JSON.stringify({
      platform: '京东',
      id: '100012345678',
      source: 'jd-union',
      title: 'Phone 256GB',
      at: new Date(TODAY_MS - daysAgo * DAY_MS).toISOString(),
      prices: [{ kind: 'sale', amount }],
    });
  });
}

const ASK = ['history', '100012345678', '--platform', 'jd', '--offline'];

describe('bijia history', () => {
  beforeAll(async () => {
    const { code, stderr } = await run(['history', 'import', '-'], listYear().toReversed().join('\n'));
    expect([code, stderr]).toEqual([0, '365 observations taken.\n']);
  });

  it('judges a price by what was seen, without credentials and offline', async () => {
    const { code, stdout } = await run([...ASK, '--json']);
    const { results, sandbox } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(sandbox).toBeUndefined();
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({
      input: '100012345678',
      outcome: 'ok',
      platform: 'jd',
      source: 'jd-union',
      now: { amount: 5299, kind: 'sale' },
      verdict: 'lowest',
      windows: [
        {
          days: 30,
          covered_days: 30,
          lowest: { amount: 5299, kind: 'sale' },
          median: 5899,
          cheaper_share: 0,
        },
        { days: 90, covered_days: 90, lowest: { amount: 5299 }, median: 5899, cheaper_share: 0 },
        { days: 365, covered_days: 365, lowest: { amount: 4699 }, cheaper_share: 0.0027 },
      ],
    });
    expect(results[0].changes.map(({ amount }: { amount: number }) => amount)).toEqual([5899, 5299]);
  });

  it('says it in a sentence, in either language', async () => {
    const english = await run(ASK);
    expect(english.stdout).toContain('90-day low: ¥5,299 (sale price), dearer on 99% of days');
    expect(english.stdout).toContain('Prices on 90 of 90 days.');
    const chinese = await run([...ASK, '--lang', 'zh']);
    expect(chinese.stdout).toContain('90 天最低：¥5,299（促销价），90 天里 99% 的日子更贵');
  });

  it('draws a chart', async () => {
    const { code } = await run([...ASK, '--days', '365', '--chart', 'price.svg']);
    expect(code).toBe(0);
    const svg = await readFile(join(folder, 'price.svg'), 'utf8');
    expect(svg).toMatch(/^<svg .*lowest ¥4,699/);
    await run([...ASK, '--chart', 'price.png']);
    expect((await readFile(join(folder, 'price.png'))).toString('latin1', 1, 4)).toBe('PNG');
  });

  it('draws the price that an alert waits for', async () => {
    const environment = { BIJIA_SANDBOX: '1', BIJIA_STATE_DIR: join(folder, 'watching') };
    const options = { environment, cwd: folder };
    const link = 'https://item.jd.com/100012345678.html';
    await runCli(['watch', link, '--below', '5000'], options);
    await runCli(['history', link, '--chart', 'target.svg'], options);
    expect(await readFile(join(folder, 'target.svg'), 'utf8')).toContain('target ¥5,000');
  });

  it('refuses lines that say nothing, by number, and takes the rest', async () => {
    const { code, stderr } = await run(['history', 'import', '-'], `${listYear()[0]}\nnot JSON\n`);
    expect(code).toBe(1);
    expect(stderr).toBe('1 observation taken.\nLine 2 is refused: The line is not JSON.\n');
  });

  it('gives everything back', async () => {
    const { stdout } = await run(['history', 'export']);
    expect(stdout.trim().split('\n')).toHaveLength(365);
  });

  it('gives everything back as a table, and takes it from one in the encoding of a Chinese Excel', async () => {
    expect((await run(['history', 'export', '--out', 'all.csv'])).stderr).toContain('all.csv');
    const table = await readFile(join(folder, 'all.csv'), 'utf8');
    expect(table).toMatch(
      /^\uFEFFplatform,id,sku,source,title,at,list,sale,coupon,group,single,member,stock\r\n/,
    );
    await writeFile(join(folder, 'gb.csv'), toGb18030(table.slice(1)));
    const elsewhere = { environment: { BIJIA_STATE_DIR: join(folder, 'elsewhere') }, cwd: folder };
    const taken = await runCli(['history', 'import', 'gb.csv'], elsewhere);
    expect(taken).toMatchObject({ code: 0, stderr: '365 observations taken.\n' });
    const [ours, theirs] = await Promise.all([
      run(['history', 'export']),
      runCli(['history', 'export'], elsewhere),
    ]);
    expect(theirs.stdout).toBe(ours.stdout.replaceAll('Phone', '手机'));
  });

  it.each([
    ['nowhere.jsonl', 'nowhere.jsonl does not exist.'],
    ['.', 'is a folder.'],
    ['other.csv', 'The table has no column platform, id, source, at.'],
  ])('says what is wrong with %s', async (file, said) => {
    await writeFile(join(folder, 'other.csv'), 'name,price\nPhone,5\n');
    const { code, stderr } = await run(['history', 'import', file]);
    expect(code).toBe(1);
    expect(stderr).toContain(said);
  });

  it('says what is wrong with where to write', async () => {
    const { code, stderr } = await run(['history', 'export', '--out', 'nowhere/all.csv']);
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be written: its folder does not exist');
    expect((await run(['history', 'export', '--out', 'all.txt'])).code).toBe(2);
    expect((await run([...ASK, '--chart', 'nowhere/x.svg'])).stderr).toContain('its folder does not exist');
  });

  it('says of what it never saw that it never saw it', async () => {
    const { code, stderr } = await run(['history', '100099999999', '--platform', 'jd', '--offline']);
    expect(code).toBe(1);
    expect(stderr).toContain('No price of 100099999999 has been seen yet');
  });

  it('removes one observation, or a whole product', async () => {
    const { stdout } = await run([...ASK, '--points']);
    const id = stdout.trim().split(/\s+/).at(-1) ?? '';
    expect((await run(['history', 'forget', '--point', id])).code).toBe(0);
    expect((await run(['history', 'forget', '--point', id])).code).toBe(1);
    const shop = await run(['history', 'forget', 'https://mall.jd.com/index-100012345678.html']);
    expect([shop.code, shop.stderr]).toEqual([1, expect.stringContaining('This is a shop, not a product')]);
    expect((await run(['history', 'forget', '100012345678', '--platform', 'jd'])).code).toBe(0);
    expect((await run(ASK)).code).toBe(1);
  });
});

/** Nothing in Node writes this encoding; these are all the letters that the test needs of it. */
function toGb18030(table: string): Buffer {
  const phone = Buffer.from([0xca, 0xd6, 0xbb, 0xfa]);
  const parts = table.split('Phone').map((part) => Buffer.from(part, 'latin1'));
  return Buffer.concat(parts.flatMap((part, at) => (at === 0 ? [part] : [phone, part])));
}

describe('bijia drops', () => {
  it('lists what fell and by how much', async () => {
    await run(['history', 'import', '-'], listYear().join('\n'));
    const { code, stdout } = await run(['drops', '--min', '5%']);
    expect(code).toBe(0);
    expect(stdout).toContain('¥5,899 → ¥5,299 (−10.2%)');
    await run(['drops', '--out', 'drops.csv']);
    const row = /^jd,"100012345678\t",Phone 256GB,5299,sale,5899,0\.1017,/m;
    expect(await readFile(join(folder, 'drops.csv'), 'utf8')).toMatch(row);
    await run(['drops', '--out', 'drops.xlsx']);
    const [sheet] = await readXlsx(join(folder, 'drops.xlsx'));
    expect(sheet?.data[1]?.slice(0, 5)).toEqual(['jd', '100012345678', 'Phone 256GB', 5299, 'sale']);
    expect((await run(['drops', '--min', '20%'])).stderr).toBe('No price has fallen in the last 7 days.\n');
  });
});

describe('bijia compare', () => {
  it('puts the cheapest first', async () => {
    const other = listYear().map((line) =>
      line.replace('100012345678', '100087654321').replace('5299', '4999'),
    );
    await run(['history', 'import', '-'], other.join('\n'));
    const { code, stdout } = await run([
      'compare',
      '100012345678',
      '100087654321',
      '--platform',
      'jd',
      '--offline',
      '--json',
    ]);
    expect(code).toBe(0);
    const { results, cheapest } = JSON.parse(stdout);
    expect(results.map(({ now }: { now: { amount: number } }) => now.amount)).toEqual([4999, 5299]);
    expect(cheapest).toMatchObject({ id: '100087654321' });
    const twice = ['compare', '100012345678', '100012345678', '--platform', 'jd', '--offline'];
    expect((await run(twice)).stderr).toContain('Give at least two products');
  });
});
