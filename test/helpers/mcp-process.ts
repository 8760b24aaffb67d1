import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type StartedCli, startCli, startCliProcess } from './run-cli.js';

interface Frame {
  readonly id?: number | string;
  readonly method?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
  readonly params?: Record<string, unknown>;
}

/** A server, spoken to byte by byte. */
export interface RawServer {
  readonly stdin: Writable;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Everything that came out of stdout. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly send: (message: object | string) => void;
  /** The first frame that fits, also one that came already. */
  readonly frame: (fits: (frame: Frame) => boolean) => Promise<Frame>;
  /** Milliseconds from now until it has ended and what it said has been read. */
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

export interface McpProcess extends RawServer {
  readonly child: ChildProcessWithoutNullStreams;
}

type Environment = Readonly<Record<string, string>>;

/** Inside this process. */
export const startMcp = (environment: Environment, args: readonly string[] = []): RawServer => {
  const started = startCli(['mcp', ...args], { environment });
  return speak(
    started,
    started.end.then(({ code }) => code),
  );
};

/** As a process of its own. */
export function startMcpProcess(environment: Environment): McpProcess {
  const started = startCliProcess(['mcp'], { environment });
  const { stdout, stderr } = started;
  const exited = once(started.child, 'exit').then(async ([code]) => {
    await Promise.all([stdout, stderr].map(untilRead));
    return code as number | null;
  });
  return { ...speak(started, exited), child: started.child };
}

/** What a process said last may be read only after its end; a test that reads no more is not waited for. */
async function untilRead(stream: Readable): Promise<void> {
  if (!stream.isPaused()) await finished(stream).catch(() => undefined);
}

function speak(
  { stdin, stdout: frameStream, stderr: logStream, signal }: StartedCli,
  exited: Promise<number | null>,
): RawServer {
  let stdout = '';
  let stderr = '';
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  let partial = '';
  frameStream.on('data', (chunk: string) => {
    stdout += chunk;
    const lines = (partial + chunk).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) frames.push(JSON.parse(line) as Frame);
    for (const look of waiting) look();
  });
  logStream.on('data', (chunk: string) => {
    stderr += chunk;
  });
  stdin.on('error', () => undefined);
  return {
    ...{ stdin, signal },
    stdout: () => stdout,
    stderr: () => stderr,
    send: (message) => {
      stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
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
      const code = await exited;
      return { code, ms: performance.now() - startMs };
    },
  };
}
