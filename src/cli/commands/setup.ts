import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { ConfigError, findNearestName, InputError, USAGE } from '../../core/index.js';
import { type CliContext, EXIT } from '../context.js';
import { formatBlock, mergeBlock, readTextFile, replaceFile, type ServerBlock } from '../hosts/host-file.js';
import { getPlaces, HOSTS, type Host, type Places } from '../hosts/hosts.js';
import { IS_PUBLISHED, NPX } from '../hosts/published.js';
import { formatTable } from '../output/terminal.js';

interface SetupFlags {
  readonly write?: true;
  readonly envFile?: string;
}

export function registerSetup(program: Command, context: CliContext): void {
  program
    .command('setup')
    .description('connect an AI assistant: prints the block for its settings, or writes it there')
    .argument('[host]', `which: ${HOSTS.map(({ id }) => id).join(', ')}; without it, those on this machine`)
    .option('--write', "merge it into the host's own file, keeping a copy; other servers stay")
    .option('--env-file <file>', 'settings for the server (.env of this folder, where there is one)')
    .action((id: string | undefined, flags: SetupFlags) => {
      const places = getPlaces(
        process.platform,
        context.environment['HOME'] || homedir(),
        context.environment,
      );
      if (id === undefined) printHosts(context, places);
      else setUp(context, getHost(context, id), places, flags);
      context.exit(EXIT.ok);
    });
}

function printHosts({ terminal, texts }: CliContext, places: Places): void {
  const found = HOSTS.filter(({ foundAt }) => foundAt && existsSync(foundAt(places)));
  terminal.tell(found.length > 0 ? texts.setup.found : texts.setup.noneFound);
  const shown = found.length > 0 ? found : HOSTS;
  terminal.print(
    formatTable(shown.map(({ id, name, file }) => [id, name, file?.(places) ?? texts.setup.window])),
  );
  terminal.tell(texts.setup.next);
}

function getHost({ texts }: CliContext, id: string): Host {
  const host = HOSTS.find((one) => one.id === id.toLowerCase());
  if (host) return host;
  const ids = HOSTS.map((one) => one.id);
  throw new InputError(texts.setup.unknown(id.slice(0, 40), findNearestName(id, ids), ids), { code: USAGE });
}

function setUp(context: CliContext, host: Host, places: Places, flags: SetupFlags): void {
  const { terminal, texts } = context;
  const block = createBlock(context, flags.envFile);
  const path = host.file?.(places);
  if (!flags.write || path === undefined) {
    terminal.tell(path === undefined ? texts.setup.pasteInWindow(host.name) : texts.setup.pasteInto(path));
    terminal.printData(formatBlock(host, block));
    return;
  }
  const text = readTextFile(path);
  const merged = mergeBlock(text, host, block);
  if (merged === undefined) {
    terminal.printData(formatBlock(host, block));
    throw new ConfigError(texts.setup.refused(path), { code: USAGE });
  }
  if (merged === text) {
    terminal.tell(texts.setup.upToDate(path));
    return;
  }
  const copy = replaceFile(path, merged, context.clock.now());
  terminal.tell(texts.setup.written(path, copy));
  terminal.tell(texts.setup.restart(host.name));
}

/** The absolute paths of this installation and of the settings: hosts start servers in folders of their own choice. */
function createBlock(
  { executable, cwd, terminal, texts }: CliContext,
  envFile: string | undefined,
): ServerBlock {
  const path = envFile === undefined ? join(cwd, '.env') : resolve(cwd, envFile);
  const hasFile = existsSync(path);
  if (envFile !== undefined && !hasFile) throw new InputError(texts.setup.noEnvFile(path), { code: USAGE });
  if (!hasFile) terminal.tell(texts.setup.withoutEnvFile);
  const start = toStart(executable, IS_PUBLISHED);
  return { ...start, args: [...start.args, ...(hasFile ? ['--env-file', path] : [])] };
}

/** npx runs the package from a cache that may be emptied at any time: only its name leads back to it. */
export function toStart(executable: string, isPublished: boolean): ServerBlock {
  const isFleeting = executable.includes(`${sep}_npx${sep}`);
  return isPublished && isFleeting ? NPX : { command: process.execPath, args: [executable, 'mcp'] };
}
