import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Environment } from '../../core/index.js';

/** A line of a settings file that sets nothing, and why. */
export interface LineFault {
  /** From 1. */
  readonly line: number;
  /** `wide_sign`: a full-width colon or equals sign stands where `=` belongs. */
  readonly kind: 'no_equals' | 'wide_sign';
  /** What it probably sets. */
  readonly name?: string;
}

/** A settings file: what it sets, and what is wrong with it. */
export interface EnvFile {
  readonly values: Environment;
  readonly faults: readonly LineFault[];
  /** It exists, and cannot be read: `encoding` where its bytes are not text in a known encoding. */
  readonly unreadable?: 'encoding' | 'access';
}

/**
 * Reads a file of lines `NAME=value`, in UTF-8, UTF-16 or GBK, with or without a byte order mark: all of it or nothing.
 * @returns undefined where there is no such file; a folder of that name is none
 */
export function readEnvFile(path: string): EnvFile | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
    return isMissing ? undefined : { values: {}, faults: [], unreadable: 'access' };
  }
  const text = decode(bytes);
  if (text === undefined) return { values: {}, faults: [], unreadable: 'encoding' };
  const faults = [...listLineFaults(text)];
  // Node would glue a line without a sign to the name in the next one.
  const bad = new Set(faults.map(({ line }) => line));
  const lines = splitLines(text).filter((_, at) => !bad.has(at + 1));
  return { values: parseEnv(lines.join('\n')) as Environment, faults };
}

/** GBK last: nearly every sequence of bytes is something in it. */
function decode(bytes: Uint8Array): string | undefined {
  const wide = findWideEncoding(bytes);
  for (const encoding of wide ? [wide] : ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return text.includes('\0') ? undefined : text;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** UTF-16 by its mark, or by the zero bytes that Latin letters have in it. */
function findWideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const zeros = [0, 1].map((parity) => bytes.filter((byte, at) => byte === 0 && at % 2 === parity).length);
  const [even = 0, odd = 0] = zeros;
  if (odd > bytes.length / 8 && even === 0) return 'utf-16le';
  return even > bytes.length / 8 && odd === 0 ? 'utf-16be' : undefined;
}

const splitLines = (text: string): string[] => text.split(/\r\n|\n|\r/);

/** A value in quotation marks may span several lines: what follows its first line is not a line of its own. */
const QUOTED = /=[ \t]*(["'`])[\s\S]*?\1/g;

function* listLineFaults(text: string): Generator<LineFault> {
  const lines = splitLines(text)
    .join('\n')
    .replace(QUOTED, (quoted) => quoted.replaceAll('\n', '\n#'));
  for (const [at, line] of lines.split('\n').entries()) {
    const fault = /^\s*(#|$)/.test(line) ? undefined : findFault(line);
    if (fault) yield { line: at + 1, ...fault };
  }
}

function findFault(line: string): Omit<LineFault, 'line'> | undefined {
  const wide = /^\s*(?:export\s+)?(\w+)\s*[：＝]/.exec(line);
  if (wide) return { kind: 'wide_sign', ...(wide[1] !== undefined && { name: wide[1] }) };
  if (line.includes('=')) return undefined;
  const name = /^\s*(?:export\s+)?(\w+)/.exec(line)?.[1];
  return { kind: 'no_equals', ...(name !== undefined && { name }) };
}
