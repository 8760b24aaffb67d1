// What other people's code the bundle holds, read from esbuild's own account of it. Run by itself it builds the bundle
// in memory and prints the list as JSON.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions, entryOptions } from './bundle-options.js';

/**
 * The packages of which at least one byte is in the bundle, by name.
 * @param {import('esbuild').Metafile} metafile
 */
export function listBundledPackages(metafile) {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : [])),
  );
  const folders = new Set(
    files.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const direct = listDirectPackages(metafile);
  return [...folders].map((folder) => readPackage(folder, direct)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The packages that our own files import, as opposed to those that came with them. */
function listDirectPackages({ inputs }) {
  const ours = Object.entries(inputs).filter(([path]) => path.startsWith('src/'));
  const names = ours.flatMap(([, { imports }]) =>
    imports.map(({ path }) => path.split('node_modules/').at(1)),
  );
  return new Set(names.flatMap((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name ?? '')?.[0] ?? []));
}

function readPackage(folder, direct) {
  const { name, version, license, scripts = {} } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const licenceFile = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  return {
    name,
    version,
    license,
    direct: direct.has(name),
    installScripts: Object.keys(scripts).filter((script) => /^(pre|post)?install$/.test(script)),
    text: licenceFile && readFileSync(`${folder}/${licenceFile}`, 'utf8').trim(),
  };
}

/** The notices that the licences ask for wherever the code goes. */
export function formatNotices(packages) {
  const parts = packages.map(
    ({ name, version, license, text }) =>
      `## ${name} ${version}\n\n${license}\n\n${text ?? '(The package holds no licence text.)'}\n`,
  );
  return `# Code of others in this package\n\n${parts.join('\n')}`;
}

/** What all bundles are made of. */
export async function readMetafile() {
  const bundles = [bundleOptions, ...entryOptions];
  const built = await Promise.all(
    bundles.map((options) => build({ ...options, write: false, metafile: true })),
  );
  return {
    inputs: Object.assign({}, ...built.map(({ metafile }) => metafile.inputs)),
    outputs: Object.assign({}, ...built.map(({ metafile }) => metafile.outputs)),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packages = listBundledPackages(await readMetafile());
  console.log(JSON.stringify(packages.map(({ text, ...rest }) => ({ ...rest, hasText: Boolean(text) }))));
}
