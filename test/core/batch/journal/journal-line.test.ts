import { describe, expect, it } from 'vitest';
import {
  formatJournalLine,
  parseJournalLine,
  parseRecord,
} from '../../../../src/core/batch/journal/journal-line.js';

const SEED = 7;
const toBytes = (line: string) => Buffer.from(line.trimEnd());

/** A line whose checksum holds these digits. */
function findLine(digits: string): string {
  for (let index = 0; ; index += 1) {
    const line = formatJournalLine(SEED, index, 'ok', 'x');
    if (line.slice(2, 10).includes(digits)) return line.trimEnd();
  }
}

describe('parseJournalLine', () => {
  it('reads what was written', () => {
    const line = toBytes(formatJournalLine(SEED, 12345, 'not_found', { 名: ['a', 1] }));
    const entry = parseJournalLine(line, SEED) ?? expect.fail();
    expect(entry).toMatchObject({ index: 12345, outcome: 'not_found' });
    expect(parseRecord(line, entry)).toEqual({ 名: ['a', 1] });
    expect(parseJournalLine(line, SEED + 1)).toBeUndefined();
  });

  // Each wrong spelling would give the same number if digits were taken as they come.
  it.each([
    ['a', ':'],
    ['a', 'A'],
    ['0f', '1/'],
    ['10', '0@'],
    ['37', '0g'],
  ])('takes no checksum with %s spelled as %s', (digits, wrong) => {
    const line = findLine(digits);
    expect(parseJournalLine(Buffer.from(line), SEED)).toBeDefined();
    const at = line.indexOf(digits, 2);
    const misspelled = line.slice(0, at) + wrong + line.slice(at + digits.length);
    expect(parseJournalLine(Buffer.from(misspelled), SEED)).toBeUndefined();
  });

  it.each([0, 1])('takes no line with another sign at %i', (at) => {
    const line = toBytes(formatJournalLine(SEED, 1, 'ok', 'x'));
    line[at] = 0x78;
    expect(parseJournalLine(line, SEED)).toBeUndefined();
  });

  it('takes nothing short', () => {
    const line = formatJournalLine(SEED, 1, 'ok', 'x');
    for (let length = 0; length < line.length - 1; length += 1) {
      expect(parseJournalLine(Buffer.from(line.slice(0, length)), SEED)).toBeUndefined();
    }
  });
});
