import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { EOL, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openChunks } from '../../../src/cli/start/chunks.js';
import type { CompiledCode } from '../../../src/cli/start/compiled-code.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-chunks-'));
  const chunk = (name: string, code: string) =>
    `"${name}":function(setExports,require,requireOnce,requireLate,importPackage,getFileUrl,performance){\n${code}}`;
  const packed = [
    chunk(
      'one.cjs',
      'setExports({sum:()=>1+two().value,url:getFileUrl()});const two=requireOnce("./two.cjs");',
    ),
    chunk('two.cjs', 'globalThis.runs=(globalThis.runs??0)+1;setExports({value:2});'),
  ];
  await writeFile(join(folder, 'pack.cjs'), `({${packed.join(',')}})`);
  const other =
    'setExports({late:async()=>(await requireLate("./two.cjs")).value,os:require("node:os"),zod:()=>importPackage("zod"),nowMs:()=>performance.now()});';
  await writeFile(join(folder, 'other.cjs'), `({${chunk('other.cjs', other)}})`);
  Reflect.deleteProperty(globalThis, 'runs');
});
afterEach(async () => {
  Reflect.deleteProperty(globalThis, 'runs');
  await rm(folder, { recursive: true, force: true });
});

interface OtherChunk {
  readonly late: () => Promise<number>;
  readonly os: { readonly EOL: string };
  readonly zod: () => Promise<object>;
  readonly nowMs: () => number;
}

const countRuns = () => Reflect.get(globalThis, 'runs') ?? 0;
const open = (compiled?: CompiledCode) =>
  openChunks({ folder, packs: [{ file: 'pack.cjs', names: ['one.cjs', 'two.cjs'] }], compiled });

/** Keeps in memory, and counts how often. */
function createMemory() {
  const kept = new Map<string, Buffer>();
  const memory = {
    keeps: 0,
    find: (file: string) => kept.get(file),
    keep: (files: ReadonlyMap<string, Buffer>) => {
      memory.keeps += 1;
      for (const [name, code] of files) kept.set(name, code);
    },
  };
  return memory;
}

describe('openChunks', () => {
  it('runs a chunk once, when something of it is first used', () => {
    const { load } = open();
    const { sum } = load('one.cjs') as { sum: () => number };
    expect(countRuns()).toBe(0);
    expect([sum(), sum()]).toEqual([3, 3]);
    expect(load('two.cjs')).toEqual({ value: 2 });
    expect(countRuns()).toBe(1);
  });

  it("gives a chunk the others, Node's modules, packages and its place", async () => {
    const { load } = open();
    const { late, os, zod, nowMs } = load('other.cjs') as OtherChunk;
    expect(await late()).toBe(2);
    expect(os.EOL).toBe(EOL);
    expect(Math.abs(nowMs() - Number(process.hrtime.bigint()) / 1e6)).toBeLessThan(60_000);
    expect(await zod()).toHaveProperty('looseObject');
    expect(load('one.cjs')).toMatchObject({ url: expect.stringMatching(/^file:.*chunk\.cjs$/) });
  });

  it('names what is missing', async () => {
    expect(() => open().load('none.cjs')).toThrow(/ENOENT.*none\.cjs/);
    await writeFile(join(folder, 'pack.cjs'), '({})');
    expect(() => open().load('one.cjs')).toThrow('pack.cjs does not hold one.cjs');
  });

  it('keeps what was compiled once, and runs on it the next time', () => {
    const memory = createMemory();
    for (const keeps of [1, 1, 1]) {
      const { load, keepCompiled } = open(memory);
      const { sum } = load('one.cjs') as { sum: () => number };
      expect(sum()).toBe(3);
      keepCompiled();
      expect(memory.keeps).toBe(keeps);
    }
  });

  it('adds a file that was not needed before', () => {
    const memory = createMemory();
    for (const [name, keeps] of [
      ['one.cjs', 1],
      ['other.cjs', 2],
      ['one.cjs', 2],
      ['other.cjs', 2],
    ] as const) {
      const { load, keepCompiled } = open(memory);
      load(name);
      keepCompiled();
      expect(memory.keeps).toBe(keeps);
    }
  });

  it('compiles by itself what V8 refuses, and keeps that', () => {
    const memory = createMemory();
    memory.keep(new Map([['pack.cjs', Buffer.alloc(64)]]));
    const { load, keepCompiled } = open(memory);
    expect((load('one.cjs') as { sum: () => number }).sum()).toBe(3);
    keepCompiled();
    expect(memory.keeps).toBe(2);
    expect(memory.find('pack.cjs')?.length).toBeGreaterThan(64);
  });
});
