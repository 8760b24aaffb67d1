import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCopy } from '../../../../src/core/batch/input/copy.js';
import type { Recognise } from '../../../../src/core/batch/input/line-reading.js';
import { type InputLine, toInputLine } from '../../../../src/core/batch/input/lines.js';
import { collectInput, loadInput } from '../../../../src/core/batch/input/list.js';
import { createInputReport } from '../../../../src/core/batch/input/report.js';
import { InputError, UnsupportedError } from '../../../../src/core/errors.js';
import { anyCharacter } from '../../../helpers/any-character.js';
import { collect, createFolder } from '../../../helpers/batch/reading.js';

/** `red:1` and `blue:x` are products, `far:1` is of a marketplace that nobody knows. */
const recognise: Recognise = ({ given, platformHint }) =>
  given.split(' 和 ').map((text) => {
    const [platform = '', id] = text.includes(':') ? text.split(':') : [platformHint ?? '', text];
    if (platform === 'far') return new UnsupportedError('far is not supported yet');
    if (platform === '' || !id) return new InputError(`${text} is nothing`);
    return { platform, kind: 'product', id, idType: /^\d/.test(id) ? undefined : 'sign' };
  });

async function* toBlocks(texts: readonly (string | Partial<InputLine>)[]) {
  for (const [at, text] of texts.entries()) {
    yield [typeof text === 'string' ? toInputLine(at + 1, text) : { line: at + 1, ranks: [], ...text }];
  }
}

async function collectTexts(texts: readonly (string | Partial<InputLine>)[], maxLines?: number) {
  const copyPath = join(createFolder(), 'copy');
  return {
    copyPath,
    list: await collectInput(
      { blocks: toBlocks(texts), report: createInputReport() },
      { recognise, copyPath, maxLines },
    ),
  };
}

describe('collectInput', () => {
  it('knows a list by the same hash in every version: by it a job is found again', async () => {
    const own = ['红色 "A"', ''];
    const { list, copyPath } = await collectTexts([
      'red:1',
      { ranks: [[{ given: 'blue:x' }]], own },
      'nothing',
    ]);
    const rows = [
      [1, { platform: 'red', kind: 'product', id: '1' }, 'red:1', undefined],
      [2, { platform: 'blue', kind: 'product', id: 'x', idType: 'sign' }, 'blue:x', own],
      [3, undefined, 'nothing', undefined],
    ];
    const hash = createHash('sha256');
    for (const row of rows) hash.update(JSON.stringify(row));
    expect(list.hash).toBe(hash.digest('hex'));
    expect((await loadInput(copyPath)).hash).toBe(list.hash);
  });

  it('hashes and keeps whatever stands in texts and cells as JSON writes it', async () => {
    const text = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.constantFrom('"', '\\', '\n', '\u0000', '\u007f', '\u2028', '\ud800', '\udc00😀', '红 1', ''),
    );
    const row = fc.record({ id: text, own: fc.option(fc.array(text, { maxLength: 4 }), { nil: undefined }) });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
        const { list, copyPath } = await collectTexts(
          rows.map(({ id, own }) => ({ ranks: [[{ given: `red:1${id}` }]], ...(own && { own }) })),
        );
        const hash = createHash('sha256');
        const kept = rows.map(({ id, own }, at) => {
          const given = `red:1${id}`;
          const [ref] = recognise({ given });
          const isProduct = ref !== undefined && 'platform' in ref;
          hash.update(JSON.stringify([at + 1, isProduct ? ref : null, given, own ?? null]));
          return { l: at + 1, t: given, ...(isProduct && { r: ref }), ...(own && { o: own }) };
        });
        expect(list.hash).toBe(hash.digest('hex'));
        expect(readFileSync(copyPath, 'utf8')).toBe(kept.map((one) => `${JSON.stringify(one)}\n`).join(''));
      }),
    );
  });

  it('counts what it recognised, merged and refused', async () => {
    const { list } = await collectTexts(['red:1', 'blue:c9_x', 'red:1', 'red:2', 'nothing', 'far:1']);
    expect(list.summary).toEqual({
      lines: 6,
      unique: 3,
      duplicates: 1,
      refused: 2,
      platforms: { red: 2, blue: 1 },
      problems: [
        {
          line: 5,
          text: 'nothing',
          outcome: 'invalid',
          code: 'invalid_input',
          message: 'nothing is nothing',
        },
        {
          ...{ line: 6, text: 'far:1', outcome: 'unsupported', code: 'unsupported' },
          message: 'far is not supported yet',
        },
      ],
    });
    expect(Array.from({ length: 6 }, (_, at) => list.indexAt(at))).toEqual([0, 1, 0, 2, -1, -1]);
    expect(list.references.at(1)).toEqual({ platform: 'blue', kind: 'product', id: 'c9_x', idType: 'sign' });
  });

  it('gives each product of a line a row of its own with the same line', async () => {
    const { list, copyPath } = await collectTexts(['red:1 和 blue:2', 'red:3']);
    expect(list).toMatchObject({ rowCount: 3, summary: { lines: 2, unique: 3, refused: 0 } });
    const kept = await collect(readCopy(copyPath));
    expect(kept.map(({ line, text, ref }) => [line, text, ref?.id])).toEqual([
      [1, 'red:1 和 blue:2', '1'],
      [1, 'red:1 和 blue:2', '2'],
      [2, 'red:3', '3'],
    ]);
  });

  it('takes the first rank in which a product is named, with all its texts', async () => {
    const rank = (...texts: readonly string[]) => texts.map((given) => ({ given }));
    const { list, copyPath } = await collectTexts([
      { ranks: [rank('nothing'), rank('red:1', 'blue:2', 'red:1'), rank('red:9')] },
      { ranks: [rank('far:1'), rank('red:4')] },
    ]);
    expect(list.summary).toMatchObject({ unique: 3, refused: 0 });
    expect((await collect(readCopy(copyPath))).map(({ text }) => text)).toEqual(['red:1', 'blue:2', 'red:4']);
  });

  it('refuses empty cells and lines with a problem, each with its reason', async () => {
    const { list } = await collectTexts([
      { ranks: [[]] },
      { ranks: [[{ given: 'red:1' }]], problem: 'The line is not JSON.' },
    ]);
    expect(list.summary.problems.map(({ message }) => message)).toEqual([
      'The row names no product.',
      'The line is not JSON.',
    ]);
  });

  it.each([
    ['nothing', [], undefined, 'The input is empty'],
    ['more lines than allowed', ['red:1', 'red:2'], 1, 'more than 1 lines'],
  ])('refuses an input with %s', async (_, texts, maxLines, message) => {
    await expect(collectTexts(texts, maxLines)).rejects.toThrow(message);
  });

  it('keeps a copy from which the same list comes back', async () => {
    const text = fc.oneof(
      fc.integer({ min: 1, max: 30 }).map((id) => `red:${id}`),
      fc.string({ unit: anyCharacter, minLength: 1 }).map((id) => `blue:${id}`),
      fc.constantFrom('red:18446744073709551616', 'red:007', 'red:9999999999999999999', 'nothing'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1 }), async (texts) => {
        const { list, copyPath } = await collectTexts(texts);
        const loaded = await loadInput(copyPath);
        expect(loaded.summary).toEqual(list.summary);
        expect(loaded.references.hash()).toBe(list.references.hash());
        const kept = await collect(readCopy(copyPath));
        for (const [position, line] of kept.entries()) {
          const index = loaded.indexAt(position);
          expect(index).toBe(list.indexAt(position));
          if (index >= 0) expect(loaded.references.at(index)).toEqual(line.ref);
        }
      }),
      { numRuns: 25 },
    );
  });
});
