import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InputOptions, openInput } from '../../../src/core/batch/input/input.js';
import type { InputLine } from '../../../src/core/batch/input/input-lines.js';
import type { ColumnRules } from '../../../src/core/batch/input/input-table.js';

/** Two made-up marketplaces. */
export const RULES: ColumnRules = {
  idColumns: [
    { platform: 'red', pattern: /^sku$/i },
    { platform: 'blue', pattern: /^goods_id$/i },
  ],
  findPlatform: (cell) => ({ red: 'red', 红: 'red', blue: 'blue', 蓝: 'blue' })[cell],
};

export const createFolder = () => mkdtempSync(join(tmpdir(), 'bijia-batch-'));

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* chunk(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Reads bytes as a stream, in chunks of an unkind size. */
export async function readBytes(
  bytes: Uint8Array,
  options: Partial<InputOptions> = {},
): Promise<InputLine[]> {
  return collect(await openInput({ stream: chunk(bytes, 7) }, { rules: RULES, xlsx: NO_XLSX, ...options }));
}

export const readString = (text: string, options?: Partial<InputOptions>) =>
  readBytes(Buffer.from(text), options);

const NO_XLSX = { entry: new URL('file:///nowhere.js') };

/** GB18030 has a decoder in Node, but no encoder: this one knows all its two-byte characters. */
const TWO_BYTES = new Map<string, readonly [number, number]>();
const decoder = new TextDecoder('gb18030');
for (let lead = 0x81; lead <= 0xfe; lead += 1) {
  for (let trail = 0x40; trail <= 0xfe; trail += 1) {
    if (trail === 0x7f) continue;
    const character = decoder.decode(Uint8Array.of(lead, trail));
    if (character.length === 1 && character !== '\uFFFD') TWO_BYTES.set(character, [lead, trail]);
  }
}

export function encodeGb18030(text: string): Uint8Array {
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code < 0x80) return [code];
      const bytes = TWO_BYTES.get(character);
      if (!bytes) throw new Error(`no two bytes for ${character}`);
      return [...bytes];
    }),
  );
}

export function encodeUtf16Be(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le').swap16();
}
