import { once } from 'node:events';
import type { Command } from 'commander';
import { ConfigError, type PriceMoves, parseConfig, providers, USAGE } from '../../core/index.js';
import { type CliContext, EXIT } from '../context.js';
import { checkQuota, parseMoves, parsePort } from '../help/option-values.js';

interface SandboxFlags {
  readonly port?: number;
  readonly quota?: string;
  readonly prices?: PriceMoves;
}

export function registerSandbox(program: Command, context: CliContext): void {
  program
    .command('sandbox')
    .description('serve the simulated upstreams for other programs')
    .option('--port <n>', 'loopback port (a free one)', parsePort)
    .option('--quota <calls/duration>', 'quota of every upstream, such as 100/6s', checkQuota)
    .option('--prices <moves>', 'let prices move by the clock, such as 1m:1,0.85', parseMoves)
    .action(async ({ port, quota, prices }: SandboxFlags) => {
      parseConfig(context.environment);
      const { startSandbox } = await import('../../sandbox/start-sandbox.js');
      const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
      const sandbox = await startSandbox({
        upstreams,
        port,
        quota,
        prices,
        environment: context.environment,
      }).catch((error: unknown) => {
        throw toPortError(
          error,
          context.texts.sandbox.portTaken(port),
          context.texts.sandbox.portRefused(port),
        );
      });
      const lines = Object.entries(sandbox.environment).map(
        ([name, value]) => `export ${name}=${quoteForShell(value)}`,
      );
      context.terminal.print(lines.join('\n'));
      context.terminal.tell(context.texts.sandbox.serves(sandbox.origin));
      if (!context.signal.aborted) await once(context.signal, 'abort');
      await sandbox.close();
      context.exit(EXIT.ok);
    });
}

function toPortError(error: unknown, taken: string, refused: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return new ConfigError(taken, { code: USAGE });
  return code === 'EACCES' ? new ConfigError(refused, { code: USAGE }) : error;
}

/** A value as a shell takes it whole, such as one that holds JSON. */
function quoteForShell(value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
