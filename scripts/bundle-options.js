import { builtToolsList } from './built-tools-list.js';

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

/** One entry for the command, one for the library, one for the process that opens workbooks; shared code in chunks. */
export const bundleOptions = {
  entryPoints: {
    cli: 'src/cli/main.ts',
    index: 'src/index.ts',
    'xlsx-child': 'src/core/batch/input/workbook/child.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  // `debug` takes the first where it happens to be installed; here only a development tool brings it. The second is an
  // optional package that is loaded for a shared database.
  external: ['supports-color', 'pg'],
  minifySyntax: true,
  minifyWhitespace: true,
  // CommonJS packages inside an ES module still call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [withoutSchemaCompiler, builtToolsList],
  logLevel: 'warning',
};
