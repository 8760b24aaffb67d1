import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';

const LINE_FEED = 0x0a;

export interface LineReaderOptions {
  /** Longer lines are passed over as they come; nothing of them is kept. */
  readonly maxBytes: number;
  readonly onLine: (line: string) => void;
  readonly onTooLong: () => void;
}

/** Splits bytes into lines; a long line is put together once, however many chunks it comes in. */
export function createLineReader({
  maxBytes,
  onLine,
  onTooLong,
}: LineReaderOptions): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  const keep = (part: Buffer) => {
    size += part.length;
    if (size <= maxBytes) parts.push(part);
    else parts = [];
  };
  const finish = () => {
    const line = size > maxBytes ? undefined : Buffer.concat(parts).toString('utf8').trim();
    parts = [];
    size = 0;
    if (line === undefined) onTooLong();
    else if (line !== '') onLine(line);
  };
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      finish();
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  };
}

/** Far above any argument that a tool accepts, so that the tool can refuse it in words. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** Unread answers beyond this, and requests wait until the client reads. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** Requests taken at once: their answers are written before more are looked at. */
const MAX_AT_ONCE = 256;
/** Requests that may wait; beyond them the pipe holds back what comes: a client that never reads must not fill the memory. */
const MAX_HELD = 1000;

const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;

/**
 * JSON-RPC over stdin and stdout, one message per line. The SDK's own transport ends at a message of 10 MB, leaves
 * bad messages without an answer, and does not notice that the client has left.
 */
export function createStdioTransport(stdin: Readable, stdout: Writable): Transport {
  const held: JSONRPCMessage[] = [];
  let isOpen = true;

  const write = (message: object) => {
    if (isOpen) stdout.write(`${JSON.stringify(message)}\n`);
  };
  const isCongested = () => stdout.writableLength > MAX_UNREAD_BYTES;
  const refuse = (code: number, message: string, id?: unknown) => {
    write({ jsonrpc: '2.0', ...(isId(id) && { id }), error: { code, message } });
    if (isCongested()) stdin.pause();
  };
  let handedOn = 0;
  const handOn = () => {
    while (isOpen && handedOn < MAX_AT_ONCE && !isCongested()) {
      const message = held.shift();
      if (!message) break;
      if (handedOn === 0) setImmediate(beginTurn);
      handedOn += 1;
      transport.onmessage?.(message);
    }
    if (!isOpen) return;
    if (held.length > MAX_HELD) stdin.pause();
    else stdin.resume();
  };
  const beginTurn = () => {
    handedOn = 0;
    handOn();
  };
  const receive = (message: JSONRPCMessage) => {
    held.push(message);
    handOn();
  };

  const onLine = (line: string) => {
    const { message, refusal } = readMessage(line);
    if (message) receive(message);
    else refuse(refusal.code, refusal.text, refusal.id);
  };
  const onTooLong = () =>
    refuse(INVALID_REQUEST, `Invalid request: longer than ${MAX_MESSAGE_BYTES / 1024 / 1024} MB.`);
  const onData = createLineReader({ maxBytes: MAX_MESSAGE_BYTES, onLine, onTooLong });

  const transport: Transport = {
    start: async () => {
      stdin.on('data', onData);
      stdout.on('drain', handOn);
    },
    send: async (message) => write(message),
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      stdin.off('data', onData);
      stdout.off('drain', handOn);
      stdin.pause();
      transport.onclose?.();
    },
  };
  return transport;
}

interface Refusal {
  readonly code: number;
  readonly text: string;
  readonly id?: unknown;
}

function readMessage(
  line: string,
): { message: JSONRPCMessage; refusal?: undefined } | { message?: undefined; refusal: Refusal } {
  const value = parseJson(line);
  if (value === undefined) {
    return { refusal: { code: PARSE_ERROR, text: 'Parse error: this line is not JSON.' } };
  }
  const message = JSONRPCMessageSchema.safeParse(dropEmptyParams(value));
  if (message.success) return { message: message.data };
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return { refusal: { code: INVALID_REQUEST, text: describeInvalid(value), id } };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Some clients write `null` or `[]` for the parameters of a method that takes none. */
function dropEmptyParams(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('params' in value)) return value;
  const { params, ...rest } = value;
  return params === null || (Array.isArray(params) && params.length === 0) ? rest : value;
}

const isId = (id: unknown): id is string | number => typeof id === 'string' || Number.isSafeInteger(id);

function describeInvalid(value: unknown): string {
  if (Array.isArray(value)) return 'Invalid request: batches are not supported, send one message per line.';
  return 'Invalid request: expected a JSON-RPC 2.0 message with "jsonrpc", "method" and, for a request, "id".';
}
