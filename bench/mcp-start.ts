import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How a client opens the connection: with the revisions up to 2025-11-25, or since 2026-07-28. */
export type Era = 'older' | 'newer';

/** How a server starts: from spawning it to its answers, and what it takes then. */
export interface Start {
  /** To the answer of initialize, or of server/discover. */
  readonly openedMs: number;
  readonly toolsListMs: number;
  /** Resident, after tools/list. */
  readonly memoryMb: number;
  /** The result of tools/list. */
  readonly tools: unknown;
}

const CLIENT_INFO = { name: 'bench', version: '1' };
const READY = { jsonrpc: '2.0', method: 'notifications/initialized' };
const _meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

interface Questions {
  readonly opening: object;
  readonly list: readonly object[];
}

const QUESTIONS: Readonly<Record<Era, Questions>> = {
  older: {
    opening: {
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: CLIENT_INFO },
    },
    list: [READY, { jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} }],
  },
  newer: {
    opening: { method: 'server/discover', params: { _meta } },
    list: [{ jsonrpc: '2.0', id: 2, method: 'tools/list', params: { _meta } }],
  },
};

export interface StartedServer {
  readonly script: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly era: Era;
}

/** Starts a server, asks the two questions that every host asks, and ends it. Linux only: memory is read from /proc. */
export function measureStart({ script, args, environment, era }: StartedServer): Promise<Start> {
  const startMs = performance.now();
  const { opening, list } = QUESTIONS[era];
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const send = (...messages: readonly object[]) =>
    child.stdin.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  send({ jsonrpc: '2.0', id: 1, ...opening });
  return new Promise((resolve, reject) => {
    let pending = '';
    let openedMs = 0;
    let start: Start | undefined;
    // As hosts end their servers; some do not listen.
    const end = () => {
      child.stdin.end();
      const killing = setTimeout(() => child.kill('SIGKILL'), 1000);
      child.once('exit', () => clearTimeout(killing));
    };
    child.on('exit', () =>
      start ? resolve(start) : reject(new Error(`${script} ended before it had answered`)),
    );
    const onFrame = ({ id, result }: { readonly id?: number; readonly result?: unknown }) => {
      const elapsedMs = performance.now() - startMs;
      if (id === 1) {
        openedMs = elapsedMs;
        send(...list);
      }
      if (id !== 2) return;
      const memoryMb = readMemoryMb(child.pid ?? 0);
      start = { openedMs, toolsListMs: elapsedMs, memoryMb, tools: result };
      end();
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (pending + chunk).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) onFrame(JSON.parse(line) as Parameters<typeof onFrame>[0]);
    });
  });
}

function readMemoryMb(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
