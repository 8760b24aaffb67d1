import { once } from 'node:events';
import type { Command } from 'commander';
import { parseQuota, parseWholeNumber, providers } from '../../core/index.js';
import { type CliContext, EXIT } from '../context.js';

interface SandboxFlags {
  readonly port?: number;
  readonly quota?: string;
}

export function registerSandbox(program: Command, context: CliContext): void {
  program
    .command('sandbox')
    .description('serve the simulated upstreams for other programs')
    .option('--port <n>', 'loopback port (a free one)', parseWholeNumber)
    .option('--quota <calls/duration>', 'quota of every upstream, such as 100/6s')
    .action(async ({ port, quota }: SandboxFlags) => {
      if (quota !== undefined) parseQuota(quota);
      const { startSandbox } = await import('../../sandbox/start-sandbox.js');
      const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
      const sandbox = await startSandbox({ upstreams, port, quota, environment: context.environment });
      const lines = Object.entries(sandbox.environment).map(([name, value]) => `export ${name}=${value}`);
      context.terminal.print(lines.join('\n'));
      context.terminal.tell(`Sandbox on ${sandbox.origin}: every answer is made up. Ctrl-C ends it.`);
      if (!context.signal.aborted) await once(context.signal, 'abort');
      await sandbox.close();
      context.exit(EXIT.ok);
    });
}
