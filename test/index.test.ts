import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as library from '../src/index.js';

const folder = join(import.meta.dirname, '../src/core');
const read = (path: string) => readFileSync(join(folder, path), 'utf8');

/** The names in `export { type A, B }`. */
const listNames = (text: string) =>
  [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) =>
    list.split(',').flatMap((item) => /(?:type )?(\w+)\s*$/.exec(item.trim())?.[1] ?? []),
  );

/** The files that `core/index.ts` gives names of. */
const sources = [
  'index.ts',
  ...[...read('index.ts').matchAll(/from '\.\/(.+)\.js'/g)].map(([, name]) => `${name}.ts`),
];

const names = listNames(readFileSync(join(folder, '../index.ts'), 'utf8'));

describe('the library', () => {
  it('is small enough to be kept: at most 40 names', () => {
    expect(names.length).toBeGreaterThanOrEqual(30);
    expect(names.length).toBeLessThanOrEqual(40);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(library).every((name) => names.includes(name))).toBe(true);
  });

  it.each(names)('says what %s is', (name) => {
    const documented = new RegExp(
      String.raw`\*/\nexport (?:async |abstract )*(?:function\*?|const|class|interface|type) ${name}\b`,
    );
    expect(sources.some((path) => documented.test(read(path)))).toBe(true);
  });
});
