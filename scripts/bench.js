// Bundles bench/ and runs it: Node 20 runs no TypeScript. The other entries are what it starts as processes.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.js';

const outdir = resolve('node_modules/.cache/bijia-bench');
await build({
  ...bundleOptions,
  entryPoints: [
    'bench/main.ts',
    'bench/caller.ts',
    'bench/journal.ts',
    'bench/csv-reader.ts',
    'bench/history-table.ts',
  ],
  outdir,
  outExtension: {},
  // Processes find their scripts beside the file that starts them.
  chunkNames: '[name]-[hash]',
  external: [...bundleOptions.external, 'esbuild'],
  minifySyntax: false,
  minifyWhitespace: false,
});
await import(pathToFileURL(`${outdir}/main.js`).href);
