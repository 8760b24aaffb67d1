import { crc32 } from 'node:zlib';
import { OUTCOMES, type Outcome } from '../../errors.js';

/**
 * One line of a journal: `["<crc>",<index>,"<outcome>",<record>]` and a line feed. The checksum covers all that
 * follows it and is seeded with the list, so that no line of another list ever counts.
 */
const PREFIX_LENGTH = '["00000000",'.length;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;

export function formatJournalLine(seed: number, index: number, outcome: Outcome, record: unknown): string {
  const body = `${index},"${outcome}",${JSON.stringify(record)}]`;
  return `["${crc32(body, seed).toString(16).padStart(8, '0')}",${body}\n`;
}

export interface JournalEntry {
  readonly index: number;
  readonly outcome: Outcome;
  /** Where the record's JSON begins in the line. */
  readonly recordAt: number;
}

/** @returns undefined for a damaged line, or one of another list */
export function parseJournalLine(line: Buffer, seed: number): JournalEntry | undefined {
  if (line.length < PREFIX_LENGTH + 5 || line[0] !== 0x5b || line[1] !== QUOTE) return undefined;
  const claimed = parseHex(line, 2, 10);
  if (claimed < 0 || crc32(line.subarray(PREFIX_LENGTH), seed) !== claimed) return undefined;
  const indexEnd = line.indexOf(COMMA, PREFIX_LENGTH);
  const outcomeEnd = line.indexOf(QUOTE, indexEnd + 2);
  const name = line.toString('latin1', indexEnd + 2, outcomeEnd);
  const outcome = OUTCOMES.find((one) => one === name);
  return outcome && { index: parseDigits(line, PREFIX_LENGTH, indexEnd), outcome, recordAt: outcomeEnd + 2 };
}

/** The record of a line that was parsed before. */
export function parseRecord(line: Buffer, { recordAt }: JournalEntry): unknown {
  return JSON.parse(line.toString('utf8', recordAt, line.length - 1));
}

function parseHex(line: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const code = line[at] ?? 0;
    const digit = code >= 0x61 && code <= 0x66 ? code - 0x57 : code - ZERO;
    if (digit < 0 || digit > 15 || (digit > 9 && code < 0x61)) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function parseDigits(line: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + ((line[at] ?? ZERO) - ZERO);
  return value;
}

/** Where in a damaged stretch a line may begin, after `from`: the line feed before it may have been hit. */
export function getLineStart(stretch: Buffer, from: number): number {
  return stretch.indexOf('["', from, 'latin1');
}
