import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../src/core');

interface Export {
  readonly path: string;
  /** As the declaring file calls it. */
  readonly name: string;
}

/** What `core/index.ts` gives, each where it is declared. */
function listExports(): Export[] {
  const text = readFileSync(join(folder, 'index.ts'), 'utf8');
  const own = listDeclared(text).map((name) => ({ path: 'index.ts', name }));
  const given = [...text.matchAll(/^export (?:type )?(\*|\{[^}]*\}) from '\.\/(.+)\.js';/gm)];
  return own.concat(
    given.flatMap(([, what = '', from]) => {
      const path = `${from}.ts`;
      const names = what === '*' ? listDeclared(readFileSync(join(folder, path), 'utf8')) : listNames(what);
      return names.map((name) => ({ path, name }));
    }),
  );
}

const DECLARATION = /^export (?:async |abstract )*(?:function\*?|const|class|interface|type) (\w+)/gm;

const listDeclared = (text: string) => [
  ...new Set([...text.matchAll(DECLARATION)].flatMap(([, name]) => name ?? [])),
];

/** The names in `{ type A, B as C }`, as the other file knows them. */
const listNames = (list: string) =>
  list
    .replace(/[{}\n]/g, ' ')
    .split(',')
    .flatMap((item) => /^\s*(?:type )?(\w+)/.exec(item)?.[1] ?? []);

const isDocumented = ({ path, name }: Export) =>
  new RegExp(
    String.raw`\*/\nexport (?:async |abstract )*(?:function\*?|const|class|interface|type) ${name}\b`,
  ).test(readFileSync(join(folder, path), 'utf8'));

describe('the library', () => {
  it('says of everything that it exports what it is', () => {
    const all = listExports();
    expect(all.length).toBeGreaterThan(100);
    const bare = all.filter((one) => !isDocumented(one)).map(({ path, name }) => `${path} ${name}`);
    expect(bare).toEqual([]);
  });
});
