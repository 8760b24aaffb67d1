import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InputOptions, type OpenInput, openInput } from '../../../src/core/batch/input/input.js';
import type { InputLine } from '../../../src/core/batch/input/lines.js';
import { createTableRules, type TableRules } from '../../../src/core/batch/input/table/row.js';
import { inPath, type Marketplace } from '../../../src/core/marketplace.js';
import { acme } from '../acme.js';

const red: Marketplace = {
  ...acme,
  id: 'red',
  names: { zh: '红', en: 'Red' },
  hosts: ['red.test', 'a.test'],
  links: acme.links
    .map((rule) => ({ ...rule, match: inPath(['red.test', 'a.test'], /^\/(\d+)$/) }))
    .slice(1, 2),
  ids: [{ pattern: /^\d+$/, barePattern: /^\d{6,20}$/, example: '1000001' }],
  idColumns: [/^sku(?!.*(name|count|名))/i],
};
const blue: Marketplace = {
  ...red,
  id: 'blue',
  names: { zh: '蓝', en: 'Blue' },
  hosts: ['blue.test'],
  links: acme.links.map((rule) => ({ ...rule, match: inPath(['blue.test'], /^\/(\d+)$/) })).slice(1, 2),
  idColumns: [/^goods_id$/i],
};

/** Two made-up marketplaces. */
export const RULES: TableRules = createTableRules([red, blue]);

export const createFolder = () => mkdtempSync(join(tmpdir(), 'bijia-batch-'));

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* chunk(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What the first texts of a line are, as the person who gave them sees them. */
export interface ReadLine {
  readonly line: number;
  readonly text: string;
  readonly platformHint?: string;
  readonly problem?: string;
}

export async function collectLines(opened: OpenInput): Promise<ReadLine[]> {
  return (await collect(eachLine(opened))).map(toReadLine);
}

/** The lines of an input, one by one. */
export async function* eachLine({ blocks }: Pick<OpenInput, 'blocks'>): AsyncGenerator<InputLine> {
  for await (const lines of blocks) yield* lines;
}

function toReadLine({ line, ranks, problem }: InputLine): ReadLine {
  const [first] = ranks.flat();
  return {
    line,
    text: first?.text ?? first?.given ?? '',
    ...(first?.platformHint && { platformHint: first.platformHint }),
    ...(problem !== undefined && { problem }),
  };
}

/** Reads bytes as a stream, in chunks of an unkind size. */
export async function readBytes(bytes: Uint8Array, options: Partial<InputOptions> = {}): Promise<ReadLine[]> {
  return collectLines(
    await openInput({ stream: chunk(bytes, 7) }, { rules: RULES, xlsx: NO_XLSX, ...options }),
  );
}

export const readString = (text: string, options?: Partial<InputOptions>) =>
  readBytes(Buffer.from(text), options);

export const NO_XLSX = { entry: new URL('file:///nowhere.js') };

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
