import { isAscii, isUtf8 } from 'node:buffer';
import { InputError } from '../errors.js';
import { createLineTooLongError, MAX_LINE_BYTES } from './lines.js';

const LINE_FEED = 0x0a;
const SAVE_AGAIN = 'Save it again as UTF-8 and retry.';

/**
 * Decodes UTF-8, UTF-16 (both with or without byte order mark) and GB18030, told apart by their bytes.
 * Memory stays flat: at most one chunk and one unfinished line are held.
 * @throws InputError for a binary file, for mixed encodings and for endless lines, naming the line
 */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  head: Uint8Array,
): AsyncGenerator<string> {
  const wide = findWideEncoding(head);
  if (wide) yield* decodeWide(chunks, wide);
  else yield* decodeBytewise(chunks);
}

type WideEncoding = 'utf-16le' | 'utf-16be';

/** UTF-16 by its mark, or by the zero bytes that digits, commas and line ends have in it. */
function findWideEncoding(head: Uint8Array): WideEncoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const pairs = head.length >> 1;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let at = 0; at < pairs * 2; at += 2) {
    if (head[at] === 0) evenZeros += 1;
    if (head[at + 1] === 0) oddZeros += 1;
  }
  if (oddZeros > pairs / 5 && evenZeros === 0) return 'utf-16le';
  return evenZeros > pairs / 5 && oddZeros === 0 ? 'utf-16be' : undefined;
}

async function* decodeWide(chunks: AsyncIterable<Uint8Array>, encoding: WideEncoding) {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const refuse = () => {
    throw new InputError(`The file is not sound UTF-16 text. ${SAVE_AGAIN}`, { code: 'bad_encoding' });
  };
  for await (const chunk of chunks) yield decodeOr(refuse, () => decoder.decode(chunk, { stream: true }));
  yield decodeOr(refuse, () => decoder.decode());
}

function decodeOr(refuse: () => never, decode: () => string): string {
  try {
    return decode();
  } catch {
    return refuse();
  }
}

/** Decodes in blocks of whole lines: 0x0a is never part of a longer character in UTF-8 or GB18030. */
async function* decodeBytewise(chunks: AsyncIterable<Uint8Array>) {
  const decoder = createBlockDecoder();
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  for await (const chunk of chunks) {
    const cut = chunk.lastIndexOf(LINE_FEED) + 1;
    if (cut > 0) {
      yield decoder.decode(Buffer.concat([...rest, chunk.subarray(0, cut)]));
      rest = [];
      restBytes = 0;
    }
    rest.push(chunk.slice(cut));
    restBytes += chunk.length - cut;
    if (restBytes > MAX_LINE_BYTES) throw createLineTooLongError(decoder.line());
  }
  if (restBytes > 0) yield decoder.decode(Buffer.concat(rest));
}

/**
 * Plain ASCII fits every encoding, so the choice between UTF-8 and GB18030 waits for the first byte above it,
 * and then holds for the whole file.
 */
function createBlockDecoder() {
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  const gb18030 = new TextDecoder('gb18030', { fatal: true });
  let encoding: 'ascii' | 'utf-8' | 'gb18030' = 'ascii';
  let line = 1;
  const refuse = () => {
    throw new InputError(`The text before line ${line} is neither UTF-8, UTF-16 nor GB18030. ${SAVE_AGAIN}`, {
      code: 'bad_encoding',
      facts: { line },
    });
  };
  const decode = (block: Uint8Array): string => {
    const bytes = line === 1 ? withoutMark(block) : block;
    const firstLine = line;
    line += countLines(block, block.length);
    refuseBinary(bytes, firstLine);
    if (isAscii(bytes)) return utf8.decode(bytes);
    if (encoding !== 'gb18030' && isUtf8(bytes)) {
      encoding = 'utf-8';
      return utf8.decode(bytes);
    }
    refuseMixture(bytes, firstLine, encoding);
    encoding = 'gb18030';
    return decodeOr(refuse, () => gb18030.decode(bytes));
  };
  return {
    decode,
    /** Number of the first line that was not decoded yet. */
    line: () => line,
  };
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function refuseBinary(block: Uint8Array, firstLine: number): void {
  const zero = block.indexOf(0);
  if (zero < 0) return;
  const line = firstLine + countLines(block, zero);
  throw new InputError(
    `Line ${line} holds binary data; expected a text file (txt, csv, tsv, jsonl) or an xlsx workbook.`,
    { code: 'wrong_file_kind', facts: { line } },
  );
}

/**
 * Nearly every sequence of bytes is some GB18030 text, so UTF-8 lines glued to GB18030 ones would pass as garbage.
 * Hardly one in a thousand genuine GB18030 lines looks like Chinese in UTF-8, so a tenth of them is a mixture.
 */
function refuseMixture(block: Uint8Array, firstLine: number, before: 'ascii' | 'utf-8' | 'gb18030'): void {
  let expected = before === 'ascii' ? undefined : before === 'utf-8';
  let changedAt: number | undefined;
  const counts = { utf8: 0, other: 0 };
  let line = firstLine;
  for (const text of eachLine(block)) {
    if (!isAscii(text)) {
      const asUtf8 = looksLikeUtf8(text);
      counts[asUtf8 ? 'utf8' : 'other'] += 1;
      expected ??= asUtf8;
      if (asUtf8 !== expected) changedAt ??= line;
    }
    line += 1;
  }
  const mixed = before === 'utf-8' || counts.utf8 * 10 > counts.utf8 + counts.other;
  if (!mixed) return;
  const atLine = changedAt ?? firstLine;
  throw new InputError(`Line ${atLine} is in another encoding than the lines before it. ${SAVE_AGAIN}`, {
    ...{ code: 'bad_encoding', facts: { line: atLine } },
  });
}

/** Chinese takes three bytes in UTF-8; short GB18030 words often look like its two-byte letters. */
function looksLikeUtf8(text: Uint8Array): boolean {
  return isUtf8(text) && text.some((byte) => byte >= 0xe0);
}

function* eachLine(block: Uint8Array) {
  for (let start = 0; start < block.length; ) {
    const end = block.indexOf(LINE_FEED, start);
    yield block.subarray(start, end < 0 ? block.length : end);
    start = end < 0 ? block.length : end + 1;
  }
}

function countLines(block: Uint8Array, end: number): number {
  let count = 0;
  for (let at = block.indexOf(LINE_FEED); at >= 0 && at < end; at = block.indexOf(LINE_FEED, at + 1))
    count += 1;
  return count;
}
