import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { openInput } from '../../src/core/batch/input/input.js';
import { collectLines, createFolder, RULES } from '../helpers/batch/reading.js';
import { createWorkbook } from '../helpers/batch/workbook.js';
import { buildScript } from '../helpers/build-script.js';

/** They pack to 300 KB. */
const BLANKS = ' '.repeat(300 * 2 ** 20);
const HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>商品ID</t></is></c></row>';

it.each([
  ['a cell of 300 MB', `<row r="2"><c r="A2"><v>${BLANKS}</v></c></row>`],
  ['an attribute of 300 MB', `<row r="2"><c r="A2" s="${BLANKS}"><v>1000001</v></c></row>`],
])('a workbook with %s is given up, and the process lives', async (_, rows) => {
  const entry = pathToFileURL(await buildScript('../../src/core/batch/input/workbook/child.ts'));
  const path = join(createFolder(), 'list.xlsx');
  writeFileSync(path, createWorkbook(HEADER + rows));
  const read = async () =>
    collectLines(await openInput({ path }, { rules: RULES, xlsx: { entry, maxMemoryMb: 160 } }));
  await expect(read()).rejects.toMatchObject({ code: 'workbook_too_costly' });
});
