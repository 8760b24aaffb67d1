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
import { INSTRUCTIONS } from '../instructions.js';
import type { ProgressNotice } from './progress.js';
import type { Service } from './service.js';
import type { SessionOptions } from './session.js';

export interface McpServerOptions extends SessionOptions {
  readonly version: string;
}

export interface McpServer {
  readonly connect: (transport: Transport) => Promise<void>;
  /** Aborts all calls, stops all jobs and closes the core. */
  readonly close: () => Promise<void>;
  readonly redact: (text: string) => string;
}

const RESOURCE_NOT_FOUND = -32002;

/** The protocol's side of the server. What it offers is loaded after the first answer: clients wait for that. */
export function createMcpServer(options: McpServerOptions): McpServer {
  let loading: Promise<Service> | undefined;
  let redact = (text: string) => text;
  const load = () => {
    loading ??= import('./service.js').then(({ createService }) => {
      const service = createService(options);
      redact = service.redact;
      return service;
    });
    return loading;
  };
  const server = new Server(
    { name: 'bijia', title: 'bijia', version: options.version },
    { capabilities: { tools: {}, resources: {}, prompts: {} }, instructions: INSTRUCTIONS },
  );
  server.oninitialized = () => void load().catch(() => undefined);
  handleTools(server, load);
  handleResources(server, load);
  handlePrompts(server, load);
  return {
    connect: (transport) => server.connect(transport),
    redact: (text) => redact(text),
    close: async () => {
      await server.close();
      await (await loading)?.close();
    },
  };
}

const ToolCallParams = z.looseObject({ name: z.string(), arguments: z.unknown().optional() });

/** @throws McpError when no tool is named; arguments of any kind are left to the tool, which answers in words */
function readCall(params: unknown) {
  const call = ToolCallParams.safeParse(params);
  if (call.success) return call.data;
  throw new McpError(ErrorCode.InvalidParams, 'A call needs the name of a tool, as a string.');
}

type Load = () => Promise<Service>;

function handleTools(server: Server, load: Load): void {
  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [...(await load()).listTools()] }));
  // Under its own name the SDK refuses a call with wrong arguments before we see it, with a dump of its schema.
  server.fallbackRequestHandler = async (request, { signal, _meta, sendNotification }) => {
    if (request.method !== 'tools/call') throw new McpError(ErrorCode.MethodNotFound, 'Method not found');
    const params = readCall(request.params);
    const progressToken = _meta?.progressToken;
    const sendProgress = (notice: ProgressNotice) =>
      sendNotification({
        method: 'notifications/progress',
        params: { progressToken: progressToken ?? '', ...notice },
      });
    const context = { signal, sendProgress: progressToken === undefined ? undefined : sendProgress };
    return answer(load, (service) => service.callTool(params.name, params.arguments, context));
  };
}

function handleResources(server: Server, load: Load): void {
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [] }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, async () => ({
    resourceTemplates: (await load()).listResourceTemplates(),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }, { signal }) =>
    answer(load, async (service) => ({ contents: await service.readResource(uri, { signal }) })),
  );
}

function handlePrompts(server: Server, load: Load): void {
  server.setRequestHandler(ListPromptsRequestSchema, async () => ({ prompts: (await load()).listPrompts() }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) =>
    answer(load, async (service) => service.getPrompt(params.name, params.arguments ?? {})),
  );
}

/** @throws McpError in the protocol's words */
async function answer<T>(load: Load, work: (service: Service) => Promise<T>): Promise<T> {
  const service = await load();
  try {
    return await work(service);
  } catch (thrown) {
    const { outcome, message } = service.explain(thrown);
    throw new McpError(toErrorCode(outcome), message);
  }
}

function toErrorCode(outcome: string): number {
  if (outcome === 'not_found') return RESOURCE_NOT_FOUND;
  return outcome === 'invalid' ? ErrorCode.InvalidParams : ErrorCode.InternalError;
}
