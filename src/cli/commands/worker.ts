import { once } from 'node:events';
import type { Command } from 'commander';
import { type BijiaError, type Core, startWorker } from '../../core/index.js';
import { formatCommandError } from '../command-error.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { runWithCore } from '../run-with-core.js';

export function registerWorker(program: Command, context: CliContext): void {
  program
    .command('worker')
    .description(
      'work on the jobs and price alerts of all machines that share a database, until it is interrupted',
    )
    .action(() => runWithCore(context, (core) => runWorker(context, core), { quiet: true }));
}

async function runWorker(context: CliContext, core: Core): Promise<ExitCode> {
  const { terminal, texts, signal } = context;
  const { none, unshared, begins, looked, goesOn, ends } = texts.worker;
  if (!core.tasks) {
    terminal.tell(core.isSandbox ? unshared : none);
    return EXIT.usage;
  }
  const worker = await startWorker(core, {
    onFault: (error: BijiaError) => terminal.tell(formatCommandError(error, context)),
    onRecovery: () => terminal.tell(goesOn),
    onSwept: (report) => {
      // What others have asked about may be an alert without a look of one's own.
      if (report.looks > 0 || report.alerts.length > 0) terminal.tell(looked(report));
    },
  });
  terminal.tell(begins);
  if (!signal.aborted) await once(signal, 'abort');
  terminal.tell(ends);
  await worker.close();
  return EXIT.ok;
}
