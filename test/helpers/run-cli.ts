import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import packageJson from '../../package.json' with { type: 'json' };
import type { CommandWorld } from '../../src/cli/context.js';
import { listOwnFolders } from './own-folders.js';

export const CLI = join(import.meta.dirname, '../../dist/cli.js');

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly cwd?: string;
}

/** A command at work: signals can be sent, and what it has written so far can be read. */
export interface StartedCli {
  /** Undefined where it has no process of its own. */
  readonly pid?: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly end: Promise<CliRun>;
}

/**
 * Runs a command as a person would, with nothing of this process's environment, but inside this process: a process of
 * its own costs a third of a second. What is about processes is for `runCliProcess`.
 */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { stdin, end } = startCli(args, options);
  stdin.end(options.stdin ?? '');
  return end;
}

/** The same, left running; stdin stays open. */
export function startCli(
  args: readonly string[],
  { environment = {}, cwd = '/' }: CliOptions = {},
): StartedCli {
  const { world, exited } = createWorld(environment, cwd);
  const { stdin, stdout, stderr } = world;
  const output = collect(stdout, stderr);
  const end = Promise.race([run(args, world as unknown as CommandWorld), exited]).then(
    async (code): Promise<CliRun> => {
      for (const stream of [stdout, stderr]) stream.end();
      await Promise.all([stdout, stderr].map((stream) => finished(stream).catch(() => undefined)));
      return { code, ...output() };
    },
  );
  const signal = (name: NodeJS.Signals) => {
    if (world.emit(name)) return;
    // Nobody listens yet: a process would be gone.
    stdin.destroy();
    world.exit(1);
  };
  return { stdin, stdout, stderr, end, signal };
}

/** What `main.ts` does. */
async function run(args: readonly string[], world: CommandWorld): Promise<number> {
  const { version, homepage } = packageJson;
  if (args[0] === 'mcp' && !args.includes('--help')) {
    const { serveMcp } = await import('../../src/cli/commands/mcp.js');
    const { console } = globalThis;
    const code = await serveMcp({ args: args.slice(1), environment: world.env, version }, world);
    // The server takes it for itself.
    globalThis.console = console;
    return code;
  }
  const { runCommand } = await import('../../src/cli/run-command.js');
  await runCommand({ args, executable: CLI, version, homepage, locale: 'en-US', world });
  return Number(world.exitCode ?? 0);
}

/** Runs the built command as a process of its own, with nothing of this process's environment but where programs and files are. */
export function runCliProcess(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { stdin, end } = startCliProcess(args, options);
  stdin.end(options.stdin ?? '');
  return end;
}

/** The same, left running; it can be killed. */
export function startCliProcess(
  args: readonly string[],
  options: CliOptions = {},
): StartedCli & { readonly child: ChildProcessWithoutNullStreams } {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: options.cwd ?? '/',
    env: { ...listOwnFolders(), ...options.environment },
  });
  const { stdin, stdout, stderr } = child;
  const output = collect(stdout, stderr);
  const end = once(child, 'close').then(([code]): CliRun => ({ code, ...output() }));
  return { child, pid: child.pid, stdin, stdout, stderr, end, signal: (name) => void child.kill(name) };
}

/** A process as `runCommand` sees it; `exited` is for who leaves by `exit`. */
function createWorld(env: NonNullable<CliOptions['environment']>, cwd: string) {
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const world = Object.assign(new EventEmitter(), {
    ...{ env, ...streams, exit, cwd: () => cwd },
    exitCode: undefined as number | undefined,
  });
  return { world, exited };
}

/** @returns reads all that came so far */
function collect(stdout: Readable, stderr: Readable) {
  const texts = { stdout: '', stderr: '' };
  stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  return () => texts;
}
