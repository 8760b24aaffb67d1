import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

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

/** Runs the built command as a person would, with nothing of this process's environment but PATH. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { child, end } = startCli(args, options);
  child.stdin.end(options.stdin ?? '');
  return end;
}

/** The same, left running: stdin stays open, signals can be sent. */
export function startCli(args: readonly string[], options: CliOptions = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: options.cwd ?? '/',
    env: { PATH: process.env['PATH'], ...options.environment },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const end = once(child, 'close').then(([code]): CliRun => ({ code, stdout, stderr }));
  return { child, end };
}
