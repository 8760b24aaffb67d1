import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { LOCAL_CALLER } from '../caller.js';
import { createServerFactory, type ModernServerOptions } from './modern-server.js';
import { isModern, MODERN_VERSIONS, VERSION_KEY } from './opening.js';
import { INVALID_PARAMS } from './rpc-error.js';

/**
 * Serves a connection that a client of the revision 2026-07-28 opened; an `initialize` behind that, too.
 * @returns ends it: what still listens gets its result, and all calls are aborted
 */
export function serveModern(options: ModernServerOptions, transport: Transport): () => Promise<void> {
  const { close } = serveStdio(
    createServerFactory(options, () => LOCAL_CALLER),
    { transport: refuseOthers(transport) },
  );
  return close;
}

/** What the SDK leaves open behind the first message of a connection: it looks at the version of that one only. */
function refuseOthers(line: Transport): Transport {
  const transport: Transport = {
    start: async () => {
      line.onclose = () => transport.onclose?.();
      line.onmessage = (message, extra) => {
        const error = findRefusal(message as JSONRPCMessage);
        if (!error || !('id' in message)) transport.onmessage?.(message, extra);
        else void line.send({ jsonrpc: '2.0', id: message.id, error } as JSONRPCMessage);
      };
      await line.start();
    },
    send: (message, sent) => line.send(message, sent),
    close: () => line.close(),
  };
  return transport;
}

const UNSUPPORTED_VERSION = -32022;

function findRefusal(message: JSONRPCMessage) {
  if (!('method' in message) || !isModern(message)) return undefined;
  const requested = message.params?._meta?.[VERSION_KEY];
  if (requested === undefined) {
    return { code: INVALID_PARAMS, message: `A request of this revision needs ${VERSION_KEY} in _meta.` };
  }
  if (typeof requested !== 'string' || MODERN_VERSIONS.includes(requested)) return undefined;
  const data = { supported: MODERN_VERSIONS, requested };
  return { code: UNSUPPORTED_VERSION, message: `Unsupported protocol version: ${requested}`, data };
}
