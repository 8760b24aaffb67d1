import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providers } from '../../src/core/index.js';
import { startSandbox } from '../../src/sandbox/start-sandbox.js';
import { listBlocks } from '../helpers/documents/markdown.js';
import { packProject } from '../helpers/project-copy.js';

const ROOT = join(import.meta.dirname, '../..');
const TYPES = '@types/node@20';
const run = promisify(execFile);

let folder: string;
let tarball: string;
let files: string[];
/** The project of a stranger who installed the package. */
let project: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-package-'));
  ({ tarball, files } = await packProject(folder));
  project = join(folder, 'project');
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{"type":"module","private":true}');
  await run('npm', ['install', '--silent', tarball, TYPES], { cwd: project });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const environment = () => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  BIJIA_STATE_DIR: join(folder, 'state'),
});

describe('the packed package', () => {
  it('holds what is run and read, and nothing that is only for development', () => {
    const shown =
      /^(dist|docs|deploy|man)\/|^(package\.json|LICENSE|README(\.zh-CN)?\.md|(CHANGELOG|CONTRIBUTING)\.md|\.env\.example)$/;
    expect(files.filter((path) => !shown.test(path))).toEqual([]);
    expect(files.filter((path) => /\.test\.|\.map$/.test(path))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['dist/cli.js', 'dist/index.mjs', 'dist/NOTICES.md', 'README.md']),
    );
  });

  it('brings no more than the packages that its types name', async () => {
    const { stdout } = await run('npm', ['ls', '--all', '--json', '--omit=dev'], { cwd: project });
    const { bijia } = JSON.parse(stdout).dependencies;
    const { optionalDependencies, peerDependencies } = JSON.parse(
      await readFile(join(project, 'node_modules/bijia/package.json'), 'utf8'),
    );
    const isOptional = (name: string) => name in optionalDependencies || name in peerDependencies;
    const named = new Set<string>();
    const toPackage = (name: string) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
    for (const path of files.filter((name) => name.endsWith('.d.ts'))) {
      const text = await readFile(join(project, 'node_modules/bijia', path), 'utf8');
      for (const [, name = ''] of text.matchAll(/(?:from|import\() ?['"]([^.'"][^'"]*)['"]/g))
        named.add(toPackage(name));
    }
    const packages = [...named].filter((name) => !name.startsWith('node:')).sort();
    const brought = Object.keys(bijia.dependencies).filter((name) => !isOptional(name));
    expect(brought.sort()).toEqual(packages);
  });

  it('runs and type-checks the program of the README', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const [program = ''] = listBlocks(readme).flatMap(({ language, text }) =>
      language === 'ts' ? text : [],
    );
    await writeFile(join(project, 'program.ts'), program);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--types', 'node', '--ignoreConfig'];
    const check = run(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, 'program.ts'],
      {
        cwd: project,
      },
    );
    await expect(check).resolves.toMatchObject({ stdout: '' });
    await writeFile(join(project, 'program.js'), program);
    const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
    const sandbox = await startSandbox({ upstreams });
    const env = { ...environment(), ...sandbox.environment };
    const { stdout } = await run(process.execPath, ['program.js'], { cwd: project, env });
    await sandbox.close();
    expect(stdout).toContain("{ amount: 5699, kind: 'coupon', currency: 'CNY' }");
  });

  it('brings the command, which npx runs straight from the tarball', async () => {
    const link = 'https://item.jd.com/100008348542.html';
    const { stdout } = await run('npx', ['bijia', 'resolve', link, '--json'], {
      cwd: project,
      env: environment(),
    });
    expect(JSON.parse(stdout).results[0].refs[0].id).toBe('100008348542');
    const transport = new StdioClientTransport({
      command: 'npx',
      args: ['--yes', `--package=${tarball}`, 'bijia', 'mcp'],
      env: { ...environment(), BIJIA_SANDBOX: '1' },
      cwd: folder,
    });
    const client = new Client({ name: 'stranger', version: '1' });
    await client.connect(transport);
    const answer = await client.callTool({ name: 'get_product', arguments: { product: link } });
    await client.close();
    expect(answer.structuredContent).toMatchObject({ id: '100008348542', sandbox: true });
  });

  it('reads and writes workbooks', async () => {
    const args = [
      'bijia',
      'shop',
      'https://mall.jd.com/index-1000000127.html',
      '--all',
      '--out',
      'shop.xlsx',
    ];
    const env = { ...environment(), BIJIA_SANDBOX: '1', JD_UNION_QUOTA: '1000/60s' };
    await run('npx', args, { cwd: project, env });
    const { stdout } = await run('npx', ['bijia', 'batch', 'shop.xlsx', '--quiet'], { cwd: project, env });
    expect(stdout.trim().split('\n')).toHaveLength(100);
  });

  it.each([
    ['publint', ['--strict']],
    ['@arethetypeswrong/cli', ['--profile', 'esm-only']],
  ])('satisfies %s', async (tool, options) => {
    await expect(run('npx', ['--yes', tool, tarball, ...options], { cwd: folder })).resolves.toBeDefined();
  });
});
