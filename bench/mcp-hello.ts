// The least that a server on this SDK can be: what is slower than this is our own.
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const server = new Server({ name: 'hello', version: '1' }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: [{ name: 'hello', description: 'Says hello', inputSchema: { type: 'object', properties: {} } }],
}));
await server.connect(new StdioServerTransport());
