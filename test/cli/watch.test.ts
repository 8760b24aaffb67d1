import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import readXlsx from 'read-excel-file/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { providers } from '../../src/core/providers/index.js';
import { startSandbox } from '../../src/sandbox/start-sandbox.js';
import { runCli, runCliProcess, startCliProcess } from '../helpers/run-cli.js';

const PHONE = 'https://item.jd.com/100012345678.html';
const OTHER_PHONE = 'https://item.jd.com/100012345679.html';
const MILK_POWDER = 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864';

/** A shop whose prices the test lets fall, looked at as often as somebody asks. */
async function open(more: Readonly<Record<string, string>> = {}) {
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  const sandbox = await startSandbox({ upstreams, quota: '10000/60s' });
  const folder = await mkdtemp(join(tmpdir(), 'bijia-cli-watch-'));
  onTestFinished(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });
  const environment = {
    ...sandbox.environment,
    BIJIA_STATE_DIR: folder,
    BIJIA_WATCH_EVERY: '1ms',
    ...more,
  };
  const options = { environment, cwd: folder };
  const runWith = async (other: Readonly<Record<string, string>>, ...args: string[]) => {
    // A timer starts them further apart: runs within a few milliseconds find nothing due.
    if (args[1] === 'run') await sleep(20);
    return runCli(args, { ...options, environment: { ...environment, ...other } });
  };
  return {
    folder,
    fall: (factor: number) => sandbox.setPrices({ everyMs: 3_600_000, factors: [factor] }),
    calls: () => sandbox.arrivals().length,
    run: (...args: string[]) => runWith({}, ...args),
    runWith,
    runProcess: (...args: string[]) => runCliProcess(args, options),
    start: (...args: string[]) => startCliProcess(args, options),
    write: (name: string, text: string) => writeFile(join(folder, name), text),
    read: (name: string) => readFile(join(folder, name), 'utf8'),
  };
}

/** Takes what is posted; holds the answer back while it is told to. */
async function openReceiver() {
  const bodies: { readonly body: string; readonly signature: string | undefined }[] = [];
  const world = { isSilent: false, status: 204 };
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const signature = request.headers['x-bijia-signature'];
      bodies.push({ body, signature: typeof signature === 'string' ? signature : undefined });
      server.emit('posted');
      if (!world.isSilent) response.writeHead(world.status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return Object.assign(world, { url, bodies, posted: () => once(server, 'posted') });
}

describe('bijia watch', () => {
  it('with a refused secret says so, and leaves what is due as it was', async () => {
    const { run, runWith } = await open({ BIJIA_LANG: 'en' });
    await run('watch', PHONE, '--below', '5000');
    const refused = await runWith({ JD_UNION_APP_SECRET: 'wrong' }, 'watch', 'run');
    expect(refused.stderr).toContain('0 products looked at');
    expect(refused.stderr).toContain('Check JD_UNION_APP_KEY and JD_UNION_APP_SECRET');
    expect(refused.code).toBe(1);
    expect((await run('watch', 'run')).stderr).toContain('1 product looked at with 1 call; 0 failed');
  });

  it('tells one crossing once, as a line of JSON, and ends with 0 when there is none', async () => {
    const { run, fall } = await open();
    const set = await run('watch', PHONE, '--below', '5000');
    expect(set.stdout).toMatch(
      /^w\w{7} {2}Apple iPhone 17.*\n {2}now ¥5,699 after coupon; told when: not above ¥5,000/,
    );
    expect(await run('watch', 'run')).toMatchObject({ code: 0, stdout: '' });
    fall(0.8);
    const told = await run('watch', 'run');
    expect(told.code).toBe(0);
    expect(
      told.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        alert_id: expect.stringMatching(/^[0-9a-f]{16}$/),
        watch: set.stdout.slice(0, 8),
        platform: 'jd',
        id: '100012345678',
        title: expect.stringContaining('iPhone 17'),
        url: PHONE,
        reason: 'below',
        price: { amount: 4559, kind: 'coupon' },
        was: 5699,
        target: 5000,
        verdict: 'unknown',
        at: expect.any(String),
        sandbox: true,
      },
    ]);
    expect(await run('watch', 'run')).toMatchObject({ code: 0, stdout: '' });
  });

  it('refuses lines of a list whose target cannot be read, by their numbers, and takes the rest', async () => {
    const { run, write } = await open();
    await write('list.tsv', `sku\t目标价\n100012345678\tabc\n100012345679\t¥4,000\n100012345680\t-5\n`);
    const { code, stderr } = await run('watch', 'list.tsv');
    expect(code).toBe(1);
    expect(stderr).toContain('Line 2: "abc" is not an amount in yuan');
    expect(stderr).toContain('Line 4: "-5" is not');
    const { watches } = JSON.parse((await run('watches', '--json')).stdout);
    expect(watches).toMatchObject([{ id: '100012345679', target: 4000 }]);
    expect((await run('watch', 'list.tsv', '--lang', 'zh')).stderr).toContain('第 2 行：“abc”不是目标价');
  });

  it('sets a thousand lines without a call, and says what the next run would look at', async () => {
    const { run, write, calls } = await open();
    const lines = Array.from({ length: 1000 }, (_, at) => `${100_020_000_000 + at}\t${100 + at}`);
    await write('list.tsv', `sku\ttarget\n${lines.join('\n')}\n`);
    const { code, stdout } = await run('watch', 'list.tsv');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1,000 price alerts set/);
    expect(calls()).toBe(0);
    const { stderr } = await run('watch', 'run', '--dry-run');
    expect(stderr).toContain('1,000 price alerts are set; 1,000 products due now.');
    expect(calls()).toBe(0);
    const both = await run('unwatch', '--all', 'w0000000');
    expect([both.code, both.stderr]).toEqual([1, expect.stringContaining('not both')]);
    expect((await run('watches')).stdout).not.toBe('');
    expect((await run('unwatch', '--all')).code).toBe(0);
    expect((await run('watches')).stderr).toContain('No price alerts are set');
  });

  it('watches the cheapest of a group', async () => {
    const { run, fall } = await open();
    const { stdout } = await run('watch', PHONE, MILK_POWDER, '--group', '--below', '14');
    expect(stdout).toContain('(cheapest of 2)\n  now ¥15.60');
    fall(0.85);
    const told = await run('watch', 'run');
    expect(JSON.parse(told.stdout)).toMatchObject({ platform: 'pdd', price: { amount: 13.26 } });
  });

  it('refuses what is gone, and a webhook that is not set', async () => {
    const { run } = await open();
    const gone = await run('watch', 'https://item.jd.com/100000000404.html', '--below', '5');
    expect(gone).toMatchObject({ code: 1, stdout: '' });
    const { code, stderr } = await run('watch', PHONE, '--to', 'webhook:NOPE');
    expect([code, stderr]).toEqual([1, 'There is no webhook NOPE. Set BIJIA_WEBHOOK_NOPE_URL.\n']);
    for (const target of ['0', '-5', '10000001', 'cheap']) {
      const refused = await run('watch', PHONE, `--below=${target}`);
      expect([refused.code, refused.stderr], target).toEqual([
        2,
        expect.stringContaining('such as 5000, ¥4,999'),
      ]);
    }
    for (const target of ['5k', '¥5,000', '0.5万', '5000元']) {
      expect((await run('watch', PHONE, '--below', target)).stdout, target).toContain('not above ¥5,000');
    }
  });
});

describe('a report', () => {
  it('holds what changed since the last one, the largest drop first, with the verdict, as csv and xlsx', async () => {
    const { run, fall, folder, read } = await open();
    await run('watch', PHONE, '--below', '5000');
    await run('watch', MILK_POWDER, '--below', '14');
    fall(0.9);
    const first = await run('watch', 'run', '--report', 'changes.csv');
    expect(first.stderr).toContain('2 products changed since the last report');
    const [header, ...rows] = (await read('changes.csv')).trim().split(/\r?\n/);
    expect(header).toContain('platform,id,title,before,price,price_kind,share,verdict,target,changed_at');
    expect(rows.map((row) => row.split(',')[0])).toEqual(['jd', 'pdd']);
    expect(rows[0]).toMatch(/,5699,5129,coupon,0\.1,unknown,5000,/);
    await run('watch', 'run', '--report', 'none.csv');
    expect((await read('none.csv')).trim().split(/\r?\n/)).toHaveLength(1);
    fall(0.8);
    await run('watch', 'run', '--report', 'changes.xlsx');
    const sheet = await readXlsx(join(folder, 'changes.xlsx'));
    expect(JSON.stringify(sheet)).toContain('4559');
    const refused = await run('watch', 'run', '--report', 'changes.pdf');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('.xlsx')]);
  });
});

describe('a webhook', () => {
  it('is signed; what was being posted when the process was killed is left to others for a while', async () => {
    const receiver = await openReceiver();
    const { run, start, fall } = await open({
      BIJIA_WEBHOOK_SHOP_URL: receiver.url,
      BIJIA_WEBHOOK_SHOP_SECRET: 'hush',
    });
    await run('watch', PHONE, '--below', '5000', '--to', 'webhook:SHOP');
    fall(0.8);
    receiver.isSilent = true;
    const posted = receiver.posted();
    const { child } = start('watch', 'run');
    await posted;
    child.kill('SIGKILL');
    await once(child, 'close');
    receiver.isSilent = false;
    expect((await run('watches', '--json')).stdout).toContain('"status":"sending"');
    // Another runner may be at it: only after five minutes is it taken for cut off.
    expect(receiver.bodies).toHaveLength(1);
    const [{ body, signature } = { body: '', signature: '' }] = receiver.bodies;
    expect(signature).toBe(`sha256=${createHmac('sha256', 'hush').update(body).digest('hex')}`);
    expect(JSON.parse(body)).toMatchObject({ alerts: [{ reason: 'below', price: { amount: 4559 } }] });
  });

  it('that refuses is tried again with the next run', async () => {
    const receiver = await openReceiver();
    const { run, fall } = await open({ BIJIA_WEBHOOK_SHOP_URL: receiver.url });
    await run('watch', PHONE, '--below', '5000', '--to', 'webhook:SHOP');
    fall(0.8);
    receiver.status = 500;
    // What is doubted or not due yet is for the next run.
    while (receiver.bodies.length === 0) await run('watch', 'run');
    receiver.status = 204;
    await run('watch', 'run');
    await run('watch', 'run');
    const ids = receiver.bodies.map(({ body }) => JSON.parse(body).alerts[0].alert_id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});

it('three runners at once tell each crossing once', async () => {
  const { run, runProcess, fall } = await open();
  await run('watch', PHONE, OTHER_PHONE, MILK_POWDER, '--drop', '5%');
  fall(0.8);
  const runs = await Promise.all([1, 2, 3].map(() => runProcess('watch', 'run')));
  const told = runs.flatMap(({ stdout }) =>
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  );
  expect(told.map(({ id }) => id).sort()).toEqual(['100012345678', '100012345679', '8420152864']);
});

it('the prices of the embedded sandbox move as the environment says, and bad words for it are refused', async () => {
  const get = (moves: string) =>
    runCli(['get', PHONE, '--json'], { environment: { BIJIA_SANDBOX: '1', BIJIA_SANDBOX_PRICES: moves } });
  const { results } = JSON.parse((await get('24h:0.5')).stdout);
  expect(results[0].product.price).toMatchObject({ amount: 2850, kind: 'coupon' });
  const refused = await get('often');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('BIJIA_SANDBOX_PRICES')]);
});
