import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createCopy,
  createLineFormat,
  type KeptLine,
  readCopy,
} from '../../../../src/core/batch/input/copy.js';
import { openCopyLines } from '../../../../src/core/batch/input/copy-lines.js';
import { collect, createFolder } from '../../../helpers/batch/reading.js';

async function write(lines: readonly KeptLine[]): Promise<string> {
  const path = join(createFolder(), 'input.jsonl');
  const copy = await createCopy(path);
  const toJson = createLineFormat();
  for (const [at, line] of lines.entries()) {
    if (at % 3 === 1) copy.writeColumns(['颜色', `column ${at}`]);
    copy.write(line, toJson(line));
  }
  await copy.close();
  return path;
}

const LINES: readonly KeptLine[] = [30_000, 3, 30_000, 12, 1, 32_767, 20, 32_000].map((length, at) => ({
  ...{ line: at + 1, text: '苹果"\\'.repeat(length / 4), own: [`${at}`, '红'.repeat(length)] },
  ref: { platform: 'jd', kind: 'product', id: `${100_000 + at}` },
}));

describe('lines of a copy', () => {
  it('are read wherever they begin, in any order, between names of columns and longer than what is read at once', async () => {
    const path = await write(LINES);
    const placed = await collect(readCopy(path));
    const lines = await openCopyLines(path);
    for (const at of [0, 1, 2, 7, 3, 6, 6, 5, 4, 0]) {
      const { offset, ...line } = placed[at] ?? { offset: -1 };
      expect(await lines.read(offset)).toEqual(line);
    }
    await lines.close();
  });

  it('are refused where none begins, and where the copy is gone', async () => {
    const path = await write(LINES);
    const lines = await openCopyLines(path);
    await expect(lines.read(1)).rejects.toMatchObject({ code: 'input_damaged' });
    await expect(lines.read(10_000_000)).rejects.toMatchObject({ code: 'input_damaged' });
    await lines.close();
    rmSync(path);
    await expect(openCopyLines(path)).rejects.toMatchObject({ outcome: 'not_configured' });
  });
});
