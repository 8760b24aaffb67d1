// One table of what the tests run, in vitest's own process and in the built processes that they start:
//   npm run test:coverage [test files]
// which first installs the packages that only this needs, for this time only.
// Node writes the coverage of each process that ends by itself to coverage/processes (one ended with SIGKILL leaves
// nothing). Lines are counted, the unit in which both kinds can be added. dist/ is built with source maps for it, so
// `npm run build` afterwards.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { mergeProcessCovs } from '@bcoe/v8-coverage';
import { convert } from 'ast-v8-to-istanbul';
import istanbul from 'istanbul-lib-coverage';
import { parseAst } from 'vite';
import { buildDist } from './build-dist.js';

const RAW = 'coverage/processes';
const DIST = `${pathToFileURL(resolve('dist'))}/`;

for (const folder of ['coverage', 'dist']) rmSync(folder, { recursive: true, force: true });
await buildDist({ sourcemap: 'external', minifySyntax: false, minifyWhitespace: false });
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--coverage', '--coverage.reporter=json', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, NODE_V8_COVERAGE: RAW } },
);

/** By file below src/: how often each line ran. */
const files = new Map();
addLines(JSON.parse(readFileSync('coverage/coverage-final.json', 'utf8')));
for (const script of readProcesses().result) addLines(await convertScript(script));
printTable();
process.exit(status ?? 1);

/** Merged two by two: together they may be a gigabyte. */
function readProcesses() {
  let merged = { result: [] };
  for (const name of readdirSync(RAW)) {
    const { result } = JSON.parse(readFileSync(`${RAW}/${name}`, 'utf8'));
    const ours = result.filter(({ url }) => url.startsWith(DIST));
    merged = mergeProcessCovs([merged, { result: ours }]);
  }
  return merged;
}

function convertScript(coverage) {
  const path = fileURLToPath(coverage.url);
  const code = readFileSync(path, 'utf8');
  const sourceMap = JSON.parse(readFileSync(`${path}.map`, 'utf8'));
  return convert({ ast: parseAst(code), code, sourceMap, coverage });
}

/** @param {import('istanbul-lib-coverage').CoverageMapData} data */
function addLines(data) {
  for (const [path, coverage] of Object.entries(data)) {
    const name = relative(resolve('src'), path);
    // Maps of bundled packages name sources that are not here.
    if (name.startsWith('..') || !existsSync(path)) continue;
    const lines = files.get(name) ?? new Map();
    for (const [line, count] of Object.entries(istanbul.createFileCoverage(coverage).getLineCoverage()))
      lines.set(line, (lines.get(line) ?? 0) + count);
    files.set(name, lines);
  }
}

/** A folder counts with those in it, two deep. */
function toFolder(name) {
  return dirname(name).split(sep).slice(0, 2).join('/');
}

function printTable() {
  const folders = new Map();
  for (const [name, lines] of files) {
    const counts = [...lines.values()];
    for (const folder of [toFolder(name), 'all']) {
      const { all, run } = folders.get(folder) ?? { all: 0, run: 0 };
      const sum = { all: all + counts.length, run: run + counts.filter((count) => count > 0).length };
      folders.set(folder, sum);
    }
  }
  console.log('\n| folder | lines % |\n|---|---:|');
  const rows = [...folders].sort(
    ([one], [other]) => Number(one === 'all') - Number(other === 'all') || (one < other ? -1 : 1),
  );
  for (const [folder, { all, run }] of rows.filter(([, { all }]) => all > 0))
    console.log(`| ${folder} | ${((100 * run) / all).toFixed(1)} |`);
}
