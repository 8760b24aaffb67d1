// Bundles the sources into dist/: one entry for the command, one for the library, shared code in chunks that are
// loaded when they are needed. `--pack` begins with an empty folder and adds the types; an ordinary build leaves
// older chunks alone, since running processes may still load them.
import { execFileSync } from 'node:child_process';
import { chmod, rm } from 'node:fs/promises';
import { build } from 'esbuild';

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

const isPacking = process.argv.includes('--pack');
if (isPacking) await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: {
    cli: 'src/cli/main.ts',
    index: 'src/core/index.ts',
    'xlsx-child': 'src/core/batch/xlsx-child.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  // CommonJS packages inside an ES module still call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [withoutSchemaCompiler],
  logLevel: 'warning',
});
await chmod('dist/cli.js', 0o755);
if (isPacking) {
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
}
