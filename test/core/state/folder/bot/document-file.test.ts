import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createDocumentFile } from '../../../../../src/core/state/folder/bot/document-file.js';

const fail = (error: unknown) => {
  throw error;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-document-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a small file of state', () => {
  const open = (path: string, onError: (error: unknown) => void = fail) =>
    createDocumentFile({
      path,
      parse: (json) => z.object({ a: z.int() }).parse(json),
      initial: { a: 0 },
      onError,
    });

  it('that makes no sense is set aside and said, never overwritten', () => {
    const path = join(folder, 'usage.json');
    writeFileSync(path, '{"a":');
    const said: unknown[] = [];
    expect(open(path, (error) => said.push(error)).get()).toEqual({ a: 0 });
    expect(String(said)).toContain('.broken');
    expect(readFileSync(`${path}.broken`, 'utf8')).toBe('{"a":');
  });

  it('that cannot be read is not taken for absent', () => {
    const path = join(folder, 'usage.json');
    mkdirSync(path);
    expect(() => open(path)).toThrow(/usage\.json cannot be used \(not a regular file\)/);
  });

  it('whose place a pipe has is named instead of read', () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    expect(() => open(path)).toThrow(path);
  });
});
