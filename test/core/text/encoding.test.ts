import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeGb18030, encodeUtf16Be, readBytes } from '../../helpers/batch/reading.js';

const MARK = '\uFEFF';
const ENCODINGS: readonly (readonly [string, (text: string) => Uint8Array])[] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a mark', (text) => Buffer.from(MARK + text)],
  ['UTF-16LE with a mark', (text) => Buffer.from(MARK + text, 'utf16le')],
  ['UTF-16BE with a mark', (text) => encodeUtf16Be(MARK + text)],
  ['UTF-16LE', (text) => Buffer.from(text, 'utf16le')],
  ['UTF-16BE', (text) => encodeUtf16Be(text)],
  ['GB18030', encodeGb18030],
];

/** Ordinary Chinese: the characters of GB2312, as product titles have them. */
const hanzi = fc.constantFrom(...'商品链接京东拼多多手机壳苹果华为小米衣服鞋子夏季新款女装男装');
const line = fc
  .tuple(fc.stringMatching(/^[1-9][0-9]{8,12}$/), fc.array(hanzi, { minLength: 1, maxLength: 12 }))
  .map(([id, words]) => `${words.join('')} https://example.test/${id}`);

describe('decodeText', () => {
  it.each(ENCODINGS)('reads %s', async (name, encode) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 20 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        async (lines, end) => {
          const bytes = encode(lines.join(end) + end);
          // A few characters of GB18030 are UTF-8 as well, and alone in a file nobody can tell.
          fc.pre(name !== 'GB18030' || !isUtf8(bytes));
          const read = await readBytes(bytes);
          expect(read.map(({ text }) => text)).toEqual(lines);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(ENCODINGS)('reads plain digits in %s', async (_, encode) => {
    const read = await readBytes(encode('100012043978\n100012043979'));
    expect(read).toEqual([
      { line: 1, text: '100012043978' },
      { line: 2, text: '100012043979' },
    ]);
  });

  it('waits with its choice until a byte decides, however late', async () => {
    const digits = '100012043978\n'.repeat(20_000);
    const bytes = Buffer.concat([Buffer.from(digits), encodeGb18030('商品编号 100012043979\n')]);
    expect((await readBytes(bytes)).at(-1)).toEqual({ line: 20_001, text: '商品编号 100012043979' });
  });

  it('names the line where a UTF-8 file changes to GB18030', async () => {
    const bytes = Buffer.concat([Buffer.from('商品一\n商品二\n'), encodeGb18030('商品三号\n')]);
    await expect(readBytes(bytes)).rejects.toThrow('Line 3 is in another encoding');
  });

  it('names the line where a GB18030 file changes to UTF-8', async () => {
    const bytes = Buffer.concat([encodeGb18030('商品一号\n商品二号\n'), Buffer.from('商品三号\n')]);
    await expect(readBytes(bytes)).rejects.toThrow('Line 3 is in another encoding');
  });

  it('names the line when the change comes late in a long file', async () => {
    const long = '华为手机壳新款 https://example.test/1\n'.repeat(20_000);
    const late = Buffer.concat([Buffer.from(long), encodeGb18030('苹果手机壳\n')]);
    await expect(readBytes(late)).rejects.toThrow('Line 20001 is in another encoding');
  });

  it.each([
    [
      'zero bytes',
      Buffer.concat([Buffer.from('1\n2\n'), Buffer.from([1, 0, 0, 2]), Buffer.alloc(99, 7)]),
      /Line 3 holds binary data/,
    ],
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), /a picture/],
    ['a PDF', Buffer.from('%PDF-1.7 …'), /a PDF/],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /old .xls \(BIFF\) or a protected workbook/],
    ['a compressed file', Buffer.from('1f8b0800', 'hex'), /compressed \(gzip\)/],
    ['bytes of no encoding', Buffer.from([0xff, 0xff, 0xff, 0x0a]), /neither UTF-8, UTF-16 nor GB18030/],
    ['torn UTF-16', Buffer.from('fffe31003200d8', 'hex'), /no sound UTF-16|not sound UTF-16/],
    ['an endless line', Buffer.alloc(1_200_000, 0x41), /Line 1 is longer than 1 MB/],
  ])('refuses %s with a clear sentence', async (_, bytes, message) => {
    await expect(readBytes(bytes)).rejects.toThrow(message);
  });
});
