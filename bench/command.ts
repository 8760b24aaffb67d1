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

export interface Ended {
  readonly stdout: string;
  readonly memoryMb: number;
  /** Processor time. */
  readonly cpuMs: number;
}

export interface Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** What a process says on its own pipe when it ends: the most memory it had, in kilobytes, and its processor time, in µs. */
const REPORT = `import { writeSync } from 'node:fs';
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(3, maxRSS + ' ' + (userCPUTime + systemCPUTime));
});`;

/** Runs the built command, with nothing of this process's environment but PATH. */
export function startCommand({
  args,
  environment,
  script = resolve('dist/cli.js'),
}: CommandOptions): Command {
  const preload = `--import=data:text/javascript,${encodeURIComponent(REPORT)}`;
  const child = spawn(process.execPath, [preload, script, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  const [, stdout, , report] = child.stdio;
  const read = async () => {
    const [out, said] = await Promise.all([
      stdout && text(stdout),
      report && text(report as NodeJS.ReadableStream),
      once(child, 'close'),
    ]);
    const [kilobytes = 0, cpuUs = 0] = (said ?? '').split(' ').map(Number);
    return { stdout: out ?? '', memoryMb: kilobytes / 1024, cpuMs: cpuUs / 1000 };
  };
  return { child, ended: read() };
}

/** A file of ids, one a line. */
export function formatIds(count: number): string {
  return Array.from({ length: count }, (_, at) => `${100_020_000_000 + at}\n`).join('');
}

/** Ids as people write them in lists: each behind a label, with a note. */
export function formatLabelledIds(count: number): string {
  return Array.from(
    { length: count },
    (_, at) => `${at % 2 === 0 ? '商品编号：' : '京东商品ID '}${100_020_000_000 + at} 备注${at % 7}\n`,
  ).join('');
}

/** How the cells of a table are quoted: none; each, as many programs do; that with a comma in it, as spreadsheets do. */
export type Quoting = 'none' | 'all' | 'needed';

/** A table of links as a shop exports it. */
export function formatTable(count: number, quoting: Quoting = 'none'): string {
  const title = (at: number) => (quoting === 'needed' ? `"商品名称 ${at}, 5kg"` : `商品名称 ${at} 5kg`);
  const toRow = (cells: readonly string[]) =>
    quoting === 'all' ? `"${cells.join('","')}"\n` : `${cells.join(',')}\n`;
  const rows = Array.from({ length: count }, (_, at) =>
    toRow([`${at}`, title(at), `https://item.jd.com/${100_020_000_000 + at}.html`, `备注${at % 7}`]),
  );
  return `${toRow(['序号', '商品名称', '商品链接', '备注'])}${rows.join('')}`;
}
