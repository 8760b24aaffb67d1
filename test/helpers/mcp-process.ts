import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CLI } from './run-cli.js';

interface Frame {
  readonly id?: number | string;
  readonly method?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
  readonly params?: Record<string, unknown>;
}

/** A server process, spoken to byte by byte. */
export interface McpProcess {
  readonly child: ChildProcess;
  /** Everything that came out of stdout. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly send: (message: object | string) => void;
  /** The first frame that fits, also one that came already. */
  readonly frame: (fits: (frame: Frame) => boolean) => Promise<Frame>;
  /** Milliseconds from now until it ends. */
  readonly untilExit: () => Promise<{ readonly code: number | null; readonly ms: number }>;
}

export const HELLO = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};
export const READY = { jsonrpc: '2.0', method: 'notifications/initialized' };

export const toCall = (id: number, name: string, args: unknown, meta?: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args, ...(meta && { _meta: meta }) },
});

export function startMcp(
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): McpProcess {
  const child = spawn(process.execPath, [CLI, 'mcp', ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  });
  const exited = once(child, 'exit');
  let stdout = '';
  let stderr = '';
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  let partial = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    const lines = (partial + chunk).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) frames.push(JSON.parse(line) as Frame);
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => undefined);
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    send: (message) => {
      child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
    },
    frame: (fits) =>
      new Promise((resolve) => {
        const look = () => {
          const found = frames.find(fits);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    untilExit: async () => {
      const startMs = performance.now();
      const [code] = (await exited) as [number | null];
      return { code, ms: performance.now() - startMs };
    },
  };
}
