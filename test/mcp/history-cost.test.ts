import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HELLO, READY, startMcpProcess, toCall } from '../helpers/mcp-process.js';

const REPORTER = join(import.meta.dirname, '../helpers/report-modules.mjs');
const PRODUCT = 'https://item.jd.com/100012345678.html';
/** Node's own driver, and the package. */
const DRIVER = /NativeModule sqlite|libsql/;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-history-cost-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Asks a server of its own. @returns what it had loaded when it ended */
async function listLoaded(tool: string, args: object): Promise<string[]> {
  const server = startMcpProcess({
    BIJIA_SANDBOX: '1',
    BIJIA_STATE_DIR: folder,
    NODE_OPTIONS: `--import=${REPORTER}`,
  });
  server.send(HELLO);
  server.send(READY);
  server.send(toCall(1, tool, args));
  const { result } = await server.frame(({ id }) => id === 1);
  expect(result).not.toHaveProperty('isError', true);
  server.stdin.end();
  await server.untilExit();
  const [, json = '[]'] = /^modules (.*)$/m.exec(server.stderr()) ?? [];
  return JSON.parse(json) as string[];
}

describe('a server that looks up prices', () => {
  it('notes them without loading a database', async () => {
    const loaded = await listLoaded('get_product', { product: PRODUCT });
    expect(loaded.length).toBeGreaterThan(50);
    expect(loaded.filter((name) => DRIVER.test(name))).toEqual([]);
    expect(await readdir(join(folder, 'sandbox/history'))).toEqual(['inbox']);
    expect(await readdir(join(folder, 'sandbox/history/inbox'))).toHaveLength(1);
  });

  it('loads one when it is asked for a history', async () => {
    const loaded = await listLoaded('price_history', { product: PRODUCT });
    expect(loaded.some((name) => DRIVER.test(name))).toBe(true);
  });
});
