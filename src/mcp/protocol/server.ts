import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { LOCAL_CALLER } from '../caller.js';
import { INSTRUCTIONS } from '../instructions.js';
import { getToolsList } from '../tools-list.js';
import type { ProgressNotice } from './progress.js';
import { CAPABILITIES, createServerInfo } from './server-info.js';
import type { Service } from './service.js';

/** Brings what the server offers, once: clients wait for the first answer, which needs none of it. */
export type LoadService = () => Promise<Service>;

const LOAD_AFTER_MS = 50;

export interface ServerOptions {
  readonly version: string;
  readonly load: LoadService;
}

/** Serves a client of the revisions up to 2025-11-25, which most hosts speak: this SDK is loaded the faster one. */
export async function connectServer({ version, load }: ServerOptions, transport: Transport): Promise<Server> {
  const server = new Server(createServerInfo(version), {
    capabilities: CAPABILITIES,
    instructions: INSTRUCTIONS,
  });
  server.oninitialized = () => {
    // Clients list the tools now, and call later.
    setTimeout(() => void load().catch(() => undefined), LOAD_AFTER_MS).unref();
  };
  // Under their own names the SDK refuses calls before we see them, with a dump of its schema.
  server.fallbackRequestHandler = async ({ method, params }, { signal, _meta, sendNotification }) => {
    if (method === 'tools/list') return getToolsList();
    const progressToken = _meta?.progressToken;
    const sendProgress = (notice: ProgressNotice) =>
      sendNotification({
        method: 'notifications/progress',
        params: { progressToken: progressToken ?? '', ...notice },
      });
    const service = await load();
    return service.answer(method, params, {
      signal,
      caller: LOCAL_CALLER,
      sendProgress: progressToken === undefined ? undefined : sendProgress,
    });
  };
  await server.connect(transport);
  return server;
}
