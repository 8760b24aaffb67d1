import { isAbsolute, join } from 'node:path';
import envPaths from 'env-paths';
import type { CommandProcess } from '../run-command.js';
import { type Chunks, type ChunksOptions, openChunks } from './chunks.js';
import { openCompiledCode } from './compiled-code.js';

/** The build puts it in. */
declare const BUILT: { readonly build: string; readonly packs: ChunksOptions['packs'] };

/** Started often, and at work for moments: their compiled code is kept. */
const BRIEF: ReadonlySet<string> = new Set(['get', 'resolve', 'search', 'link', 'compare', 'mcp']);

/** By then a server has long answered what it is asked first. */
const KEEP_AFTER_MS = 5000;

/** Runs the built command, with the compiled code of its last run where it is one of those that are started often. */
export async function start({ args, ...given }: Omit<CommandProcess, 'locale'>): Promise<void> {
  const { world } = given;
  const chunks = openChunks({ ...HERE, compiled: findCompiledCode(args[0], world.env) });
  world.on('exit', chunks.keepCompiled);
  if (args[0] === 'mcp' && !args.includes('--help') && !args.includes('-h')) {
    // Assistants start the server for each conversation and wait for it: it loads nothing that other commands need.
    // Some hosts kill their servers, which then get to no end.
    setTimeout(chunks.keepCompiled, KEEP_AFTER_MS).unref();
    const { serveMcp } = load<typeof import('../commands/mcp.js')>(chunks, 'mcp');
    const { env: environment } = world;
    world.exit(await serveMcp({ args: args.slice(1), environment, version: given.version }, world));
  } else {
    const { runCommand } = load<typeof import('../run-command.js')>(chunks, 'command');
    // The cheapest way to ask for it: dates would load 15 ms of calendars.
    const { locale } = new Intl.PluralRules().resolvedOptions();
    await runCommand({ ...given, args, locale });
    if (BRIEF.has(args[0] ?? '')) await end(world);
  }
}

/** What was written is out by then. Left to itself, Node would first take the memory of the program apart, for 5 ms. */
async function end(world: CommandProcess['world']): Promise<void> {
  for (const stream of [world.stdout, world.stderr]) {
    await new Promise((resolve) => stream.write('', resolve));
  }
  world.exit();
}

const HERE: ChunksOptions = { folder: join(__dirname, 'chunks'), packs: BUILT.packs };

const load = <T>(chunks: Chunks, name: string) => chunks.load(`${name}.cjs`) as T;

/**
 * Undefined where none is kept: for other commands, where the variable of Node's own cache of this kind says so, and
 * for coverage, which compiled functions would blur.
 */
function findCompiledCode(command: string | undefined, environment: NodeJS.ProcessEnv) {
  const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = environment;
  if (command === undefined || !BRIEF.has(command)) return undefined;
  if (NODE_DISABLE_COMPILE_CACHE || NODE_V8_COVERAGE) return undefined;
  const place = findPlace(environment);
  return place === undefined
    ? undefined
    : openCompiledCode({ path: join(place, 'compiled', command), build: BUILT.build });
}

/** Of the real environment, and never inside the working directory: what a stranger put there must not be run. */
function findPlace({ BIJIA_STATE_DIR: folder = '' }: NodeJS.ProcessEnv): string | undefined {
  return [folder, envPaths('bijia', { suffix: '' }).cache].find((path) => isAbsolute(path));
}
