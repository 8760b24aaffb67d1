import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Environment } from '../core/index.js';
import type { CliContext } from './context.js';

/** Starts `bijia mcp` as a host would, calls one tool and gives the text that an assistant would read. */
export async function callOverMcp(
  { executable, version }: CliContext,
  environment: Environment,
  tool: string,
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  // The addresses lead to the sandbox of this process; another embedded one would know nothing of it.
  const known = Object.entries({ ...environment, BIJIA_SANDBOX: '0' }).filter(
    ([, value]) => value !== undefined,
  );
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [executable, 'mcp'],
    env: Object.fromEntries(known) as Record<string, string>,
    stderr: 'inherit',
  });
  const client = new Client({ name: 'bijia-demo', version });
  await client.connect(transport);
  try {
    const answer = await client.callTool({ name: tool, arguments: { ...input } });
    const blocks = Array.isArray(answer.content) ? answer.content : [];
    return blocks.map((block) => ('text' in block ? String(block.text) : '')).join('\n');
  } finally {
    await client.close();
  }
}
