import { setMaxListeners } from 'node:events';
import { GENERAL_SETTINGS, providers } from '../core/index.js';
import { EXIT } from './context.js';
import { readEnvironment } from './environment.js';
import { runProgram } from './program.js';
import { createTerminal } from './terminal.js';

export interface CommandProcess {
  readonly args: readonly string[];
  /** The built command itself, to start it again as another process. */
  readonly executable: string;
  readonly version: string;
  readonly world: NodeJS.Process;
}

const END_SIGNALS = [
  ['SIGINT', EXIT.interrupted],
  ['SIGTERM', 143],
] as const;

/** Runs the command that a person typed; the process ends by itself when there is nothing left to do. */
export async function runCommand({ args, executable, version, world }: CommandProcess): Promise<void> {
  const { env, stdin, stdout, stderr } = world;
  const interrupt = new AbortController();
  for (const [signal, code] of END_SIGNALS) {
    world.on(signal, () => {
      // Whoever says it a second time does not want to wait for what is under way.
      if (interrupt.signal.aborted) world.exit(code);
      interrupt.abort();
    });
  }
  // One signal for all that a command does: it is no leak that many listen.
  setMaxListeners(0, interrupt.signal);
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) is no failure: what is under way ends as by Ctrl-C.
    if (error.code === 'EPIPE') return interrupt.abort();
    stderr.write(`The output cannot be written (${error.code}).\n`, () => world.exit(EXIT.notAllOk));
  });
  // Nobody reads the notices: that is no reason to stop.
  stderr.on('error', () => undefined);
  const { TELEGRAM_SETTINGS } = await import('../telegram/settings.js');
  const groups = [GENERAL_SETTINGS, TELEGRAM_SETTINGS, ...providers.map(({ settings }) => settings)];
  const cwd = world.cwd();
  const context = {
    terminal: createTerminal({ stdout, stderr, noColor: Boolean(env['NO_COLOR']) }),
    environment: readEnvironment({ environment: env, cwd, groups }),
    cwd,
    stdin,
    signal: interrupt.signal,
    executable,
    version,
    exit: (code: number) => {
      world.exitCode = code;
    },
  };
  await runProgram(context, args);
}
