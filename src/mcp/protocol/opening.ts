import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** The revisions since 2026-07-28, in which each request says which one it speaks. */
export const MODERN_VERSIONS: readonly string[] = ['2026-07-28'];
export const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';

/** What only clients of these revisions put besides their parameters. */
const MODERN_KEYS = [VERSION_KEY, 'io.modelcontextprotocol/clientCapabilities'];

/** Whether a client that opens the connection with this message speaks the revision 2026-07-28 or a later one. */
export function isModern(message: JSONRPCMessage): boolean {
  if (!('method' in message)) return false;
  if (message.method === 'server/discover') return true;
  const meta = message.params?._meta;
  return typeof meta === 'object' && meta !== null && MODERN_KEYS.some((key) => key in meta);
}

/** A connection whose first message is there; nothing of it is lost. */
export interface Opening {
  readonly first: JSONRPCMessage;
  /** Hands on the first message, and all behind it, to the server that is started. */
  readonly transport: Transport;
}

/** Waits for the first message of a connection: it decides which server is loaded. */
export async function receiveOpening(line: Transport): Promise<Opening> {
  const held: JSONRPCMessage[] = [];
  const transport: Transport = {
    start: async () => {
      line.onmessage = (message, extra) => transport.onmessage?.(message, extra);
      for (const message of held.splice(0)) transport.onmessage?.(message);
    },
    send: (message, options) => line.send(message, options),
    close: () => line.close(),
  };
  line.onclose = () => transport.onclose?.();
  const first = await new Promise<JSONRPCMessage>((resolve) => {
    line.onmessage = (message) => {
      held.push(message as JSONRPCMessage);
      resolve(message as JSONRPCMessage);
    };
    void line.start();
  });
  return { first, transport };
}
