import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { openInput } from '../../../../src/core/batch/input/input.js';
import { createFolder, eachLine, RULES } from '../../../helpers/batch/reading.js';
import { createWorkbook } from '../../../helpers/batch/workbook.js';
import { buildScript } from '../../../helpers/build-script.js';

const ROWS = 20_000;
const ids = Array.from({ length: ROWS }, (_, at) => String(1_000_001 + at * 7));
const inCells = (text: (id: string) => string) =>
  ids.map((id, at) => `<row r="${at + 1}"><c r="A${at + 1}" t="str"><v>${text(id)}</v></c></row>`).join('');

const FORMATS: readonly (readonly [string, (text: (id: string) => string) => string | Uint8Array])[] = [
  ['txt', (text) => ids.map(text).join('\n')],
  ['csv', (text) => `sku,a\n${ids.map((id) => `${text(id)},b`).join('\n')}`],
  ['jsonl', (text) => ids.map((id) => `{"sku":"${text(id)}"}`).join('\n')],
  ['json', (text) => JSON.stringify(ids.map((id) => ({ sku: text(id) })))],
  ['html', (text) => `<table>${ids.map((id) => `<tr><td>${text(id)}</td></tr>`).join('')}</table>`],
  ['xlsx', (text) => createWorkbook(inCells(text))],
];

/** What this process holds open of a folder. */
function countOpen(folder: string): number {
  return readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;
}

describe.skipIf(process.platform !== 'linux')('an input file', () => {
  let entry: URL;
  beforeAll(async () => {
    entry = pathToFileURL(await buildScript('../../src/core/batch/input/workbook/child.ts'));
  });

  describe.each(FORMATS)('of %s', (extension, write) => {
    async function openFile(text: (id: string) => string) {
      const folder = createFolder();
      const path = join(folder, `list.${extension}`);
      writeFileSync(path, write(text));
      return { folder, opened: openInput({ path }, { rules: RULES, xlsx: { entry, timeoutMs: 600_000 } }) };
    }

    it('is closed when it was read to its end', async () => {
      const { folder, opened } = await openFile((id) => id);
      let count = 0;
      for await (const _ of eachLine(await opened)) count += 1;
      expect([count, countOpen(folder)]).toEqual([ROWS, 0]);
    });

    it('is closed when reading stopped', async () => {
      const { folder, opened } = await openFile((id) => id);
      for await (const { line } of eachLine(await opened)) if (line > 9) break;
      expect(countOpen(folder)).toBe(0);
    });

    it('is closed when nobody reads it', async () => {
      const { folder, opened } = await openFile((id) => id);
      await (await opened).close();
      expect(countOpen(folder)).toBe(0);
    });

    it.skipIf(extension === 'txt')('is closed when it is refused', async () => {
      const { folder, opened } = await openFile(() => 'nothing');
      const read = async () => {
        for await (const _ of eachLine(await opened));
      };
      await expect(read()).rejects.toThrow();
      expect(countOpen(folder)).toBe(0);
    });
  });
});
