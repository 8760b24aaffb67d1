import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMED = /^(import|export) \{([^}]*)\} from '([^']+)';/gm;
const STAR = /^export \* from '([^']+)';/gm;
const DECLARED = /^export (?:abstract )?(?:async )?(?:class|const|function) (\w+)/gm;

/** What the sources take from undici. The whole of it takes 50 ms to load; nobody here needs its `fetch`, caches and mocks. */
const UNDICI = new Map([
  ['Agent', { name: 'default', path: 'undici/lib/dispatcher/agent.js' }],
  ['ProxyAgent', { name: 'default', path: 'undici/lib/dispatcher/proxy-agent.js' }],
  ['EnvHttpProxyAgent', { name: 'default', path: 'undici/lib/dispatcher/env-http-proxy-agent.js' }],
  ['request', { name: 'request', path: fileURLToPath(new URL('./undici-request.js', import.meta.url)) }],
]);

/**
 * Who imports one thing from `core/index.ts` or from undici gets the module behind it. esbuild would give each entry all
 * that the index names, so that the smallest command would load the largest.
 */
export const directImports = {
  name: 'direct-imports',
  setup({ onLoad, initialOptions: { absWorkingDir = process.cwd() } }) {
    const index = join(absWorkingDir, 'src/core/index.ts');
    const places = readPlaces(index);
    const findPlaces = (path, specifier) => {
      if (specifier === 'undici') return UNDICI;
      return toSource(dirname(path), specifier) === index ? places : undefined;
    };
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(NAMED, (statement, kind, names, specifier) => {
        const known = findPlaces(path, specifier);
        return known ? listValues(names).map(pointTo(kind, known)).join('') : statement;
      }),
      loader: 'ts',
    }));
    // HTTP/2, which no dispatcher here is allowed, would load Node's.
    onLoad({ filter: /[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client-h2\.js$/ }, () => ({
      contents: "module.exports = () => { throw new Error('HTTP/2 is never asked for'); };",
    }));
  },
};

const toSource = (folder, specifier) => resolve(folder, specifier.replace(/\.js$/, '.ts'));

const listValues = (names) =>
  names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));

/** The module of each name that the index exports. */
function readPlaces(index) {
  const text = readFileSync(index, 'utf8');
  const toPath = (specifier) => toSource(dirname(index), specifier);
  const named = [...text.matchAll(NAMED)].flatMap(([, , names, specifier]) =>
    listValues(names).map((name) => [name, { name, path: toPath(specifier) }]),
  );
  const starred = [...text.matchAll(STAR)].flatMap(([, specifier]) => {
    const path = toPath(specifier);
    return [...readFileSync(path, 'utf8').matchAll(DECLARED)].map(([, name]) => [name, { name, path }]);
  });
  return new Map([...named, ...starred]);
}

const pointTo = (kind, places) => (name) => {
  const place = places.get(name);
  if (!place) throw new Error(`direct-imports.js does not find where ${name} comes from`);
  return `${kind} { ${place.name} as ${name} } from ${JSON.stringify(place.path)};`;
};
