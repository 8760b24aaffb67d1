import { GENERAL_SETTINGS, providers } from '../core/index.js';
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

/** Runs the command that a person typed; the process ends by itself when there is nothing left to do. */
export async function runCommand({ args, executable, version, world }: CommandProcess): Promise<void> {
  const { env, stdin, stdout, stderr } = world;
  const interrupt = new AbortController();
  world.once('SIGINT', () => interrupt.abort());
  world.once('SIGTERM', () => interrupt.abort());
  // A reader that has seen enough (`| head`) is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => world.exit(error.code === 'EPIPE' ? 0 : 1));
  const groups = [GENERAL_SETTINGS, ...providers.map(({ settings }) => settings)];
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
