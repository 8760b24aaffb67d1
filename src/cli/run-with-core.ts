import { ConfigError, type Core, toBijiaError } from '../core/index.js';
import { type CliContext, EXIT, type ExitCode } from './context.js';
import { openCore } from './open-core.js';

/** Opens the core, runs a command's work on it, closes it, and turns what was thrown into words and an exit code. */
export async function runWithCore(
  context: CliContext,
  work: (core: Core) => Promise<ExitCode>,
): Promise<void> {
  try {
    const { core, close } = await openCore({ environment: context.environment, tell: context.terminal.tell });
    try {
      context.exit(await work(core));
    } finally {
      await close();
    }
  } catch (thrown) {
    context.exit(reportFailure(context, thrown));
  }
}

/** Says what went wrong on stderr. @returns the exit code for it */
export function reportFailure({ terminal, signal }: CliContext, thrown: unknown): ExitCode {
  const error = toBijiaError(thrown);
  if (signal.aborted) {
    terminal.tell('Interrupted.');
    return EXIT.interrupted;
  }
  terminal.tell(error.message);
  if (error.code === 'internal_error' && error.detail) terminal.tell(error.detail);
  return error instanceof ConfigError ? EXIT.usage : EXIT.notAllOk;
}
