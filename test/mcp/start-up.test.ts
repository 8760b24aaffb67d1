import { join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

let outputs: Metafile['outputs'];

beforeAll(async () => {
  const root = join(import.meta.dirname, '../..');
  const script = (await import(join(root, 'scripts/bundle-options.js'))) as { bundleOptions: BuildOptions };
  const options: BuildOptions = { ...script.bundleOptions, absWorkingDir: root, write: false };
  ({ outputs } = (await build({ ...options, metafile: true })).metafile);
});

/** What is read and run when these files are loaded: their sources, and those that they import at once. */
function listLoaded(...entries: string[]): string[] {
  const loaded = new Set<string>();
  const load = (path: string) => {
    const output = outputs[path];
    if (!output || loaded.has(path)) return;
    loaded.add(path);
    for (const { path: imported, kind } of output.imports) if (kind === 'import-statement') load(imported);
  };
  for (const entry of entries) {
    const found = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entry);
    expect(found, entry).toBeDefined();
    load(found ?? '');
  }
  return [...loaded].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
}

const START = ['src/cli/commands/mcp.ts', 'src/mcp/protocol/serve-stdio.ts'];

describe('bijia mcp', () => {
  it('answers initialize and tools/list without the core, the command line or a schema compiler', () => {
    const loaded = listLoaded(...START);
    expect(
      loaded.filter((path) =>
        /^src\/core\/|^src\/mcp\/tools\/|node_modules\/(undici|commander|ajv|grammy|entities)\//.test(path),
      ),
    ).toEqual([]);
    expect(loaded).toContain('src/mcp/protocol/server.ts');
    expect(loaded).toContain('src/mcp/tools-list.ts');
  });

  it('opens the first call without an HTTP client, the command line or anything of the other faces', () => {
    const loaded = listLoaded(...START, 'src/mcp/protocol/service.ts', 'src/cli/open-core.ts');
    expect(
      loaded.filter((path) =>
        /^src\/(telegram|sandbox)\/|node_modules\/(undici|commander|grammy)\//.test(path),
      ),
    ).toEqual([]);
    expect(loaded).toContain('src/core/core.ts');
  });

  it('loads one language of the schema library', () => {
    const locales = listLoaded(...START).filter((path) => /zod\/v4\/locales\/\w+\.js$/.test(path));
    expect(locales.map((path) => path.split('/').at(-1))).toEqual(['en.js']);
  });
});

describe('bijia get', () => {
  const RUN = ['src/cli/run-command.ts', 'src/core/call/plain-client.ts'];

  it('loads nothing of lists, other faces or commands that it does not need', () => {
    const unneeded =
      /^src\/(telegram\/(?!settings)|mcp\/(?!http\/settings)|sandbox\/|core\/(batch\/(batches|engine|jobs)|doctor|history\/chart)|cli\/commands\/(?!(commands|get|resolve|search|link|mcp)\.))/;
    const loaded = listLoaded(...RUN);
    expect(loaded.filter((path) => unneeded.test(path))).toEqual([]);
    expect(loaded).toContain('src/cli/commands/get.ts');
  });

  it('loads of its libraries what one call needs', () => {
    const unneeded = /node_modules\/(bottleneck|csv-parse|htmlparser2|undici)\//;
    const loaded = listLoaded(...RUN);
    expect(loaded.filter((path) => unneeded.test(path))).toEqual([]);
    expect(loaded).toContain('src/core/call/plain-client.ts');
  });
});
