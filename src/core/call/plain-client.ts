import type { Agent, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpRequest } from '../provider.js';
import {
  type BareAnswer,
  type Client,
  type ClientOptions,
  CONNECTIONS,
  KEEP_ALIVE_MS,
  MAX_BODY_BYTES,
  toHeaders,
} from './client.js';
import { createTimeoutError, createTooLargeError } from './transport-error.js';

/**
 * Node's own client, for a process that makes some calls and ends: undici takes 10 ms longer until it has an answer,
 * since its parser of HTTP has to be compiled first. It knows no proxies.
 */
export function createPlainClient({ timeoutMs, monotonicNow }: Omit<ClientOptions, 'proxy'>): Client {
  const open = createOpener();
  const pending = new Set<(reason: Error) => void>();
  return {
    exchange: (message, signal) =>
      new Promise((resolve, reject) => {
        const latestMs = monotonicNow() + timeoutMs;
        const { request, untilConnected } = open.request(message);
        const fail = (reason: Error) => {
          reject(reason);
          request.destroy();
        };
        const abort = () => fail(signal.reason);
        pending.add(fail);
        signal.addEventListener('abort', abort, { once: true });
        request.once('close', () => {
          pending.delete(fail);
          signal.removeEventListener('abort', abort);
          reject(createClosedError());
        });
        request.on('error', fail);
        request.once('response', (response) => readAnswer(response, resolve, fail));
        untilConnected(() => {
          if (monotonicNow() > latestMs) fail(createTimeoutError(timeoutMs, { detail: 'not sent' }));
          else request.end(message.body);
        });
      }),
    close: async (reason) => {
      for (const fail of pending) fail(reason);
      open.close();
    },
  };
}

const AGENT_OPTIONS = { keepAlive: true, maxSockets: CONNECTIONS, timeout: KEEP_ALIVE_MS };

/** Begins requests, of which nothing is written before they are ended. */
function createOpener() {
  const agents = new Map<string, Agent>();
  const connected = new WeakSet<Socket>();
  const request = (message: HttpRequest) => {
    const address = new URL(message.url);
    const isSecure = address.protocol === 'https:';
    // Where it stands among the imports it is loaded for every command that sends nothing.
    const client = process.getBuiltinModule(isSecure ? 'node:https' : 'node:http');
    const agent = agents.get(address.protocol) ?? new client.Agent(AGENT_OPTIONS);
    agents.set(address.protocol, agent);
    const opened = client.request(address, { method: message.method, headers: toHeaders(message), agent });
    const untilConnected = (run: () => void) => {
      opened.once('socket', (socket) => {
        if (connected.has(socket)) return run();
        socket.once(isSecure ? 'secureConnect' : 'connect', () => {
          connected.add(socket);
          run();
        });
      });
    };
    return { request: opened, untilConnected };
  };
  const close = () => {
    for (const agent of agents.values()) agent.destroy();
  };
  return { request, close };
}

function readAnswer(
  response: IncomingMessage,
  resolve: (answer: BareAnswer) => void,
  fail: (reason: Error) => void,
): void {
  const pieces: Buffer[] = [];
  let length = 0;
  response.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length > MAX_BODY_BYTES) fail(createTooLargeError());
    else pieces.push(piece);
  });
  response.on('error', fail);
  response.once('end', () => {
    const { statusCode = 0, headers } = response;
    resolve({ status: statusCode, headers, bytes: Buffer.concat(pieces) });
  });
}

/** For the ends of which Node says nothing. */
const createClosedError = () => Object.assign(new Error('closed'), { code: 'ECONNRESET' });
