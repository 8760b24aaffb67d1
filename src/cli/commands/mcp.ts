import { parseArgs } from 'node:util';
import type { Command } from 'commander';
import type { Environment } from '../../core/index.js';
import { type CliContext, type CommandWorld, EXIT } from '../context.js';

/** Shown by `--help` only: the command itself is started without what the others need, see `start.ts`. */
export function registerMcp(program: Command, { terminal, texts, exit }: CliContext): void {
  program
    .command('mcp')
    .description('serve AI assistants over stdio (Model Context Protocol)')
    .option('--env-file <file>', 'read settings from this file; the real environment wins')
    .option('--http <[host:]port>', 'serve a team over HTTP at /mcp instead; see BIJIA_HTTP_TOKENS')
    .action(() => {
      terminal.tell(texts.mcp.first);
      exit(EXIT.usage);
    });
}

export interface McpCommand {
  readonly args: readonly string[];
  /** The real one: a host starts servers inside strangers' folders, whose `.env` must not count. */
  readonly environment: Environment;
  readonly version: string;
}

const OPTIONS = { 'env-file': { type: 'string' }, http: { type: 'string' } } as const;

/**
 * Serves until the client leaves, or over HTTP until the process is told to end.
 * @returns the exit code; the process should end then, whatever is still open
 */
export async function serveMcp(
  { args, environment, version }: McpCommand,
  served: CommandWorld,
): Promise<number> {
  const writeLog = (line: string) => void served.stderr.write(`${line}\n`);
  const tell = (text: string) => writeLog(`bijia mcp: ${text}`);
  let values: { readonly 'env-file'?: string; readonly http?: string };
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    tell(`${error instanceof Error ? error.message : error} (see bijia mcp --help)`);
    return 2;
  }
  const options = { version, tell, now: Date.now, monotonicNow: () => performance.now() };
  const readEnvironment = () => addFile(dropPlaceholders(environment), values['env-file'], tell);
  if (values.http !== undefined) {
    const { serveTeam } = await import('../../mcp/http/serve-team.js');
    const { openCore } = await import('../open-core.js');
    const open: Parameters<typeof serveTeam>[0]['openCore'] = (given, uses) =>
      openCore({ environment: given, tell, writeLog, uses, works: true });
    return serveTeam({ ...options, address: values.http, readEnvironment, openCore: open }, served);
  }
  const fault = await findSandboxFault(dropPlaceholders(environment), readEnvironment);
  if (fault !== undefined) {
    tell(fault);
    return 2;
  }
  const { serveStdio } = await import('../../mcp/protocol/serve-stdio.js');
  const openCore = async () => {
    // With the first call: most conversations begin without one.
    const opener = await import('../open-core.js');
    return opener.openCore({ environment: await readEnvironment(), tell, writeLog, works: true });
  };
  return serveStdio({ ...options, openCore }, served);
}

/**
 * What is wrong with the settings, where the sandbox is asked for: who tries the server out sees it end, like every
 * command. Otherwise its host would show nothing but a dead server: it starts, and each answer names what is wrong.
 */
async function findSandboxFault(
  environment: Environment,
  readSettings: () => Promise<Environment>,
): Promise<string | undefined> {
  if (!environment['BIJIA_SANDBOX']) return undefined;
  const { findSettingsFault } = await import('../settings/sandbox-fault.js');
  return findSettingsFault(environment, readSettings);
}

/** Some hosts pass on `${…}` as it stands where their user has filled in nothing. */
function dropPlaceholders(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => !/^\$\{.*\}$/.test(value ?? '')),
  );
}

async function addFile(
  environment: Environment,
  path: string | undefined,
  tell: (text: string) => void,
): Promise<Environment> {
  if (path === undefined) return environment;
  const { addEnvFile } = await import('../settings/mcp-environment.js');
  return addEnvFile(environment, path, tell);
}
