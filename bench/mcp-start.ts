import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How a server starts: from spawning it to its answers, and what it takes then. */
export interface Start {
  readonly initializeMs: number;
  readonly toolsListMs: number;
  /** Resident, after tools/list. */
  readonly memoryMb: number;
  /** The result of tools/list. */
  readonly tools: unknown;
}

const HELLO = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
};
const READY = { jsonrpc: '2.0', method: 'notifications/initialized' };
const LIST = { jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} };

/** Starts a server, asks the two questions that every host asks, and ends it. Linux only: memory is read from /proc. */
export function measureStart(
  script: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Start> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const send = (...messages: object[]) =>
    child.stdin.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  send(HELLO);
  return new Promise((resolve, reject) => {
    let pending = '';
    let initializeMs = 0;
    child.on('exit', () => reject(new Error(`${script} ended before it had answered`)));
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (pending + chunk).split('\n');
      pending = lines.pop() ?? '';
      for (const { id, result } of lines.map(
        (line) => JSON.parse(line) as { id?: number; result?: unknown },
      )) {
        const elapsedMs = performance.now() - startMs;
        if (id === 1) {
          initializeMs = elapsedMs;
          send(READY, LIST);
        }
        if (id === 2) {
          resolve({
            initializeMs,
            toolsListMs: elapsedMs,
            memoryMb: readMemoryMb(child.pid ?? 0),
            tools: result,
          });
          child.kill('SIGKILL');
        }
      }
    });
  });
}

function readMemoryMb(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
