import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  listAnchors,
  listBlocks,
  listCodeCells,
  listHeadings,
  listLocalLinks,
} from './helpers/documents/markdown.js';

const ROOT = join(import.meta.dirname, '..');
const READMES = ['README.md', 'README.zh-CN.md'];
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const blocksOf = (path: string, language: string) =>
  listBlocks(read(path)).flatMap((block) => (block.language === language ? block.text : []));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-readme-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** `bijia` on the PATH of an otherwise fresh person. */
async function createPerson(): Promise<{ cwd: string; env: Record<string, string> }> {
  const [bin, cwd] = [join(folder, 'bin'), join(folder, 'work')];
  await mkdir(bin);
  await mkdir(cwd);
  const shim = `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(join(ROOT, 'dist/cli.js'))} "$@"\n`;
  await writeFile(join(bin, 'bijia'), shim, { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: folder, BIJIA_STATE_DIR: join(folder, 'state') };
  return { cwd, env };
}

/** The other one has the same commands, which is tested below. */
describe('README.md', () => {
  it('has commands that run as written', async () => {
    const { cwd, env } = await createPerson();
    const script = ['set -euo pipefail', ...blocksOf('README.md', 'sh')].join('\n');
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd, env });
    expect(stdout).toContain('[SIMULATED DATA]');
    expect(await readdir(cwd)).toEqual(expect.arrayContaining(['prices.csv', 'variants.xlsx', 'shop.xlsx']));
  });
});

describe.each(READMES)('%s', (path) => {
  it('has a host configuration with which an assistant gets an answer', async () => {
    const { env } = await createPerson();
    const [text = ''] = blocksOf(path, 'json');
    const { mcpServers } = JSON.parse(text.replaceAll('/path/to/bijia', ROOT));
    const transport = new StdioClientTransport({
      ...mcpServers.bijia,
      env: { ...env, ...mcpServers.bijia.env },
    });
    const client = new Client({ name: 'readme', version: '1' });
    await client.connect(transport);
    const { tools } = await client.listTools();
    for (const { name } of tools) expect(read(path)).toContain(`\`${name}\``);
    const product = 'https://item.jd.com/100012345678.html';
    const answer = await client.callTool({ name: 'get_product', arguments: { product } });
    expect(answer.structuredContent).toMatchObject({ outcome: 'ok', sandbox: true });
    await client.close();
  });
});

describe('the pages about troubles', () => {
  it.each(['docs/troubleshooting.md', 'docs/troubleshooting.zh-CN.md'])('quote what is said: %s', (path) => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => read(join('src', name)).replace(/\$\{[^}]*\}/g, '…'));
    const quoted = listCodeCells(read(path));
    expect(quoted.length).toBeGreaterThan(10);
    const isSaid = (quote: string) => sources.some((text) => text.includes(quote));
    expect(quoted.filter((quote) => !isSaid(quote))).toEqual([]);
  });
});

describe('the documents', () => {
  const documents = [
    ...readdirSync(ROOT),
    ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
  ].filter((name) => name.endsWith('.md'));

  it.each(documents)('%s links to files that exist', (path) => {
    const missing = listLocalLinks(read(path)).filter(
      (target) => !existsSync(join(ROOT, dirname(path), target)),
    );
    expect(missing).toEqual([]);
  });

  it.each(documents)('%s links to headings that exist', (path) => {
    const missing = listAnchors(read(path)).filter(({ file, anchor }) => {
      const target = file === '' ? path : join(dirname(path), file);
      return !listHeadings(read(target)).includes(anchor);
    });
    expect(missing).toEqual([]);
  });

  it('show the same commands in both languages', () => {
    const [english, chinese] = READMES.map((path) =>
      listBlocks(read(path)).map(({ language, text }) => ({ language, text: text.replace(/ +#.*$/gm, '') })),
    );
    expect(chinese).toEqual(english);
  });

  it('show the same pictures in both languages', () => {
    const [english, chinese] = READMES.map((path) =>
      listLocalLinks(read(path)).filter((target) => target.endsWith('.png')),
    );
    expect(english).toHaveLength(4);
    expect(chinese).toEqual(english);
  });
});
