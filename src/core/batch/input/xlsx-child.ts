/**
 * The entry file of the process that opens a stranger's workbook: rows as JSON lines on stdout, one line of JSON on
 * stderr when it fails. A workbook of 1.4 KB can demand gigabytes; a memory limit on a worker thread was seen to
 * abort the whole program, a process of its own only ends itself.
 */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { readSheet } from 'read-excel-file/node';
import { UNPACKED_TOO_LARGE } from './unpacked-too-large.js';

/** A chunk of deflated data grows at most 1,032-fold, so memory is looked at before each small one. */
const CHUNK_BYTES = 16 * 1024;

async function main([path = '', maxUnpackedBytes = '0']: readonly string[]): Promise<void> {
  const guard = new Transform({
    transform(chunk, _encoding, done) {
      const tooLarge = process.memoryUsage().arrayBuffers > Number(maxUnpackedBytes);
      done(tooLarge ? new Error(UNPACKED_TOO_LARGE) : null, chunk);
    },
  });
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const rows = await readSheet(file.on('error', (error) => guard.destroy(error)).pipe(guard), {
    parseNumber: (text) => spellOut(text),
  });
  for (const row of rows) {
    const line = `${JSON.stringify(row.map((cell) => formatCell(cell)))}\n`;
    if (!process.stdout.write(line)) await once(process.stdout, 'drain');
  }
}

function formatCell(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  return cell instanceof Date ? cell.toISOString() : String(cell);
}

/**
 * The stored number as digits. Spreadsheets keep 15 digits: what has more, or fewer than its exponent asks for, was
 * rounded, and goes on in scientific notation to be refused.
 */
function spellOut(stored: string): string {
  const plain = stored.replace(/\.0+$/, '');
  const [mantissa = '', exponent = '0'] = plain.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  if (!/^\d+$/.test(digits)) return plain;
  if (digits.length > 15) return Number(plain).toExponential();
  return fraction.length > 0 && fraction.length === Number(exponent) ? digits : plain;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(JSON.stringify({ message: error instanceof Error ? error.message : String(error) }));
  process.exitCode = 1;
}
