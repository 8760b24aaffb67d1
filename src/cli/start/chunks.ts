import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type { CompiledCode } from './compiled-code.js';

/** The chunks of the built program, each run when it is first asked for. */
export interface Chunks {
  /** What a chunk exports. */
  readonly load: (name: string) => unknown;
  /** Keeps what was compiled for the next run, where that is more than it knew. */
  readonly keepCompiled: () => void;
}

export interface ChunksOptions {
  readonly folder: string;
  /** Which chunks stand together in a file; each of the others has one of its own. */
  readonly packs: readonly { readonly file: string; readonly names: readonly string[] }[];
  /** Undefined: V8 compiles everything. */
  readonly compiled?: CompiledCode | undefined;
}

/** A file is an expression: an object with a function for each chunk in it. */
type ChunkFile = Readonly<Record<string, RunChunk>>;
type RunChunk = (
  setExports: (exports: object) => void,
  require: Require,
  requireOnce: (id: string) => () => unknown,
  requireLate: (id: string) => Promise<unknown>,
  importPackage: (id: string) => Promise<unknown>,
  getFileUrl: () => string,
  performance: Pick<typeof globalThis.performance, 'now'>,
) => void;
type Require = (id: string) => unknown;

/** Says what it exports when it begins to run: an object that looks up the current values. */
interface LoadedChunk {
  exports: object;
}

interface OpenedFile {
  readonly script: Script;
  readonly chunks: ChunkFile;
}

/** All that a chunk uses of Node's own, whose first mention loads 1 ms of modules that measure. */
const plainPerformance: Pick<typeof globalThis.performance, 'now'> = {
  now: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1000 + nanoseconds / 1e6;
  },
};

/**
 * Node's own `require` in small, since only a script that is compiled here can bring its compiled code along, on each
 * version of Node. A chunk finds the others, Node's modules, and packages.
 */
export function openChunks({ folder, packs, compiled }: ChunksOptions): Chunks {
  const packOf = new Map(packs.flatMap(({ file, names }) => names.map((name) => [name, file] as const)));
  const files = new Map<string, OpenedFile>();
  const loaded = new Map<string, LoadedChunk>();
  let hasNew = false;
  const openFile = (name: string): OpenedFile => {
    const path = join(folder, name);
    // The build writes ASCII.
    const script = new Script(readFileSync(path, 'latin1'), {
      filename: path,
      cachedData: compiled?.find(name),
    });
    hasNew ||= script.cachedDataRejected !== false;
    const file = { script, chunks: script.runInThisContext() as ChunkFile };
    files.set(name, file);
    return file;
  };
  // Any file here: packages and neighbours are looked for from it.
  const anyFile = join(folder, 'chunk.cjs');
  const getFileUrl = () => process.getBuiltinModule('node:url').pathToFileURL(anyFile).href;
  // Few chunks ask for a package, and the way to one takes 0.5 ms to set up.
  const requirePackage: Require = (id) => process.getBuiltinModule('node:module').createRequire(anyFile)(id);
  const requireOther: Require = (id) => process.getBuiltinModule(id) ?? requirePackage(id);
  const require = (id: string): unknown => (id.startsWith('./') ? load(id.slice(2)) : requireOther(id));
  const requireOnce = (id: string) => {
    let chunk: unknown;
    return () => (chunk ??= require(id));
  };
  const requireLate = async (id: string) => require(id);
  // A script that is compiled here cannot do it by itself; packages are looked for from this file then, beside it.
  const importPackage = (id: string) => import(id);
  const load = (name: string): object => {
    const known = loaded.get(name);
    if (known) return known.exports;
    const file = packOf.get(name) ?? name;
    const { chunks } = files.get(file) ?? openFile(file);
    const run = chunks[name];
    if (!run) throw new Error(`${file} does not hold ${name}`);
    const chunk: LoadedChunk = { exports: {} };
    loaded.set(name, chunk);
    const setExports = (exports: object) => {
      chunk.exports = exports;
    };
    run(setExports, require, requireOnce, requireLate, importPackage, getFileUrl, plainPerformance);
    return chunk.exports;
  };
  const keepCompiled = () => {
    if (!hasNew || !compiled) return;
    compiled.keep(new Map([...files].map(([name, { script }]) => [name, script.createCachedData()])));
  };
  return { load, keepCompiled };
}
