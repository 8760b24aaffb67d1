import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sandboxUpstream } from '../../../src/core/providers/jd-union/sandbox/index.js';
import { startSandbox } from '../../../src/sandbox/start-sandbox.js';
import { startMcpProcess } from '../../helpers/mcp-process.js';
import { runCliProcess } from '../../helpers/run-cli.js';

const LINK = 'https://item.jd.com/100008348542.html';
const ANSWER = { code: 0, stdout: `jd  product  100008348542  ${LINK}\n`, stderr: '' };
let folder: string;
let kept: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-start-'));
  kept = join(folder, 'compiled', 'resolve');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runCliProcess(args, { environment: { BIJIA_STATE_DIR: folder, ...environment } });
const resolve = (environment?: Readonly<Record<string, string>>) => run(['resolve', LINK], environment);

describe('the compiled code of a command', () => {
  it('is kept by the first run, used by the next, and replaced where it is damaged', async () => {
    expect(await resolve()).toEqual(ANSWER);
    const whole = readFileSync(kept);
    const { ino } = statSync(kept);
    expect(await resolve()).toEqual(ANSWER);
    // Had it not been used, it would have been written again.
    expect(statSync(kept).ino).toBe(ino);
    writeFileSync(
      kept,
      whole.map((byte, at) => (at === whole.length >> 1 ? byte ^ 0x55 : byte)),
    );
    expect(await resolve()).toEqual(ANSWER);
    expect(readFileSync(kept).subarray(4).equals(whole.subarray(4))).toBe(false);
    expect(statSync(kept).ino).not.toBe(ino);
    expect(readdirSync(join(kept, '..'))).toEqual(['resolve']);
  });

  it('is kept whole by processes that end at once', async () => {
    const runs = await Promise.all(Array.from({ length: 4 }, () => resolve()));
    expect(runs).toEqual([ANSWER, ANSWER, ANSWER, ANSWER]);
    const { ino } = statSync(kept);
    expect(await resolve()).toEqual(ANSWER);
    expect(statSync(kept).ino).toBe(ino);
    expect(readdirSync(join(kept, '..'))).toEqual(['resolve']);
  });

  it('of a server is kept while it runs, for hosts that kill it', async () => {
    const { child, untilExit } = startMcpProcess({ BIJIA_STATE_DIR: folder });
    await expect.poll(() => existsSync(join(folder, 'compiled', 'mcp'))).toBe(true);
    child.kill('SIGKILL');
    await untilExit();
  });

  it('is not missed where the folder takes nothing', async () => {
    await writeFile(join(folder, 'taken'), '');
    expect(await resolve({ BIJIA_STATE_DIR: join(folder, 'taken') })).toEqual(ANSWER);
  });

  it("is neither kept nor used where Node's own switch says so, nor for other commands", async () => {
    expect(await resolve({ NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual(ANSWER);
    expect(await run(['--version'])).toMatchObject({ code: 0 });
    expect(await run(['jobs'])).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'compiled'))).toBe(false);
  });

  it.runIf(process.platform === 'linux')(
    'is never looked for in the working directory, nor where a file there says',
    async () => {
      await writeFile(join(folder, '.env'), `BIJIA_STATE_DIR=${join(folder, 'of-a-stranger')}\n`);
      const own = { XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder };
      for (const environment of [own, { ...own, BIJIA_STATE_DIR: 'state' }]) {
        await rm(join(folder, 'cache'), { recursive: true, force: true });
        expect(await runCliProcess(['resolve', LINK], { cwd: folder, environment })).toEqual(ANSWER);
        expect(readdirSync(folder).sort()).toEqual(['.env', 'cache']);
        expect(existsSync(join(folder, 'cache/bijia/compiled/resolve'))).toBe(true);
      }
    },
  );
});

/** Each costs what it loads in turn, 0.5 to 3 ms; none of them is needed for one call. */
const COSTLY = [
  'dns/promises',
  'fs/promises',
  'https',
  'internal/fs/streams',
  'perf_hooks',
  'readline',
  'tls',
];

describe('a look at one product', () => {
  it("loads no more of Node's modules than a call needs, once its token is at hand", async () => {
    const sandbox = await startSandbox({ upstreams: [sandboxUpstream] });
    try {
      const preload = join(folder, 'preload.cjs');
      const list = join(folder, 'loaded');
      const note = `require('node:fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n'))`;
      await writeFile(preload, `process.once('exit', () => ${note});`);
      const get = async (environment: Readonly<Record<string, string>>) =>
        run(['get', '100012345678'], { ...sandbox.environment, ...environment });
      expect(await get({})).toMatchObject({ code: 0 });
      expect(await get({ NODE_OPTIONS: `--require=${preload}` })).toMatchObject({ code: 0 });
      const loaded = readFileSync(list, 'utf8').split('\n');
      expect(loaded).toContain('NativeModule http');
      expect(COSTLY.filter((name) => loaded.includes(`NativeModule ${name}`))).toEqual([]);
    } finally {
      await sandbox.close();
    }
  });
});
