import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { builtToolsList } from './built-tools-list.js';
import { directImports } from './direct-imports.js';

/**
 * The SDK's server loads a JSON Schema compiler for questions that this server never asks: 10 ms of each start.
 * Clients keep theirs.
 */
const withoutSchemaCompiler = {
  name: 'without-schema-compiler',
  setup(bundle) {
    const filter = /\/validation\/ajv-provider\.js$/;
    bundle.onResolve({ filter }, ({ importer }) =>
      /[\\/]server[\\/]index\.js$/.test(importer)
        ? { path: 'none', namespace: 'schema-compiler' }
        : undefined,
    );
    bundle.onLoad({ filter: /^none$/, namespace: 'schema-compiler' }, () => ({
      contents: 'export class AjvJsonSchemaValidator {}',
    }));
  },
};

/** `commander` would run commands that are programs of their own, which no command here is: 3 ms of each start. */
const withoutProgramCommands = {
  name: 'without-program-commands',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: 'none', namespace: 'program-commands' } : undefined,
    );
    bundle.onLoad({ filter: /^none$/, namespace: 'program-commands' }, () => ({
      contents: 'module.exports = {};',
    }));
  },
};

/**
 * A package that imports one of Node's modules as a whole gets it copied, property by property, into an object of its own:
 * `env-paths` does so with three, one of which has a hundred.
 */
const withoutCopiedModules = {
  name: 'without-copied-modules',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]env-paths[\\/]index\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^import (\w+) from '(node:\w+)';$/gm,
        "const $1 = globalThis.process.getBuiltinModule('$2');",
      ),
    }));
  },
};

/** The sources say the version and the homepage; each start would read all the rest. */
const ownFacts = {
  name: 'own-facts',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]package\.json$/ }, ({ path }) => {
      if (path !== resolve('package.json')) return undefined;
      const { version, homepage } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ version, homepage }), loader: 'json' };
    });
  },
};

/** What all bundles have in common. */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
  plugins: [withoutCopiedModules, ownFacts],
};

/** CommonJS packages inside an ES module still call require for Node's own modules. */
const banner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

/** What the sources need wherever they are bundled. */
const sources = {
  // `debug` takes the first where it happens to be installed; here only a development tool brings it. The others
  // are optional packages that are loaded for a shared database.
  external: ['supports-color', 'pg', 'bullmq'],
  plugins: [...common.plugins, withoutSchemaCompiler, withoutProgramCommands, builtToolsList, directImports],
};

/** The program: the commands, and the server that starts without what only they need; shared code in chunks. */
export const bundleOptions = {
  ...{ ...common, ...sources, format: 'esm', banner },
  entryPoints: { command: 'src/cli/run-command.ts', mcp: 'src/cli/commands/mcp.ts' },
  outdir: 'dist/chunks',
  outExtension: { '.js': '.cjs' },
  splitting: true,
};

/** What stands beside it: the library, and the first files of processes. */
export const entryOptions = [
  {
    ...{ ...common, ...sources, format: 'esm', banner },
    entryPoints: { index: 'src/index.ts' },
    outdir: 'dist',
    chunkNames: 'library/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    splitting: true,
  },
  {
    ...{ ...common, format: 'cjs', outdir: 'dist' },
    entryPoints: { cli: 'src/cli/main.ts', 'xlsx-child': 'src/core/batch/input/workbook/child.ts' },
  },
];
