import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineReader } from '../../../src/mcp/protocol/stdio-transport.js';

describe('lines', () => {
  const read = (chunks: readonly Buffer[], maxBytes = 1000) => {
    const lines: string[] = [];
    let tooLong = 0;
    const onData = createLineReader({
      maxBytes,
      onLine: (line) => lines.push(line),
      onTooLong: () => (tooLong += 1),
    });
    for (const chunk of chunks) onData(chunk);
    return { lines, tooLong };
  };

  it('are the same however they are cut into chunks', () => {
    const texts = fc.array(
      fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => `${text.replace(/\s/g, '')}.`),
    );
    fc.assert(
      fc.property(texts, fc.array(fc.nat({ max: 50 })), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const chunks: Buffer[] = [];
        let start = 0;
        for (const cut of cuts) {
          chunks.push(bytes.subarray(start, start + cut));
          start += cut;
        }
        chunks.push(bytes.subarray(start));
        expect(read(chunks, 100_000).lines).toEqual(lines);
      }),
    );
  });

  it('that are too long are passed over, and the next one counts', () => {
    const chunks = ['x'.repeat(600), 'x'.repeat(600), 'x\nshort\n'].map((text) => Buffer.from(text));
    expect(read(chunks)).toEqual({ lines: ['short'], tooLong: 1 });
  });

  it('that are empty, or end the way Windows does, do no harm', () => {
    expect(read([Buffer.from('\n\r\na\r\n')]).lines).toEqual(['a']);
  });
});
