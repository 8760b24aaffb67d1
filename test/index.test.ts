import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as library from '../src/index.js';

/** The names in `export { type A, B }`. */
const listNames = (text: string) =>
  [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) =>
    list.split(',').flatMap((item) => /(?:type )?(\w+)\s*$/.exec(item.trim())?.[1] ?? []),
  );

const names = listNames(readFileSync(join(import.meta.dirname, '../src/index.ts'), 'utf8'));

describe('the library', () => {
  it('is small enough to be kept: at most 40 names', () => {
    expect(names.length).toBeGreaterThanOrEqual(30);
    expect(names.length).toBeLessThanOrEqual(40);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(library).every((name) => names.includes(name))).toBe(true);
  });
});
