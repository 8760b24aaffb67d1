import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatCommandsPage, formatManPage } from './helpers/documents/commands.js';
import { createParts, fillIn, formatEnvExample } from './helpers/documents/parts.js';

const ROOT = join(import.meta.dirname, '..');

/** `npx vitest run test/documents.test.ts -u` brings them up to date. */
describe('the generated parts', () => {
  it.each([
    ['README.md', 'en'],
    ['README.zh-CN.md', 'zh'],
  ] as const)('of %s say what the code says', async (path, language) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const parts = createParts(language);
    for (const name of Object.keys(parts)) expect(text, path).toContain(`<!-- generated:${name} -->`);
    await expect(fillIn(text, parts)).toMatchFileSnapshot(join(ROOT, path));
  });

  it('are the pages about the commands, and the manual', async () => {
    await expect(formatCommandsPage('en')).toMatchFileSnapshot(join(ROOT, 'docs/commands.md'));
    await expect(formatCommandsPage('zh')).toMatchFileSnapshot(join(ROOT, 'docs/commands.zh-CN.md'));
    await expect(formatManPage()).toMatchFileSnapshot(join(ROOT, 'man/bijia.1'));
  });

  it('are all of .env.example', async () => {
    await expect(formatEnvExample()).toMatchFileSnapshot(join(ROOT, '.env.example'));
  });
});
