// Runs one of the TypeScript programs below test/helpers, bundled, with the tests' stand-ins in it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** @param {{ entry: string, args: readonly string[], stdout: 'inherit' | 'pipe' }} program */
export async function runBundled({ entry, args, stdout }) {
  const folder = mkdtempSync(join(tmpdir(), 'bijia-bundled-'));
  const outfile = join(folder, 'program.mjs');
  try {
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.18',
      logLevel: 'warning',
      // CommonJS packages inside an ES module still call require for Node's own modules.
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
    });
    const options = { encoding: 'utf8', stdio: ['ignore', stdout, 'inherit'] };
    return spawnSync(process.execPath, [outfile, ...args], options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
