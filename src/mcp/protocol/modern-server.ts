import {
  type JSONRPCMessage,
  type McpServerFactory,
  Server,
  type Transport,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Caller } from '../caller.js';
import { INSTRUCTIONS } from '../instructions.js';
import { METHOD_NAMES } from '../methods.js';
import { type Cancellations, createCancellations } from './cancellations.js';
import type { ProgressNotice } from './progress.js';
import { INVALID_PARAMS, RESOURCE_NOT_FOUND } from './rpc-error.js';
import { CAPABILITIES, createServerInfo } from './server-info.js';
import type { Service } from './service.js';

export interface ModernServerOptions {
  readonly version: string;
  readonly service: Service;
}

type RequestContext = Parameters<McpServerFactory>[0];

/** What does not change while the process runs, and what is asked for again each time. */
const FIXED = { ttlMs: 86_400_000, cacheScope: 'public' } as const;
const FRESH = { ttlMs: 0, cacheScope: 'private' } as const;
const CACHE_HINTS = {
  'server/discover': FIXED,
  'tools/list': FIXED,
  'prompts/list': FIXED,
  'resources/templates/list': FIXED,
  'resources/list': FRESH,
  'resources/read': FRESH,
};

/** Anything: the methods read their parameters themselves, and refuse them in words. */
const Params = z.looseObject({});

/**
 * Makes servers of the revision 2026-07-28, which their SDK also lets speak the older ones.
 * @param findCaller who asks, by what the transport knows of the request
 */
export function createServerFactory(
  { version, service }: ModernServerOptions,
  findCaller: (context: RequestContext) => Caller,
): McpServerFactory {
  const cancellations = createCancellations();
  return (context) => {
    const caller = findCaller(context);
    const EraServer = context.era === 'modern' ? Server : OlderServer;
    const server = new EraServer(createServerInfo(version), {
      capabilities: CAPABILITIES,
      instructions: INSTRUCTIONS,
      cacheHints: CACHE_HINTS,
    });
    for (const name of METHOD_NAMES) {
      server.setRequestHandler(name, { params: Params }, async (params, { mcpReq }) => {
        const progressToken = mcpReq._meta?.progressToken;
        const sendProgress = (notice: ProgressNotice) =>
          mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken: progressToken ?? '', ...notice },
          });
        const { signal, leave } = cancellations.enter(caller, mcpReq.id, mcpReq.signal);
        const asked = { signal, caller, ...(progressToken !== undefined && { sendProgress }) };
        return service.answer(name, params, asked).finally(leave);
      });
    }
    if (context.era === 'legacy' && context.requestInfo) listenForCancel(server, caller, cancellations);
    return server;
  };
}

/** Each request over HTTP has a server of its own, which knows no other: what is cancelled is not among its own. */
function listenForCancel(server: Server, caller: Caller, cancellations: Cancellations): void {
  server.setNotificationHandler('notifications/cancelled', ({ params: { requestId } }) => {
    if (requestId !== undefined) cancellations.cancel(caller, requestId);
  });
}

/**
 * Speaks the revisions before 2026-07-28, in which a resource that does not exist has a code of its own: the SDK sends
 * the newer one, and its mark, data that holds the uri.
 */
class OlderServer extends Server {
  override async connect(transport: Transport): Promise<void> {
    const send = transport.send.bind(transport);
    transport.send = (message, options) => send(restoreCode(message), options);
    await super.connect(transport);
  }
}

function restoreCode(message: JSONRPCMessage): JSONRPCMessage {
  if (!('error' in message) || message.error.code !== INVALID_PARAMS) return message;
  const { data } = message.error;
  const isMissing = typeof data === 'object' && data !== null && 'uri' in data;
  return isMissing ? { ...message, error: { ...message.error, code: RESOURCE_NOT_FOUND } } : message;
}
