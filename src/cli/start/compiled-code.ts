import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/** What V8 made of a command's files the last time, functions that it compiles when they are called included. */
export interface CompiledCode {
  /** Of a file of the build; undefined where there is none. */
  readonly find: (file: string) => Buffer | undefined;
  /** Adds what this run compiled. Nobody is told of what fails: the next run compiles by itself. */
  readonly keep: (files: ReadonlyMap<string, Buffer>) => void;
}

export interface CompiledCodeOptions {
  readonly path: string;
  /** What it is the code of. V8 compares nothing but the length. */
  readonly build: string;
}

/** What stands before the code. */
interface Index {
  readonly build: string;
  /** Other versions refuse it. */
  readonly v8: string;
  /** In the order of their code. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** A checksum of all that follows, then the length of the index. */
const HEAD_BYTES = 8;
/** Ten times what the largest takes. */
const MAX_BYTES = 16 * 1024 * 1024;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * The compiled code of a command in a file. V8 looks neither at who wrote it nor at whether it is whole, and a single
 * wrong byte ends the process. So it counts only where nobody but this user may write, of this build and with its
 * checksum.
 */
export function openCompiledCode({ path, build }: CompiledCodeOptions): CompiledCode {
  const known = readCode(path, build);
  return {
    find: (file) => known.get(file),
    keep: (files) => {
      const temporary = `${path}.${process.pid}`;
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        if (!isOwn(statSync(dirname(path)))) return;
        const whole = formatCode(new Map([...known, ...files]), build);
        writeFileSync(temporary, whole, { flag: 'wx', mode: 0o600 });
        renameSync(temporary, path);
      } catch {
        removeQuietly(temporary);
      }
    },
  };
}

type KnownCode = ReadonlyMap<string, Buffer>;

/** Empty where there is none that counts. */
function readCode(path: string, build: string): KnownCode {
  try {
    return isOwn(statSync(dirname(path))) ? parseCode(readOwnFile(path), build) : new Map();
  } catch {
    return new Map();
  }
}

function readOwnFile(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || !isOwn(stats) || stats.size > MAX_BYTES)
      throw new Error('a file of somebody else');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Windows has no such numbers, and gives each user folders of their own. */
function isOwn({ uid, mode }: Stats): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & WRITABLE_BY_OTHERS) === 0);
}

/** @throws Error for what is not whole */
function parseCode(bytes: Buffer, build: string): KnownCode {
  if (bytes.readUInt32LE(0) !== crc32(bytes.subarray(4))) throw new Error('damaged');
  let at = HEAD_BYTES + bytes.readUInt32LE(4);
  const index: Index = JSON.parse(bytes.toString('utf8', HEAD_BYTES, at));
  if (index.build !== build || index.v8 !== process.versions.v8) return new Map();
  return new Map(
    index.files.map(({ name, bytes: length }) => {
      at += length;
      return [name, bytes.subarray(at - length, at)];
    }),
  );
}

function formatCode(known: KnownCode, build: string): Buffer {
  const files = [...known].map(([name, { length }]) => ({ name, bytes: length }));
  const index: Index = { build, v8: process.versions.v8, files };
  const text = Buffer.from(JSON.stringify(index));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(text.length, 4);
  const bytes = Buffer.concat([head, text, ...known.values()]);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder that takes nothing gives nothing back.
  }
}
