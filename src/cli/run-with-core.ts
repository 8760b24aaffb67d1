import { type BijiaError, ConfigError, type Core, toBijiaError } from '../core/index.js';
import { formatCommandError } from './command-error.js';
import { type CliContext, EXIT, type ExitCode } from './context.js';
import { openCore, toCoreOptions } from './open-core.js';

/**
 * Opens the core, runs a command's work on it, closes it, and turns what was thrown into words and an exit code.
 * @param quiet says nothing about where answers come from; they say so themselves
 * @param works also on the jobs of other machines
 */
export async function runWithCore(
  context: CliContext,
  work: (core: Core) => Promise<ExitCode>,
  { quiet, works }: { readonly quiet?: boolean; readonly works?: boolean } = {},
): Promise<void> {
  try {
    const { core, close } = await openCore({
      ...toCoreOptions(context),
      works,
      ...(quiet && { tell: () => undefined }),
    });
    try {
      const code = await work(core);
      // What is missing then is missing because a person did not want to wait.
      context.exit(code === EXIT.notAllOk && context.signal.aborted ? EXIT.interrupted : code);
    } finally {
      await close();
    }
  } catch (thrown) {
    context.exit(reportFailure(context, thrown));
  }
}

/**
 * Says what went wrong on stderr.
 * @param command what to suggest again, with more options, where that helps
 * @returns the exit code for it
 */
export function reportFailure(context: CliContext, thrown: unknown, command?: string): ExitCode {
  const { terminal, signal, texts } = context;
  const error = toBijiaError(thrown);
  if (signal.aborted) {
    terminal.tell(texts.interrupted);
    return EXIT.interrupted;
  }
  terminal.tell(formatCommandError(error, context, command));
  tellFault(context, error);
  return error instanceof ConfigError ? EXIT.usage : EXIT.notAllOk;
}

/** The insides of a fault of the program, for those who asked for them. */
export function tellFault({ terminal, environment }: CliContext, { code, detail }: BijiaError): void {
  if (code === 'internal_error' && detail && environment['BIJIA_LOG_LEVEL'] === 'debug')
    terminal.tell(detail);
}
