import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { expect } from 'vitest';
import { providers } from '../../src/core/index.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { listOwnFolders } from './own-folders.js';
import { CLI, startCli } from './run-cli.js';

export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  readonly data: Record<string, unknown>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface McpSession {
  readonly client: Client;
  readonly call: (tool: string, args: Record<string, unknown>, options?: CallOptions) => Promise<ToolAnswer>;
  readonly stderr: () => string;
  readonly close: () => Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** Connects the SDK's client to a server inside this process. */
export async function connectMcp(
  environment: Environment,
  args: readonly string[] = [],
  cwd = '/',
): Promise<McpSession> {
  const { stdin, stdout, stderr, end } = startCli(['mcp', ...args], { environment, cwd });
  // A transport of pipes is the same at both ends; it wants bytes.
  const transport = new StdioServerTransport(stdout.pipe(new PassThrough()), stdin);
  let log = '';
  stderr.on('data', (text: string) => {
    log += text;
  });
  const session = await connect(transport, () => log);
  const close = async () => {
    await session.close();
    stdin.end();
    await end;
  };
  return { ...session, close };
}

/** Connects the SDK's client to a server that is a process of its own. */
export async function connectMcpProcess(environment: Environment): Promise<McpSession> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, 'mcp'],
    env: { ...listOwnFolders(), ...environment },
    stderr: 'pipe',
    cwd: '/',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  // The client asks it to end, and leaves after some seconds; until it has ended, it may write into the folder that a test removes.
  const ended = new Promise<void>((resolve) => {
    transport.onclose = resolve;
  });
  const session = await connect(transport, () => stderr);
  const close = async () => {
    await session.close();
    await ended;
  };
  return { ...session, close };
}

async function connect(transport: Transport, stderr: () => string): Promise<McpSession> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  // Lets the client check results against the output schemas.
  await client.listTools();
  return {
    client,
    stderr,
    close: () => client.close(),
    call: async (name, input, { signal, onProgress } = {}) => {
      const options = { ...(signal && { signal }), ...(onProgress && { onprogress: onProgress }) };
      const answer = await client.callTool({ name, arguments: input }, undefined, options);
      // A lone half of an emoji, which readers in other languages fail at.
      expect(JSON.stringify(answer)).not.toMatch(/\\ud[89a-f]/i);
      const [block] = answer.content as { text: string }[];
      return {
        isError: answer.isError === true,
        text: block?.text ?? '',
        data: answer.structuredContent as Record<string, unknown>,
      };
    },
  };
}

export interface SandboxPlace {
  readonly sandbox: Sandbox;
  readonly stateDir: string;
  /** Points a process at the sandbox. */
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** Simulated upstreams in this process, so that a test sees what arrives there, and a state folder of its own. */
export async function openSandboxPlace(
  options: Partial<SandboxOptions> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<SandboxPlace> {
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  const sandbox = await startSandbox({ upstreams, environment, ...options });
  const stateDir = await mkdtemp(join(tmpdir(), 'bijia-mcp-'));
  return {
    sandbox,
    stateDir,
    environment: { ...sandbox.environment, BIJIA_STATE_DIR: stateDir, ...environment },
    close: async () => {
      await sandbox.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
