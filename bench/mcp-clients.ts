import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import {
  Client as NewerClient,
  StreamableHTTPClientTransport as NewerHttp,
} from '@modelcontextprotocol/client';
import { StdioClientTransport as NewerStdio } from '@modelcontextprotocol/client/stdio';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OlderHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Era } from './mcp-start.js';

/** The client of a revision, connected: each SDK has its own. */
export interface McpClient {
  readonly call: (name: string, args: Record<string, unknown>, signal?: AbortSignal) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

export type Environment = Readonly<Record<string, string>>;

const SCRIPT = resolve('dist/cli.js');
const INFO = { name: 'bench', version: '1' };

export const connectStdio = (era: Era, environment: Environment): Promise<McpClient> => {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const server = { command: process.execPath, args: [SCRIPT, 'mcp'], env, stderr: 'ignore' as const };
  return era === 'older' ? connectOlder(new OlderStdio(server)) : connectNewer(new NewerStdio(server));
};

export const connectHttp = (era: Era, url: URL): Promise<McpClient> =>
  era === 'older' ? connectOlder(new OlderHttp(url)) : connectNewer(new NewerHttp(url));

async function connectOlder(transport: OlderStdio | OlderHttp): Promise<McpClient> {
  const client = new OlderClient(INFO);
  // The transports of this SDK do not say that a session id may be undefined, its own interface does.
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return {
    call: (name, args, signal) => client.callTool({ name, arguments: args }, undefined, { signal }),
    close: () => client.close(),
  };
}

async function connectNewer(transport: NewerStdio | NewerHttp): Promise<McpClient> {
  const client = new NewerClient(INFO, { versionNegotiation: { mode: 'auto' } });
  await client.connect(transport);
  return {
    call: (name, args, signal) => client.callTool({ name, arguments: args }, { signal }),
    close: () => client.close(),
  };
}

export interface TeamServer {
  readonly child: ChildProcess;
  readonly url: URL;
}

/** `bijia mcp --http` on a free port. */
export async function startTeam(environment: Environment): Promise<TeamServer> {
  const child = spawn(process.execPath, [SCRIPT, 'mcp', '--http', '0'], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  const url = await new Promise<URL>((found, reject) => {
    child.on('exit', () => reject(new Error(log)));
    child.stderr.on('data', (chunk) => {
      log += chunk;
      const address = /serving (\S+)\s/.exec(log)?.[1];
      if (address) found(new URL(address));
    });
  });
  return { child, url };
}
