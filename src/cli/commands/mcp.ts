import { parseArgs } from 'node:util';
import type { Command } from 'commander';
import type { Environment } from '../../core/index.js';

/** Shown by `--help` only: the command itself is started without what the others need, see `main.ts`. */
export function registerMcp(program: Command): void {
  program
    .command('mcp')
    .description('serve AI assistants over stdio (Model Context Protocol)')
    .option('--env-file <file>', 'read settings from this file; the real environment wins');
}

export interface McpCommand {
  readonly args: readonly string[];
  /** The real one: a host starts servers inside strangers' folders, whose `.env` must not count. */
  readonly environment: Environment;
  readonly version: string;
}

/**
 * Serves until the client leaves.
 * @returns the exit code; the process should end then, whatever is still open
 */
export async function serveMcp(
  { args, environment, version }: McpCommand,
  served: NodeJS.Process,
): Promise<number> {
  const tell = (text: string) => served.stderr.write(`bijia mcp: ${text}\n`);
  let envFile: string | undefined;
  try {
    envFile = parseArgs({ args: [...args], options: { 'env-file': { type: 'string' } } }).values['env-file'];
  } catch (error) {
    tell(`${error instanceof Error ? error.message : error} (see bijia mcp --help)`);
    return 2;
  }
  const { serveStdio } = await import('../../mcp/protocol/serve-stdio.js');
  return serveStdio(
    {
      version,
      tell,
      openCore: async () => {
        // With the first call: most conversations begin without one.
        const { openCore } = await import('../open-core.js');
        return openCore({ environment: await addFile(dropPlaceholders(environment), envFile, tell), tell });
      },
      now: Date.now,
      monotonicNow: () => performance.now(),
    },
    served,
  );
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
  const { addEnvFile } = await import('../mcp-environment.js');
  return addEnvFile(environment, path, tell);
}
