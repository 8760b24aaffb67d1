import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

export interface CommandOptions {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Another script than the built command. */
  readonly script?: string;
}

export interface Command {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly stdout: string; readonly memoryMb: number }>;
}

/** What a process says on its own pipe when it ends: the most memory it had, in kilobytes. */
const REPORT_MEMORY = `import { writeSync } from 'node:fs';
process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`;

/** Runs the built command, with nothing of this process's environment but PATH. */
export function startCommand({
  args,
  environment,
  script = resolve('dist/cli.js'),
}: CommandOptions): Command {
  const preload = `--import=data:text/javascript,${encodeURIComponent(REPORT_MEMORY)}`;
  const child = spawn(process.execPath, [preload, script, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  const [, stdout, , report] = child.stdio;
  const read = async () => {
    const [out, kilobytes] = await Promise.all([
      stdout && text(stdout),
      report && text(report as NodeJS.ReadableStream),
      once(child, 'close'),
    ]);
    return { stdout: out ?? '', memoryMb: Number(kilobytes) / 1024 };
  };
  return { child, ended: read() };
}

/** A file of ids, one a line. */
export function formatIds(count: number): string {
  return Array.from({ length: count }, (_, at) => `${100_020_000_000 + at}\n`).join('');
}
