import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles a TypeScript file so that a child process can run it.
 * @param entry relative to this folder
 * @returns the path of the script
 */
export async function buildScript(entry: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bijia-script-'));
  // Optional packages are looked for when the script runs, beside it.
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  const outfile = join(folder, `${basename(entry, '.ts')}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    external: ['pg', 'bullmq'],
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
    // Bundled CommonJS packages ask for their built-in modules at run time.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return outfile;
}
