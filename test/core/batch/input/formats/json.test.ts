import { describe, expect, it } from 'vitest';
import { readJsonLines } from '../../../../../src/core/batch/input/formats/json.js';
import type { InputLine } from '../../../../../src/core/batch/input/lines.js';
import { createInputReport } from '../../../../../src/core/batch/input/report.js';
import { RULES } from '../../../../helpers/batch/reading.js';

async function read(entries: readonly object[]) {
  const report = createInputReport();
  const lines: InputLine[] = [];
  async function* texts() {
    for (const entry of entries) yield `${JSON.stringify(entry)}\n`;
  }
  for await (const block of readJsonLines(texts(), { rules: RULES, report })) lines.push(...block);
  return { lines, columns: report.ownColumns() };
}

const toEntry = (at: number, rest: object) => ({
  url: `https://item.jd.com/${100012340000 + at}.html`,
  ...rest,
});

describe('readJsonLines', () => {
  it('makes columns of the keys of all entries, in the order in which they come', async () => {
    const { lines, columns } = await read([toEntry(1, { name: 'a' }), toEntry(2, { price: 9.9, name: 'b' })]);
    expect(columns).toEqual(['name', 'price']);
    expect(lines.map(({ own }) => own)).toEqual([
      ['a', ''],
      ['b', '9.9'],
    ]);
  });

  it.each([
    ['in each entry', Array.from({ length: 1500 }, (_, at) => toEntry(at, { [`key${at}`]: 'x' }))],
    [
      'in one entry',
      [
        toEntry(0, Object.fromEntries(Array.from({ length: 1500 }, (_, at) => [`key${at}`, 'x']))),
        toEntry(1, {}),
      ],
    ],
  ])('makes no more columns than a table has when there are new keys %s', async (_, entries) => {
    const { lines, columns } = await read(entries);
    expect(lines).toHaveLength(entries.length);
    expect(columns).toHaveLength(999);
    expect(lines.at(-1)?.own).toHaveLength(999);
  });

  it('makes no column of a key that is as long as a text', async () => {
    const { columns } = await read([toEntry(1, { name: 'a', ['k'.repeat(301)]: 'b' })]);
    expect(columns).toEqual(['name']);
  });
});
