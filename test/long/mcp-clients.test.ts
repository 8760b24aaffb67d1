import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI } from '../helpers/run-cli.js';

const run = promisify(execFile);

/** From the registry; docs/mcp-clients.md names the same versions. */
const PACKAGES = [
  '@ai-sdk/mcp@1.0.102',
  '@langchain/mcp-adapters@1.1.4',
  '@langchain/core@1.4.0',
  '@langchain/langgraph',
  'langchain',
  'mcp-use@1.34.6',
  '@modelcontextprotocol/inspector@2.12.0',
];
const SERVER = `{ command: process.execPath, args: [process.env.CLI, 'mcp'], env: process.env }`;
const ARGUMENTS = `{ product: '8420152864', platform: 'pdd' }`;

/** Each prints how many tools it sees, and what it reads in the answer of a call. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'ai-sdk': `
    import { createMCPClient } from '@ai-sdk/mcp';
    import { Experimental_StdioMCPTransport as Stdio } from '@ai-sdk/mcp/mcp-stdio';
    const client = await createMCPClient({ transport: new Stdio(${SERVER}) });
    const tools = await client.tools();
    const answer = await tools.get_product.execute(${ARGUMENTS}, { toolCallId: '1', messages: [] });
    console.log(Object.keys(tools).length, answer.structuredContent.outcome);
    await client.close();`,
  langchain: `
    import { MultiServerMCPClient } from '@langchain/mcp-adapters';
    const client = new MultiServerMCPClient({ mcpServers: { bijia: { transport: 'stdio', ...${SERVER} } } });
    const tools = await client.getTools();
    const answer = await tools.find(({ name }) => name === 'get_product').invoke(${ARGUMENTS});
    console.log(tools.length, /"outcome.{1,6}(ok)/.exec(JSON.stringify(answer))?.[1]);
    await client.close();`,
  'mcp-use': `
    import { MCPClient } from 'mcp-use';
    const client = MCPClient.fromDict({ mcpServers: { bijia: ${SERVER} } });
    const session = await client.createSession('bijia');
    const tools = await session.listTools();
    const answer = await session.callTool('get_product', ${ARGUMENTS});
    console.log(tools.length, answer.structuredContent.outcome);
    await client.closeAllSessions();
    process.exit(0);`,
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-clients-'));
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'];
  await run('npm', ['install', ...PACKAGES, ...options], { cwd: folder });
}, 600_000);
afterAll(() => rm(folder, { recursive: true }));

const environment = () => ({
  ...{ PATH: process.env['PATH'], HOME: folder, CLI },
  ...{ BIJIA_SANDBOX: '1', BIJIA_STATE_DIR: join(folder, 'state') },
});

describe('clients of others', () => {
  it.each(Object.keys(SCRIPTS))('list the tools and read the answer of a call: %s', async (name) => {
    const script = join(folder, `${name}.js`);
    await writeFile(script, SCRIPTS[name] ?? '');
    const { stdout } = await run(process.execPath, [script], {
      cwd: folder,
      env: environment(),
      timeout: 240_000,
    });
    expect(stdout).toMatch(/^\d ok$/m);
  });

  it('list the tools and read the answer of a call: inspector', async () => {
    const bin = join(folder, 'node_modules/.bin/mcp-inspector');
    const call = ['--method', 'tools/call', '--tool-name', 'get_product'];
    const args = ['--tool-arg', 'product=8420152864', '--tool-arg', 'platform=pdd'];
    const { stdout } = await run(
      bin,
      ['--cli', '-e', 'BIJIA_SANDBOX=1', process.execPath, CLI, 'mcp', ...call, ...args],
      {
        ...{ cwd: folder, env: environment(), timeout: 240_000 },
      },
    );
    expect(stdout).toMatch(/"outcome": "ok"/);
  });
});
