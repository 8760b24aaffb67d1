import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryMount } from '../helpers/own-disk.js';
import { runCli } from '../helpers/run-cli.js';

const LINK = 'https://item.jd.com/100012345678.html';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-history-disk-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (args: readonly string[], state: string, stdin = '') =>
  runCli(args, { environment: { BIJIA_SANDBOX: '1', BIJIA_STATE_DIR: state }, cwd: folder, stdin });

/** More products than a small disk has room for. */
const listLines = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    JSON.stringify({
      ...{ platform: 'jd', id: String(100_020_000_000 + at), source: 'jd-union' },
      title: `一件有很长名字的商品 ${'很长'.repeat(100)} ${at}`,
      at: new Date().toISOString(),
      prices: [{ kind: 'sale', amount: 100 + at }],
    }),
  ).join('\n');

describe('a full disk', () => {
  it('is named by an import and by doctor, while prices are looked up as before', async ({ skip }) => {
    const disk = join(folder, 'disk');
    if (!tryMount(disk, 'size=600k')) return skip();
    try {
      const full = await run(['history', 'import', '-'], join(disk, 'state'), listLines(4000));
      expect(full.code).not.toBe(0);
      expect(full.stderr).toMatch(/The disk of the price history is full .*Free some space/);
      const found = await run(['get', LINK], join(disk, 'state'));
      expect(found.stdout).toContain('iPhone 17');
      const { stdout } = await run(['doctor', '--json'], join(disk, 'state'));
      expect(stdout).toContain('its disk is nearly full');
      execFileSync('mount', ['-o', 'remount,size=32m', disk]);
      const freed = await run(['history', 'import', '-'], join(disk, 'state'), listLines(4000));
      expect(freed).toMatchObject({ code: 0 });
      expect((await run(['history', LINK], join(disk, 'state'))).code).toBe(0);
    } finally {
      // The table's reader lets go of its file when its memory is collected.
      execFileSync('umount', ['--lazy', disk]);
    }
  });
});

describe('a damaged table', () => {
  it('is set aside by name with the first question, and doctor says so', async () => {
    const place = join(folder, 'sandbox/history');
    mkdirSync(place, { recursive: true });
    await writeFile(join(place, 'history.db'), 'this has never been a database, at any time'.repeat(99));
    const before = await run(['doctor', '--json'], folder);
    expect(before.stdout).toContain('file is not a database');
    const { code, stdout, stderr } = await run(['history', LINK], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('iPhone 17');
    const [, aside = ''] = /set aside as (\S+history\.db\.damaged-\d{14})/.exec(stderr) ?? [];
    expect(existsSync(aside)).toBe(true);
    expect(await readFile(aside, 'utf8')).toContain('never been a database');
    expect((await run(['doctor', '--json'], folder)).stdout).toContain('a damaged table was set aside');
  });
});
