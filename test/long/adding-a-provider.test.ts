import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyProject } from '../helpers/project-copy.js';

const PROVIDERS = 'src/core/providers';
const run = promisify(execFile);

let folder: string;
let project: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-provider-'));
  project = await copyProject(folder);
  await cp(join(project, 'docs/skeleton'), join(project, PROVIDERS, 'mogu-goods'), { recursive: true });
  await register('moguGoods', 'mogu-goods');
  await inProject(process.execPath, ['scripts/build.js']);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the document says: an import, and an entry in the list. */
async function register(name: string, id: string): Promise<void> {
  await change(join(project, PROVIDERS, 'index.ts'), (text) =>
    `import { ${name} } from './${id}/index.js';\n${text}`.replace(
      /(Provider\[\] = \[[^\]]*)/,
      `$1, ${name}`,
    ),
  );
}

async function change(path: string, edit: (text: string) => string): Promise<void> {
  await writeFile(path, edit(await readFile(path, 'utf8')));
}

const inProject = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  run(command, [...args], {
    cwd: project,
    env: { PATH: process.env['PATH'], HOME: folder, BIJIA_STATE_DIR: join(folder, 'state'), ...env },
    maxBuffer: 2 ** 26,
  });

const vitest = (...args: string[]) =>
  inProject(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args]);

describe('the skeleton of a provider: one folder and one line', () => {
  it('is small enough to be read in one go', async () => {
    const folder = join(project, 'docs/skeleton');
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    expect(texts.join('').split('\n').length).toBeLessThanOrEqual(300);
  });

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
    const link = 'https://www.mogu.example/item?id=5200012345';
    const { stdout } = await inProject(process.execPath, ['dist/cli.js', 'get', link, '--json'], {
      BIJIA_SANDBOX: '1',
    });
    expect(JSON.parse(stdout).results[0].product).toMatchObject({ platform: 'mogu', source: 'mogu-goods' });
    const bare = inProject(process.execPath, ['dist/cli.js', 'get', link]);
    await expect(bare).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('MOGU_APP_KEY and MOGU_APP_SECRET'),
    });
  });

  it('enters the documents by itself', async () => {
    await vitest('test/documents.test.ts', '-u');
    for (const path of ['docs/configuration.md', 'docs/configuration.zh-CN.md', '.env.example']) {
      expect(await readFile(join(project, path), 'utf8')).toContain('MOGU_APP_SECRET');
    }
    expect(await readFile(join(project, 'docs/links.zh-CN.md'), 'utf8')).toContain('| 蘑菇 | 商品 |');
  });

  it('is found out by the conformance suite when a copy is renamed by half', async () => {
    const copy = join(project, PROVIDERS, 'mogu-half');
    await cp(join(project, 'docs/skeleton'), copy, { recursive: true });
    await change(join(copy, 'index.ts'), (text) =>
      text.replace('moguGoods', 'moguHalf').replace("id: 'mogu-goods'", "id: 'mogu-half'"),
    );
    await register('moguHalf', 'mogu-half');
    const failure = await vitest('test/core/providers.test.ts', '-t', 'the registry').catch((error) => error);
    expect(`${failure.stdout}${failure.stderr}`).toContain('MOGU_APP_SECRET');
    expect(`${failure.stdout}${failure.stderr}`).toContain('gives every provider a sandbox of its own');
  });
});
