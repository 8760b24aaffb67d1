// Bundles the sources into dist/. `--pack` begins with an empty folder and adds the types and the notices of other
// people's code; an ordinary build leaves older chunks alone, since running processes may still load them.
import { execFileSync } from 'node:child_process';
import { chmod, copyFile, rm, writeFile } from 'node:fs/promises';
import { buildDist } from './build-dist.js';
import { formatNotices, listBundledPackages, readMetafile } from './bundled-packages.js';

const isPacking = process.argv.includes('--pack');
if (isPacking) await rm('dist', { recursive: true, force: true });
await buildDist();
await chmod('dist/cli.js', 0o755);
await copyFile('assets/chart-font.ttf', 'dist/chart-font.ttf');
if (isPacking) {
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
  await writeFile('dist/NOTICES.md', formatNotices(listBundledPackages(await readMetafile())));
}
