import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsvRows } from '../../../src/core/text/csv.js';
import { createPlainRows } from '../../../src/core/text/plain-rows.js';
import type { TableRow } from '../../../src/core/text/table-row.js';
import { collect } from '../../helpers/batch/reading.js';

const piece = fc.oneof(
  fc.constantFrom('\n', '\r\n', '\r', ',', ';', '\t', '|', ' ', '红', '=', "'", '1', 'a b', '\u0000'),
  fc.string({ maxLength: 5 }).map((text) => text.replaceAll('"', '')),
);
const pieces = fc.array(piece, { maxLength: 30 });

const cell = fc.array(fc.constantFrom(',', ';', ' ', '红', 'a', '1', "'", '='), { maxLength: 4 });
const quotedLine = fc
  .tuple(
    fc.array(
      fc.tuple(cell, fc.boolean()).map(([parts, isQuoted]) => {
        const text = parts.join('');
        return isQuoted || text.includes(',') ? `"${text}"` : text;
      }),
      { minLength: 1, maxLength: 4 },
    ),
    fc.constantFrom('\n', '\r\n', '\r'),
  )
  .map(([cells, end]) => [cells.join(','), end]);
const strangeLine = fc.array(fc.constantFrom('"', '""', ',', 'a', ' ', '\n', '\r\n'), { maxLength: 6 });

const parseAll = (text: string, delimiter: string) =>
  (
    parse(text, {
      ...{ delimiter, record_delimiter: ['\r\n', '\n', '\r'], info: true },
      ...{ relax_column_count: true, relax_quotes: true, skip_empty_lines: true },
    }) as unknown as readonly { readonly info: { readonly lines: number }; readonly record: string[] }[]
  ).map(({ info, record }): TableRow => ({ line: info.lines, cells: record }));

describe('createPlainRows', () => {
  it('reads a table without quotes as the parser of tables does, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 4 }),
        fc.constantFrom(',', '\t', ';', '|'),
        (texts, delimiter) => {
          const chunks = texts.map((parts) => parts.join(''));
          const plain = createPlainRows(delimiter);
          const rows = [...chunks.flatMap((chunk) => plain.read(chunk) ?? []), ...(plain.end() ?? [])];
          expect(rows).toEqual(parseAll(chunks.join(''), delimiter));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('reads lines in which quotes stand around whole cells, and leaves each other quote to the parser', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.oneof(quotedLine, strangeLine, pieces), { maxLength: 8 }), { maxLength: 3 }),
        fc.constantFrom(',', '\t', ';', '|'),
        (texts, delimiter) => {
          const chunks = texts.map((lines) => lines.flat().join('').replaceAll(',', delimiter));
          const plain = createPlainRows(delimiter);
          const read = [...chunks.map((chunk) => plain.read(chunk)), plain.end()];
          if (read.every((rows) => rows !== undefined)) {
            expect(read.flat()).toEqual(parseAll(chunks.join(''), delimiter));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('reads 1,"2",3 without the parser', () => {
    const plain = createPlainRows(',');
    expect(plain.read('"a, b","","红"\r\n\n""\nc,",",d,,"e"\n"f"')).toEqual([
      { line: 1, cells: ['a, b', '', '红'] },
      { line: 3, cells: [''] },
      { line: 4, cells: ['c', ',', 'd', '', 'e'] },
    ]);
    expect(plain.end()).toEqual([{ line: 5, cells: ['f'] }]);
  });

  it('leaves other quotes, long texts and delimiters of any other kind to the parser', () => {
    for (const line of ['a,"b"c', '"a" ,"b"', '"a"",""b"', '"', '"""', '"a', 'a"b', '"a,b', '"a","b']) {
      const plain = createPlainRows(',');
      expect([plain.read(`1\n${line}\n`), plain.lines(), plain.rest()]).toEqual([undefined, 0, '']);
      expect(createPlainRows(',').read(line)).toEqual([]);
    }
    const cut = createPlainRows(',');
    expect([cut.read('1\n"a","b'), cut.end(), cut.lines(), cut.rest()]).toEqual([
      [{ line: 1, cells: ['1'] }],
      undefined,
      1,
      '"a","b',
    ]);
    expect(createPlainRows(',').read('a'.repeat(400_000))).toBeUndefined();
    expect(createPlainRows('"').read('a\n')).toBeUndefined();
    expect(createPlainRows('\ud83d').read('a\n')).toBeUndefined();
  });
});

describe('parseCsvRows', () => {
  it('counts on where the first other quote stands, wherever the text is cut', async () => {
    const plain = Array.from({ length: 30 }, (_, at) => (at % 3 ? `${at},x` : `"${at}","x"`));
    const rows = [...plain, '"30\n",y', '', '31,"z"', '32,w'];
    const text = `${rows.join('\r\n')}`;
    const expected = (await collect(parseCsvRows(cut(text, text.length)))).flat();
    expect(expected.slice(-3).map(({ line }) => line)).toEqual([31, 34, 35]);
    for (let size = 1; size < 40; size += 1) {
      expect((await collect(parseCsvRows(cut(text, size)))).flat()).toEqual(expected);
    }
  });

  it('reads any quotes as the parser does, wherever the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(quotedLine, strangeLine, pieces), { maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        async (lines, size) => {
          const text = lines.flat().join('');
          const rows = await tryRead(text, size);
          expect(rows).toEqual(await tryRead(text, text.length + 1));
          expect(rows?.map(({ cells }) => cells)).toEqual(tryParse(text)?.map(({ cells }) => cells));
        },
      ),
      { numRuns: 500 },
    );
  });

  const tryRead = async (text: string, size: number) => {
    async function* texts() {
      yield 'sep=,\n';
      yield* cut(text, size);
    }
    return collect(parseCsvRows(texts())).then(
      (rows) => rows.flat(),
      () => undefined,
    );
  };

  const tryParse = (text: string) => {
    try {
      return parseAll(text, ',');
    } catch {
      return undefined;
    }
  };

  async function* cut(text: string, size: number) {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  }
});
