import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GENERAL_SETTINGS } from '../src/core/index.js';
import { HTTP_SETTINGS } from '../src/mcp/http/settings.js';
import { TELEGRAM_SETTINGS } from '../src/telegram/settings.js';
import { CHINESE_SETTINGS } from './helpers/documents/chinese-settings.js';
import { formatCommandsPage, formatManPage } from './helpers/documents/commands.js';
import { formatGetting, formatStarting } from './helpers/documents/installing.js';
import { createParts, fillIn, formatEnvExample } from './helpers/documents/parts.js';

const ROOT = join(import.meta.dirname, '..');
/** In both languages; the English pages, and what is theirs alone. */
const PARTS_OF_PAGES = {
  README: ['getting'],
  'docs/configuration': ['providers', 'environment'],
  'docs/links': ['links'],
  'docs/output': ['outcomes', 'fields', 'prices', 'columns'],
};
const ENGLISH_ONLY = { 'docs/mcp-clients': ['starting'] };

/** `npx vitest run test/documents.test.ts -u` brings them up to date. */
describe('the generated parts', () => {
  const english = Object.entries({ ...PARTS_OF_PAGES, ...ENGLISH_ONLY });
  const pages = [
    ...english.map(([page, names]) => ({ path: `${page}.md`, language: 'en' as const, names })),
    ...Object.entries(PARTS_OF_PAGES).map(([page, names]) => ({
      ...{ path: `${page}.zh-CN.md`, language: 'zh' as const, names },
    })),
  ];

  it.each(pages)('of $path say what the code says', async ({ path, language, names }) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    for (const name of names) expect(text, path).toContain(`<!-- generated:${name} -->`);
    await expect(fillIn(text, createParts(language))).toMatchFileSnapshot(join(ROOT, path));
  });

  it('tell in Chinese what each variable means that belongs to no provider', () => {
    const settings = [GENERAL_SETTINGS, TELEGRAM_SETTINGS, HTTP_SETTINGS].flatMap((group) =>
      Object.values(group),
    );
    expect(settings.map(({ env }) => env).filter((env) => !(env in CHINESE_SETTINGS))).toEqual([]);
  });

  it('offer npm, and buttons, when the package is published', () => {
    expect(
      [formatGetting('en', true), formatGetting('zh', true)].every((text) => text.includes('npx bijia')),
    ).toBe(true);
    const [, config = ''] = /install-mcp\?name=bijia&config=([^)]+)/.exec(formatStarting(true)) ?? [];
    const button = JSON.parse(Buffer.from(decodeURIComponent(config), 'base64').toString());
    expect(button).toEqual({ command: 'npx', args: ['-y', 'bijia', 'mcp'] });
    expect(formatStarting(false)).not.toContain('npx');
  });

  it('have a place each', () => {
    expect(english.flatMap(([, names]) => names).sort()).toEqual(Object.keys(createParts('en')).sort());
  });

  it('are the pages about the commands, and the manual', async () => {
    await expect(await formatCommandsPage('en')).toMatchFileSnapshot(join(ROOT, 'docs/commands.md'));
    await expect(await formatCommandsPage('zh')).toMatchFileSnapshot(join(ROOT, 'docs/commands.zh-CN.md'));
    await expect(await formatManPage()).toMatchFileSnapshot(join(ROOT, 'man/bijia.1'));
  });

  it('are all of .env.example', async () => {
    await expect(formatEnvExample()).toMatchFileSnapshot(join(ROOT, '.env.example'));
  });
});

describe('the page about the architecture', () => {
  it('names every folder of the core and the command line', () => {
    const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    const listFolders = (path: string) =>
      readdirSync(join(ROOT, 'src', path), { withFileTypes: true }).flatMap((one) =>
        one.isDirectory() ? one.name : [],
      );
    const folders = [...listFolders('core'), ...listFolders('core/batch'), ...listFolders('cli')];
    expect(folders.filter((name) => !page.includes(`${name}/`))).toEqual([]);
  });
});
