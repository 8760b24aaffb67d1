import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { marketplaces, providers } from '../src/core/providers/index.js';

/** Files that a process begins with. */
const ENTRY_FILES = ['cli/main.ts', 'core/batch/input/workbook/child.ts'];

/** Files of the core that know every provider. */
const REGISTERING_FILES = ['core/index.ts', 'core/assembly/core.ts', 'core/assembly/reader.ts'];

interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Paths of ours, relative to `src`, and names of packages. */
  readonly imports: readonly string[];
}

const root = join(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path): SourceFile => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, imports: listImports(path, text) };
  });

function listImports(path: string, text: string): string[] {
  const pattern = /^(?:import|export)\b(?:[^;'"]*?\bfrom)?\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm;
  const specifiers = [...text.matchAll(pattern)].flatMap(([, fixed, lazy]) => fixed ?? lazy ?? []);
  return specifiers.map((name) =>
    name.startsWith('.') ? relative(root, join(root, dirname(path), name)).replace(/\.js$/, '.ts') : name,
  );
}

/** Statically imported only: `import()` is how an adapter is loaded when it is needed. */
function listStaticImports({ path, text }: SourceFile): string[] {
  return listImports(path, text.replace(/import\s*\(\s*'[^']+'\s*\)/g, ''));
}

const isOurs = (name: string) => name.endsWith('.ts');
const inside = (folder: string) => (path: string) => path.startsWith(`${folder}/`);
const isProviderFile = inside('core/providers');

function expectImports(file: SourceFile, isAllowed: (name: string) => boolean): void {
  expect(
    file.imports.filter((name) => isOurs(name) && !isAllowed(name)),
    file.path,
  ).toEqual([]);
}

describe('imports', () => {
  it('keep the core free of providers and adapters', () => {
    for (const file of files.filter(({ path }) => inside('core')(path) && !isProviderFile(path))) {
      const mayRegister = REGISTERING_FILES.includes(file.path);
      expectImports(file, (name) =>
        isProviderFile(name) ? mayRegister && name === 'core/providers/index.ts' : inside('core')(name),
      );
    }
  });

  it('give a provider the contract and its own folder only', () => {
    const contract =
      /^core\/(provider|marketplace|errors|signer|settings|clock|product\/(product|normalizer|lenient-schema|json)|simulation\/[a-z-]+|words\/doctor)\.ts$/;
    for (const file of files.filter(
      ({ path }) => isProviderFile(path) && path !== 'core/providers/index.ts',
    )) {
      const own = file.path.split('/').slice(0, 3).join('/');
      const family = own.split('-')[0] ?? own;
      expectImports(file, (name) => contract.test(name) || inside(own)(name) || inside(family)(name));
      const packages = file.imports.filter((name) => !isOurs(name) && !name.endsWith('.json'));
      const allowed = file.path.includes('/sandbox') ? /^(zod(\/mini)?|node:crypto)$/ : /^zod\/mini$/;
      expect(
        packages.filter((name) => !allowed.test(name)),
        file.path,
      ).toEqual([]);
    }
  });

  it('let adapters see core/index.ts and themselves only', () => {
    for (const adapter of ['mcp', 'telegram', 'cli']) {
      for (const file of files.filter(({ path }) => inside(adapter)(path))) {
        const own = listStaticImports(file).filter(isOurs);
        const foreign = own.filter((name) => name !== 'core/index.ts' && !inside(adapter)(name));
        expect(foreign, file.path).toEqual(
          file.path === 'cli/main.ts' ? foreign.filter((name) => name.endsWith('package.json')) : [],
        );
      }
    }
  });

  it('let the sandbox see the contract of simulated upstreams only', () => {
    for (const file of files.filter(({ path }) => inside('sandbox')(path))) {
      expectImports(
        file,
        (name) => inside('sandbox')(name) || /^core\/(simulation\/)?[a-z-]+\.ts$/.test(name),
      );
    }
  });

  it('form no cycle', () => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      expect(trail, `cycle: ${[...trail, path].join(' → ')}`).not.toContain(path);
      if (done.has(path)) return;
      const file = byPath.get(path);
      for (const name of file ? listStaticImports(file).filter(isOurs) : []) visit(name, [...trail, path]);
      done.add(path);
    };
    for (const { path } of files) visit(path, []);
  });

  it('lead down a floor: folders and files of the core form no cycle either', () => {
    const above = new Map<string, Set<string>>();
    for (const { path, imports } of files) {
      const room = toRoom(path);
      const others = imports.filter(isOurs).map(toRoom);
      above.set(room, new Set([...(above.get(room) ?? []), ...others.filter((other) => other !== room)]));
    }
    // Takes away, again and again, the rooms that stand on nothing that is left.
    for (let last = Number.POSITIVE_INFINITY; above.size < last; ) {
      last = above.size;
      for (const [room, others] of above)
        if (![...others].some((other) => above.has(other))) above.delete(room);
    }
    expect([...above.keys()]).toEqual([]);
  });
});

/** Folders of `src`, and of `src/core`; files that lie flat in either. */
function toRoom(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('core/') ? 2 : 1)
    .join('/');
}

describe('shared code', () => {
  const shared = files.filter(({ path }) => !isProviderFile(path));
  const names = [
    ...providers.map(({ id }) => id),
    ...marketplaces.map(({ id }) => id),
    'jumdata',
    'jingdong',
    'pinduoduo',
    'yangkeduo',
  ];

  it('names no provider and no marketplace', () => {
    const pattern = new RegExp(`\\b(${names.join('|')})\\b|京东|拼多多|淘宝`, 'i');
    const found = shared.flatMap(({ path, text }) => {
      const match = pattern.exec(text);
      return match ? [`${path}: ${match[0]}`] : [];
    });
    expect(found).toEqual([]);
  });

  it('reads arguments and environment, and exits, in entry files only', () => {
    const found = files.filter(({ text }) => /process\.(argv|exit\b|env\b)/.test(text));
    expect(found.map(({ path }) => path).filter((path) => !ENTRY_FILES.includes(path))).toEqual([]);
  });
});

describe('statements of a database', () => {
  it('stand where an engine keeps the state', () => {
    const statement = /\b(SELECT |INSERT INTO |DELETE FROM |CREATE TABLE |UPDATE \w+ SET |PRAGMA )/;
    const found = files.filter(({ text }) => statement.test(text)).map(({ path }) => path);
    const isEngine = (path: string) => /core\/state\/(postgres|history)\//.test(path);
    expect(found.filter(isEngine).length).toBeGreaterThan(10);
    expect(found.filter((path) => !isEngine(path))).toEqual([]);
  });
});

describe('the published library', () => {
  it('says of each of its names what it is', () => {
    const text = readFileSync(join(root, 'index.ts'), 'utf8');
    const names = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) =>
      list.split(',').flatMap((item) => /(?:type )?(\w+)\s*$/.exec(item.trim())?.[1] ?? []),
    );
    expect(names.length).toBeGreaterThanOrEqual(30);
    const isDocumented = (name: string) => {
      const kinds = 'function\\*?|const|class|interface|type';
      const documented = new RegExp(`\\*/\nexport (?:async |abstract )*(?:${kinds}) ${name}\\b`);
      return files.some(({ path, text }) => inside('core')(path) && documented.test(text));
    };
    expect(names.filter((name) => !isDocumented(name))).toEqual([]);
  });
});
