import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { toBijiaError } from '../core/index.js';
import { createCatalogue } from './catalogue.js';
import { formatInstructions } from './instructions.js';
import type { ProgressNotice } from './progress.js';
import { getPrompt, listPrompts } from './prompts.js';
import { listResourceTemplates, readResource } from './resources.js';
import { createSession, type Session, type SessionOptions } from './session.js';
import { formatTool, type Tool } from './tool.js';
import { createTools } from './tools/index.js';

export interface McpServerOptions extends SessionOptions {
  readonly version: string;
}

export interface McpServer {
  readonly connect: (transport: Transport) => Promise<void>;
  /** Aborts all calls, stops all jobs and closes the core. */
  readonly close: () => Promise<void>;
  readonly redact: (text: string) => string;
}

/** With the SDK's own schema, arguments of a wrong type would be an internal error. */
const CallToolRequest = z.object({
  method: z.literal('tools/call'),
  params: z.looseObject({ name: z.string(), arguments: z.unknown() }),
});
const RESOURCE_NOT_FOUND = -32002;

export function createMcpServer(options: McpServerOptions): McpServer {
  const catalogue = createCatalogue();
  const session = createSession(options);
  const server = new Server(
    { name: 'bijia', title: 'bijia', version: options.version },
    {
      capabilities: { tools: {}, resources: {}, prompts: {} },
      instructions: formatInstructions(catalogue),
    },
  );
  handleTools(server, session, createTools(catalogue));
  handleResources(server, session);
  handlePrompts(server);
  return {
    connect: (transport) => server.connect(transport),
    redact: session.redact,
    close: async () => {
      await server.close();
      await session.close();
    },
  };
}

function handleTools(server: Server, session: Session, tools: readonly Tool[]): void {
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(formatTool) }));
  server.setRequestHandler(CallToolRequest, async ({ params }, { signal, _meta, sendNotification }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool) {
      const known = tools.map(({ name }) => name).join(', ');
      throw new McpError(
        ErrorCode.InvalidParams,
        `There is no tool "${params.name.slice(0, 60)}". Known: ${known}.`,
      );
    }
    const progressToken = _meta?.progressToken;
    const sendProgress =
      progressToken === undefined
        ? undefined
        : (notice: ProgressNotice) =>
            sendNotification({ method: 'notifications/progress', params: { progressToken, ...notice } });
    return session.callTool(tool, params.arguments, { signal, sendProgress });
  });
}

function handleResources(server: Server, session: Session): void {
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [] }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: listResourceTemplates(),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }, { signal }) => {
    try {
      const contents = await session.run((call) => readResource(uri, call), { signal });
      return { contents: contents.map((content) => ({ ...content, text: session.redact(content.text) })) };
    } catch (thrown) {
      const error = toBijiaError(thrown);
      const isMissing = error.outcome === 'not_found' || error.outcome === 'invalid';
      throw new McpError(isMissing ? RESOURCE_NOT_FOUND : ErrorCode.InternalError, error.message, { uri });
    }
  });
}

function handlePrompts(server: Server): void {
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: listPrompts() }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => {
    try {
      return getPrompt(params.name, params.arguments ?? {});
    } catch (thrown) {
      throw new McpError(ErrorCode.InvalidParams, toBijiaError(thrown).message);
    }
  });
}
