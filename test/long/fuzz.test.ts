import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openInput } from '../../src/core/batch/input/input.js';
import { openJournal } from '../../src/core/batch/journal/journal.js';
import { formatCsv } from '../../src/core/batch/output/output.js';
import { ConfigError, InputError, OUTCOMES } from '../../src/core/errors.js';
import { marketplaces } from '../../src/core/index.js';
import { parseRefs } from '../../src/core/links/link-parser.js';
import { cleanText, parseCountText } from '../../src/core/product/normalizer.js';
import { formatCsvLine } from '../../src/core/text/csv-cells.js';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { parseArguments } from '../../src/mcp/protocol/arguments.js';
import { createTools } from '../../src/mcp/tools/index.js';
import { createRow, stream } from '../helpers/batch/products.js';
import {
  collect,
  collectLines,
  createFolder,
  encodeGb18030,
  encodeUtf16Be,
  NO_XLSX,
  RULES,
} from '../helpers/batch/reading.js';
import { createWorkbook } from '../helpers/batch/workbook.js';
import { buildScript } from '../helpers/build-script.js';

/** How often each cheap property is tried; those that touch files are tried less often, in proportion. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 10_000);
const times = (part: number) => ({ numRuns: Math.max(1, Math.round(RUNS * part)) });

/** What happens to bytes on bad disks and in bad programs; places are parts of the whole. */
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const damage = fc.oneof(
  fc.record({ kind: fc.constant('overwrite' as const), at: place, bytes: fc.uint8Array({ maxLength: 8 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: place, bytes: fc.uint8Array({ maxLength: 8 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: place, to: place }),
  fc.record({ kind: fc.constant('repeat' as const), at: place, to: place }),
  fc.record({ kind: fc.constant('truncate' as const), at: place }),
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function applyDamage(bytes: Buffer, one: Damage): Buffer {
  const at = Math.floor(one.at * bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (one.kind) {
    case 'overwrite':
      return Buffer.concat([before, one.bytes, after.subarray(one.bytes.length)]);
    case 'insert':
      return Buffer.concat([before, one.bytes, after]);
    case 'cut':
      return Buffer.concat([before, after.subarray(Math.floor(one.to * after.length))]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, Math.floor(one.to * after.length)), after]);
    case 'truncate':
      return before;
  }
}

const harm = (bytes: Buffer, all: readonly Damage[]) => all.reduce(applyDamage, bytes);
const damages = fc.array(damage, { minLength: 1, maxLength: 4 });

describe('the link parser', () => {
  const texts = readFileSync(new URL('../fixtures/links.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text);
  const parse = (text: string) => parseRefs(text, marketplaces);

  it('reads what it made of damaged texts as the same references', () => {
    const parts = fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(parts, damages, (pasted, all) => {
        const refs = parse(harm(Buffer.from(pasted.join('')), all).toString());
        for (const ref of refs) expect(parse(ref.url)).toEqual([ref]);
      }),
      times(1),
    );
  });
});

describe('texts', () => {
  it('of counts give a whole number or nothing', () => {
    const pieces = [
      '已拼',
      '全店',
      '总售',
      '1',
      '0',
      '9',
      '.',
      ',',
      '万',
      '亿',
      '千',
      '+',
      '件',
      '人',
      ' ',
      '１',
      '＋',
    ];
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (written) => {
        const read = parseCountText(written);
        if (read) expect(Number.isSafeInteger(read.count) && read.count >= 0).toBe(true);
        if (read) expect(written.normalize('NFKC')).toMatch(/\d/);
      }),
      times(2),
    );
  });

  it('of strangers are safe on one line, whatever is in them', () => {
    const pieces = [
      '&lt;',
      '&#8238;',
      '&#x202e;',
      '&amp;',
      '\u200d',
      '\ufe0f',
      '👨',
      '🏽',
      '\u202e',
      '\ud83d',
      '\n',
      '中',
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 3 })));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 50 }), (parts, maxLength) => {
        const clean = cleanText(parts.join(''), maxLength) ?? '-';
        expect(clean.replaceAll('\u200d', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]|\s{2}|^\s|\s$/u);
        expect(Array.from(clean).length).toBeLessThanOrEqual(maxLength);
      }),
      times(2),
    );
  });
});

describe('input files', () => {
  let entry: URL;
  beforeAll(async () => {
    entry = pathToFileURL(await buildScript('../../src/core/batch/input/workbook/child.ts'));
  });
  const folder = createFolder();

  async function read(extension: string, bytes: Uint8Array) {
    const path = join(folder, `list.${extension}`);
    writeFileSync(path, bytes);
    return collectLines(await openInput({ path }, { rules: RULES, xlsx: { entry } }));
  }

  /** Lines in order, or a refusal that a person can act upon; nothing else. */
  async function expectRefusalOrLines(extension: string, bytes: Uint8Array) {
    const lines = await read(extension, bytes).catch((error: unknown) => {
      expect(error).toBeInstanceOf(InputError);
      return [];
    });
    const numbers = lines.map(({ line }) => line);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(lines.every(({ line }) => line >= 1)).toBe(true);
  }

  const formats = fc.constantFrom(
    { extension: 'txt', write: (ids: readonly string[]) => ids.join('\n') },
    { extension: 'txt', write: (ids: readonly string[]) => ids.map((id) => `${id}\r\n`).join('') },
    {
      extension: 'csv',
      write: (ids: readonly string[]) => ['名称,sku', ...ids.map((id) => `"耳机, 黑",${id}`)].join('\r\n'),
    },
    {
      extension: 'csv',
      write: (ids: readonly string[]) => ['sku;名称', ...ids.map((id) => `="${id}";多"行"`)].join('\n'),
    },
    {
      extension: 'tsv',
      write: (ids: readonly string[]) => ['商品id\t备注', ...ids.map((id) => `${id}\t好`)].join('\n'),
    },
    {
      extension: 'jsonl',
      write: (ids: readonly string[]) => ids.map((id) => `{"名":"好","sku":${id}}`).join('\n'),
    },
  );
  const encodings = fc.constantFrom<(text: string) => Uint8Array>(
    (text) => Buffer.from(text),
    (text) => Buffer.from(`\uFEFF${text}`),
    (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
    (text) => encodeUtf16Be(`\uFEFF${text}`),
    encodeGb18030,
  );
  const lists = fc.array(fc.stringMatching(/^[1-9][0-9]{6,17}$/), { minLength: 1, maxLength: 40 });

  it('in every format and encoding give every id', async () => {
    await fc.assert(
      fc.asyncProperty(formats, encodings, lists, async ({ extension, write }, encode, ids) => {
        expect((await read(extension, encode(write(ids)))).map(({ text }) => text)).toEqual(ids);
      }),
      times(0.1),
    );
  });

  it('that are damaged give lines in order or are refused', async () => {
    await fc.assert(
      fc.asyncProperty(formats, encodings, lists, damages, async ({ extension, write }, encode, ids, all) => {
        await expectRefusalOrLines(extension, harm(Buffer.from(encode(write(ids))), all));
      }),
      times(0.2),
    );
  });

  it('of any bytes give lines in order or are refused', async () => {
    const extension = fc.constantFrom('txt', 'csv', 'tsv', 'jsonl', 'list');
    await fc.assert(
      fc.asyncProperty(extension, fc.uint8Array({ maxLength: 300 }), expectRefusalOrLines),
      times(0.2),
    );
  });

  it('that are damaged workbooks give lines in order or are refused', async () => {
    const rows = Array.from(
      { length: 9 },
      (_, at) => `<row r="${at + 1}"><c r="A${at + 1}"><v>${at}0000001</v></c></row>`,
    );
    const workbook = createWorkbook(rows.join(''));
    await fc.assert(
      // Most damage breaks what packs it, so some goes into what is packed.
      fc.asyncProperty(fc.boolean(), damages, async (isOutside, all) => {
        const inside = harm(Buffer.from(rows.join('')), all).toString();
        await expectRefusalOrLines('xlsx', isOutside ? harm(workbook, all) : createWorkbook(inside));
      }),
      times(0.003),
    );
  });
});

describe('a damaged journal', () => {
  it('gives back what was written or nothing, and continues', async () => {
    const record = fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 2 }));
    const entries = fc.array(fc.tuple(fc.constantFrom(...OUTCOMES), record), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(entries, damages, async (written, all) => {
        const folder = createFolder();
        const options = { folder, run: 1, list: 'a', monotonicNow: () => 0 };
        const before = await openJournal(options);
        for (const [at, [outcome, value]] of written.entries())
          await before.append(at, outcome, value, false);
        await before.close();
        const path = join(folder, 'journal-1-1.jsonl');
        writeFileSync(path, harm(readFileSync(path), all));
        const after = await openJournal(options).catch((error: unknown) => {
          expect(error).toBeInstanceOf(ConfigError);
          return undefined;
        });
        if (!after) return;
        for (const [at, [outcome, value]] of written.entries()) {
          const found = after.outcomeAt(at);
          if (found === undefined) continue;
          expect([found, await after.read(at)]).toEqual([outcome, JSON.parse(JSON.stringify(value))]);
        }
        expect(after.count()).toBeLessThanOrEqual(written.length);
        await after.append(written.length, 'ok', 'new', false);
        expect(await after.read(written.length)).toBe('new');
        await after.close();
      }),
      times(0.1),
    );
  });
});

describe('the arguments of tools', () => {
  const catalogue = createCatalogue();
  const tools = createTools(catalogue);
  const names = tools.flatMap(({ input, aliases }) => [
    ...Object.keys(input.shape),
    ...Object.values(aliases).flat(),
  ]);
  const key = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...names) },
    fc.constantFrom(...names).map((name) => name.toUpperCase().replace('_', '-')),
    fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', ''),
    fc.string({ unit: 'binary' }),
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>('jd', ' JD ', 'true', '5', '["1","2"]', '[', 'a\nb', 1e21, -1, true),
    fc.array(fc.oneof(fc.string(), fc.double(), fc.constant(null))),
  );

  it('are read as something that fits, or refused in few words', () => {
    const given = fc.oneof(
      fc.array(fc.tuple(key, value), { maxLength: 5 }).map((pairs) => Object.fromEntries(pairs)),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.nat({ max: tools.length - 1 }), given, (at, args) => {
        const tool = tools[at] ?? expect.fail();
        try {
          const read = parseArguments(tool, args, catalogue);
          expect(tool.input.parse(read.args)).toEqual(read.args);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as InputError).message.length).toBeLessThan(2000);
        }
      }),
      times(1),
    );
  });
});

describe('tables', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ' ', "'", '＝', '中', '1'))
      .map((all) => all.join('')),
    fc.stringMatching(/^[0-9]{1,25}$/),
  );

  it('lose no cell and run none', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 8 }), (cells) => {
        const [row] = parseCsv(formatCsvLine(cells), { record_delimiter: '\r\n' }) as string[][];
        expect(row).toHaveLength(cells.length);
        for (const [at, read] of (row ?? []).entries()) {
          expect([cells[at], `'${cells[at]}`, `${cells[at]}\t`]).toContain(read);
          expect(read).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
        }
      }),
      times(1),
    );
  });

  it('are lists that bijia reads again: every id comes back', async () => {
    const ids = fc.array(fc.stringMatching(/^[1-9][0-9]{0,19}$/), { minLength: 1, maxLength: 20 });
    // No zero byte comes this far: it is refused in input, and cleaned out of what upstreams say.
    const title = cell.map((text) => text.replaceAll('\0', ''));
    const path = join(createFolder(), 'list.csv');
    await fc.assert(
      fc.asyncProperty(ids, fc.array(title, { minLength: 1 }), async (all, titles) => {
        const rows = all.map((id, at) => ({
          ...createRow(at + 1, { title: titles[at % titles.length] ?? '', url: `https://red.test/${id}` }),
          id,
          input: titles[at % titles.length] ?? '',
        }));
        writeFileSync(path, (await collect(formatCsv(stream(rows), 'product'))).join(''));
        const lines = await collectLines(await openInput({ path }, { rules: RULES, xlsx: NO_XLSX }));
        expect(lines.map(({ text }) => text)).toEqual(all.map((id) => `https://red.test/${id}`));
      }),
      times(0.05),
    );
  });
});
