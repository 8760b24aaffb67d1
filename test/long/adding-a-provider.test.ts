import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyProject } from '../helpers/project-copy.js';

/** What a contributor changes after copying: names, addresses, variables. The wire stays that of the original. */
const RENAMES: readonly (readonly [RegExp, string])[] = [
  [/pdd-jumdata/g, 'mogu-goods'],
  [/pddJumdata/g, 'moguGoods'],
  [/JUMDATA_/g, 'MOGU_'],
  [/jumdata/g, 'mogu'],
  [/Jumdata/g, 'Mogu'],
  [/yangkeduo/g, 'mogukeduo'],
  [/pinduoduo/g, 'moguduo'],
  [/pddpic/g, 'mogupic'],
  [/拼多多/g, '蘑菇'],
  [/Pinduoduo/g, 'Mogu'],
  [/\bpdd\b/g, 'mogu'],
];
/** The provider, and what the providers of its marketplace share. */
const COPIES = [
  ['pdd-jumdata', 'mogu-goods'],
  ['pdd', 'mogu'],
] as const;
const run = promisify(execFile);

let folder: string;
let project: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-provider-'));
  project = await copyProject(folder);
  const providers = join(project, 'src/core/providers');
  for (const [from, to] of COPIES) {
    await cp(join(providers, from), join(providers, to), { recursive: true });
    for (const name of await readdir(join(providers, to), { recursive: true })) {
      if (name.endsWith('.ts')) await change(join(providers, to, name), RENAMES);
    }
  }
  await change(join(providers, 'index.ts'), [
    [/^/, "import { moguGoods } from './mogu-goods/index.js';\n"],
    [/pddJumdata\]/, 'pddJumdata, moguGoods]'],
  ]);
  await inProject(process.execPath, ['scripts/build.js']);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function change(path: string, replacements: typeof RENAMES): Promise<void> {
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    replacements.reduce((changed, [from, to]) => changed.replace(from, to), text),
  );
}

const inProject = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  run(command, [...args], {
    cwd: project,
    env: { PATH: process.env['PATH'], HOME: folder, BIJIA_STATE_DIR: join(folder, 'state'), ...env },
    maxBuffer: 2 ** 26,
  });

const vitest = (...args: string[]) =>
  inProject(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args]);

describe('a provider that is one folder and one line', () => {
  it('type-checks', async () => {
    await expect(
      inProject(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit']),
    ).resolves.toBeDefined();
  });

  it('is taken by the conformance suite and keeps the rules of the layout', async () => {
    const { stdout } = await vitest(
      'test/core/providers.test.ts',
      'test/architecture.test.ts',
      '--reporter=verbose',
    );
    expect(stdout).toContain('mogu-goods');
  });

  it('answers on the command line, out of its own sandbox', async () => {
    const link = 'https://mobile.mogukeduo.com/goods.html?goods_id=8420152864';
    const { stdout } = await inProject(process.execPath, ['dist/cli.js', 'get', link, '--json'], {
      BIJIA_SANDBOX: '1',
    });
    expect(JSON.parse(stdout).results[0].product).toMatchObject({ platform: 'mogu', source: 'mogu-goods' });
    const bare = inProject(process.execPath, ['dist/cli.js', 'get', link]);
    await expect(bare).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('MOGU_APP_ID and MOGU_APP_SECRET'),
    });
  });

  it('enters the documents by itself', async () => {
    await vitest('test/documents.test.ts', '-u');
    for (const path of ['README.md', 'README.zh-CN.md', '.env.example']) {
      expect(await readFile(join(project, path), 'utf8')).toContain('MOGU_APP_SECRET');
    }
    expect(await readFile(join(project, 'README.zh-CN.md'), 'utf8')).toContain('| 蘑菇 | 商品 |');
  });
});
