import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build, transform } from 'esbuild';
import { bundleOptions, entryOptions } from './bundle-options.js';

const FOLDER = 'dist/chunks';
/**
 * What the MCP server begins with, and all that it imports, stands in one file; in another stands what the commands with
 * few calls may need besides.
 */
const PACKS = {
  server: ['src/cli/commands/mcp.ts', 'src/mcp/protocol/serve-stdio.ts'],
  brief: [
    ...['src/cli/run-command.ts', 'src/core/call/plain-client.ts'],
    ...['src/telegram/settings.ts', 'src/mcp/http/settings.ts'],
  ],
};
const PACKED = Object.values(PACKS).flat();

/**
 * Builds dist/: chunks as CommonJS, which `src/cli/start/chunks.ts` loads, and small files before them. See
 * docs/architecture.md, "Starting".
 * @param {import('esbuild').BuildOptions} [options] beside the usual ones
 */
export async function buildDist(options = {}) {
  const { outputFiles, metafile } = await build({
    ...{ ...bundleOptions, ...options, entryPoints: await listEntries(), banner: {} },
    ...{ sourcemap: options.sourcemap && 'inline', write: false, metafile: true },
  });
  // Of the entries that only divide the code, some are empty then.
  const needed = listReached(metafile, Object.values(bundleOptions.entryPoints), LOADED);
  const files = outputFiles.filter(({ path }) => needed.has(basename(path)));
  const chunks = await Promise.all(files.map((file) => toChunk(file, options)));
  const hash = hashChunks(chunks);
  // A source map belongs to a whole file.
  const packs = options.sourcemap ? [] : listPacks(metafile, chunks, hash);
  for (const folder of [FOLDER, 'dist/types']) await mkdir(folder, { recursive: true });
  for (const { file, own } of packs) await writeChunks(file, own);
  const packed = new Set(packs.flatMap(({ own }) => own));
  for (const chunk of chunks) if (!packed.has(chunk)) await writeChunks(chunk.name, [chunk]);
  const built = {
    build: hash,
    packs: packs.map(({ file, own }) => ({ file, names: own.map(({ name }) => name) })),
  };
  const define = { BUILT: JSON.stringify(built) };
  await Promise.all(entryOptions.map((entry) => build({ ...entry, ...options, define })));
  await Promise.all(
    Object.entries(KINDS).map(([folder, type]) =>
      writeFile(`${folder}/package.json`, JSON.stringify({ type })),
    ),
  );
}

/** What Node takes `.js` for in these folders: the types are those of the library, which is an ES module. */
const KINDS = { dist: 'commonjs', 'dist/types': 'module' };

/** Each module that is packed is a chunk of its own, so that it runs when it is first used, and else not at all. */
async function listEntries() {
  const { metafile } = await build({ ...bundleOptions, write: false, metafile: true });
  const modules = [...listReached(metafile, PACKED)]
    .flatMap((name) => Object.keys(metafile.outputs[`${FOLDER}/${name}`].inputs))
    .filter((path) => path.startsWith('src/') && !Object.values(bundleOptions.entryPoints).includes(path));
  const named = modules.map((path) => [path.slice('src/'.length, -'.ts'.length).replaceAll('/', '-'), path]);
  return { ...Object.fromEntries(named), ...bundleOptions.entryPoints };
}

const LOADED = ['import-statement', 'dynamic-import'];

/** The names of the chunks that are imported in these ways, directly or not, by those of these modules. */
function listReached({ outputs }, modules, kinds = ['import-statement']) {
  const reached = new Set();
  const reach = (path) => {
    if (reached.has(basename(path))) return;
    reached.add(basename(path));
    for (const { path: imported, kind, external } of outputs[path].imports)
      if (kinds.includes(kind) && !external) reach(imported);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) if (modules.includes(entryPoint)) reach(path);
  return reached;
}

/** Processes that began before the next build find theirs. */
function listPacks(metafile, chunks, hash) {
  const taken = new Set();
  return Object.entries(PACKS).map(([name, modules]) => {
    const reached = listReached(metafile, modules);
    const own = chunks.filter((chunk) => reached.has(chunk.name) && !taken.has(chunk));
    for (const chunk of own) taken.add(chunk);
    return { file: `${name}-${hash}.cjs`, own };
  });
}

function hashChunks(chunks) {
  const hash = createHash('sha256').update(PARAMETERS);
  for (const { name, code } of chunks) hash.update(`${name}\n${code}\n`);
  return hash.digest('hex').slice(0, 16);
}

/** esbuild splits ES modules only, so each becomes CommonJS afterwards. */
async function toChunk({ path, text }, { sourcemap, minifySyntax = true, minifyWhitespace = true }) {
  // Other chunks are required too; only packages are imported.
  const source = shareExports(text)
    .replaceAll(UNUSED_IMPORT, '')
    .replaceAll(/\bimport\((?="\.\/)/g, 'requireLate(')
    .replaceAll(/\bimport\(/g, 'importPackage(');
  const { code, map } = await transform(source, {
    ...{ format: 'cjs', platform: 'node', target: bundleOptions.target, logLevel: 'error' },
    ...{ minifySyntax, minifyWhitespace, define: { 'import.meta.url': 'OWN_URL' } },
    ...(sourcemap && { sourcemap: 'external', sourcefile: path }),
  });
  return { name: basename(path), code: toAscii(makeLazy(code).replaceAll('OWN_URL', 'getFileUrl()')), map };
}

/** What esbuild says of each chunk that an entry reaches in any way; a chunk that nothing is taken from never runs. */
const UNUSED_IMPORT = /\bimport ?"\.\/[^"]+";/g;

const EXPORTS = /\bexport ?\{([^}]*)\};(?=\s*(?:\/\/# sourceMappingURL=\S*\s*)?$)/;

/** What esbuild makes of exports would be a sixth of the text, and run in two steps for each chunk. */
function shareExports(text) {
  const [statement = '', names = ''] = EXPORTS.exec(text) ?? [];
  const getters = names
    .split(',')
    .map((name) => name.trim().split(' as '))
    .filter(([own]) => own)
    .map(([own, exported = own]) => `get ${exported}(){return ${own}}`);
  return `setExports({${getters.join(',')}});${text.replace(statement, '')}`;
}

/**
 * A chunk runs when something of it is first used: neither our modules nor the packages among them do anything when
 * they run but define what they export.
 */
function makeLazy(code) {
  let lazy = code;
  for (const [statement, name, chunk] of code.matchAll(
    /\b(import_\w+)=require\("((?:\.\/|node:)[^"]+)"\)/g,
  )) {
    lazy = lazy
      .replaceAll(new RegExp(`\\b${name}\\b(?!=)`, 'g'), `(${name}())`)
      .replace(statement, `${name}=requireOnce("${chunk}")`);
  }
  return lazy;
}

/**
 * Patterns are what esbuild leaves as they are. Text of one byte for each character is read, kept and scanned in half the
 * time.
 */
function toAscii(code) {
  return code.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As `src/cli/start/chunks.ts` gives them. */
const PARAMETERS = 'setExports,require,requireOnce,requireLate,importPackage,getFileUrl,performance';

/** A file is an object of functions, of which V8 compiles those that are called. */
async function writeChunks(file, chunks) {
  const functions = chunks.map(({ name, code }) => `"${name}":function(${PARAMETERS}){\n${code}}`);
  await writeFile(`${FOLDER}/${file}`, `({${functions.join(',\n')}})`);
  for (const { map } of chunks) {
    if (map) await writeFile(`${FOLDER}/${file}.map`, map.replace('"mappings": "', '"mappings": ";'));
  }
}
