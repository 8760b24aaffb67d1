import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCompiledCode } from '../../../src/cli/start/compiled-code.js';

const CODE = new Map([
  ['brief.cjs', Buffer.from('first')],
  ['late.cjs', Buffer.from('second')],
]);
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-compiled-'));
  path = join(folder, 'compiled', 'get');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (build = 'one') => openCompiledCode({ path, build });
const readAll = (build?: string) => [...CODE.keys()].map((name) => open(build).find(name)?.toString());
const NOTHING = [undefined, undefined];

describe('openCompiledCode', () => {
  it('gives back what was kept, in files that nobody else can read', () => {
    expect(readAll()).toEqual(NOTHING);
    open().keep(CODE);
    expect(readAll()).toEqual(['first', 'second']);
    expect(readdirSync(join(folder, 'compiled'))).toEqual(['get']);
    expect([path, join(path, '..')].map((name) => statSync(name).mode & 0o777)).toEqual([0o600, 0o700]);
  });

  it('adds to what it knew', () => {
    open().keep(new Map([['brief.cjs', Buffer.from('first')]]));
    open().keep(new Map([['late.cjs', Buffer.from('second')]]));
    expect(readAll()).toEqual(['first', 'second']);
  });

  it('knows nothing of another build, whose code takes its place', () => {
    open('one').keep(CODE);
    expect(readAll('two')).toEqual(NOTHING);
    open('two').keep(new Map([['brief.cjs', Buffer.from('newer')]]));
    expect(readAll('two')).toEqual(['newer', undefined]);
    expect(readAll('one')).toEqual(NOTHING);
  });

  it('takes nothing of a file with a single wrong byte', () => {
    open().keep(CODE);
    const whole = readFileSync(path);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        writeFileSync(path, damaged);
        expect(readAll()).toEqual(NOTHING);
      }),
    );
  });

  it('takes nothing of a file that was cut off', () => {
    open().keep(CODE);
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length += 1) {
      writeFileSync(path, whole.subarray(0, length));
      expect(readAll()).toEqual(NOTHING);
    }
  });

  it.runIf(process.getuid)('takes nothing that others could have written', () => {
    open().keep(CODE);
    for (const [name, mode] of [
      [path, 0o620],
      [path, 0o602],
      [join(path, '..'), 0o777],
      [join(path, '..'), 0o770],
    ] as const) {
      const before = statSync(name).mode;
      chmodSync(name, mode);
      expect(readAll()).toEqual(NOTHING);
      chmodSync(name, before);
      expect(readAll()).toEqual(['first', 'second']);
    }
  });

  it.runIf(process.getuid?.() === 0)('takes nothing that belongs to somebody else', async () => {
    const { chownSync } = await import('node:fs');
    open().keep(CODE);
    chownSync(path, 65_534, 65_534);
    expect(readAll()).toEqual(NOTHING);
  });

  it.runIf(process.getuid)('writes nothing where others may write', () => {
    open().keep(CODE);
    chmodSync(join(path, '..'), 0o777);
    open().keep(new Map([['brief.cjs', Buffer.from('newer')]]));
    chmodSync(join(path, '..'), 0o700);
    expect(readAll()).toEqual(['first', 'second']);
  });

  it('says nothing of a place that takes no files', () => {
    writeFileSync(join(folder, 'compiled'), 'a file');
    open().keep(CODE);
    expect(readAll()).toEqual(NOTHING);
    expect(existsSync(path)).toBe(false);
  });
});
