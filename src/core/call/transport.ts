import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';
import type { Agent, Dispatcher } from 'undici';
import { CancelledError, ResponseError } from '../errors.js';
import { parseJson } from '../product/json.js';
import type { HttpAnswer, HttpRequest } from '../provider.js';
import { DeadlineError, runWithin } from './abort.js';
import type { ProxySettings } from './http-client.js';
import { createTimeoutError, createTooLargeError, toTransportError } from './transport-error.js';

type Decompress = (body: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

/** Never asked for, but some servers compress all the same. */
const DECOMPRESS: Readonly<Record<string, Decompress>> = {
  gzip: promisify<Uint8Array, ZlibOptions, Buffer>(gunzip),
  deflate: promisify<Uint8Array, ZlibOptions, Buffer>(inflate),
  br: promisify<Uint8Array, ZlibOptions, Buffer>(brotliDecompress),
};

/** What came with a body, each empty where nothing did. */
export interface BodyHeaders {
  /** `Content-Encoding`; one that is not known here is left as it is. */
  readonly encoding: string;
  /** `Content-Type`, for its character set. */
  readonly type: string;
}

/**
 * The text of a body.
 * @param maxBytes bounds what a compressed body unfolds to
 * @throws ResponseError
 */
async function readBodyText(
  body: Uint8Array,
  { encoding, type }: BodyHeaders,
  maxBytes: number,
): Promise<string> {
  const decompress = DECOMPRESS[encoding.trim().toLowerCase()];
  const bytes = decompress ? await unfold(decompress(body, { maxOutputLength: maxBytes })) : body;
  return createDecoder(type).decode(bytes);
}

function createDecoder(type: string) {
  try {
    return new TextDecoder(/;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1]);
  } catch {
    // A character set that nobody knows.
    return new TextDecoder();
  }
}

async function unfold(decompressed: Promise<Buffer>): Promise<Buffer> {
  try {
    return await decompressed;
  } catch (cause) {
    if (cause instanceof RangeError) throw createTooLargeError({ cause });
    throw new ResponseError(
      'The upstream sent a compressed response that cannot be decompressed. If this keeps happening, report it.',
      {
        cause,
      },
    );
  }
}

/** Upstream answers are some hundred kilobytes at the most; more is a fault or an attack. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const CONNECTIONS = 128;

export interface TransportAnswer extends HttpAnswer {
  /** The answer carries the mark of our sandbox. */
  readonly sandbox: boolean;
  /** The upstream's clock as its `Date` header says, milliseconds. */
  readonly dateMs: number | undefined;
}

/** Sends bytes and brings the whole answer: keep-alive, hard timeouts, bounded body; no retry, no redirects. */
export interface Transport {
  /** @throws UpstreamError, UpstreamTimeoutError, CancelledError, ResponseError for a body that is too large */
  readonly send: (request: HttpRequest, signal?: AbortSignal) => Promise<TransportAnswer>;
  /** What it sends through, for the few requests that are not calls. */
  readonly openDispatcher: () => Promise<Dispatcher>;
  readonly close: () => Promise<void>;
}

export interface TransportOptions {
  /** Bounds the whole call, from connecting to the last byte. */
  readonly timeoutMs: number;
  readonly proxy?: ProxySettings;
  /** Monotonic clock, milliseconds. */
  readonly monotonicNow?: () => number;
}

export function createTransport({
  timeoutMs,
  proxy,
  monotonicNow = () => performance.now(),
}: TransportOptions): Transport {
  const options: Agent.Options = {
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: MAX_BODY_BYTES,
  };
  // Loaded with the first call: what is answered offline, or waits to be asked, does without.
  let opening: Promise<Client> | undefined;
  const open = () => {
    opening ??= openClient(options, proxy).then(({ http, dispatcher }) => ({
      http,
      dispatcher: dispatcher.compose(refuseLate(timeoutMs, monotonicNow)),
    }));
    return opening;
  };
  return {
    send: async (message, signal) => sendInTime(await open(), message, timeoutMs, signal),
    openDispatcher: async () => (await open()).dispatcher,
    close: async () => {
      const opened = opening;
      opening = Promise.reject(new CancelledError());
      opening.catch(() => undefined);
      const client = await opened?.catch(() => undefined);
      await client?.dispatcher.destroy(new CancelledError());
    },
  };
}

interface Client {
  readonly http: typeof import('./http-client.js');
  readonly dispatcher: Dispatcher;
}

async function openClient(options: Agent.Options, proxy: ProxySettings = {}): Promise<Client> {
  const http = await import('./http-client.js');
  return { http, dispatcher: http.createDispatcher(proxy, options) };
}

/**
 * Puts nothing on the wire whose time is over. Timers alone do not see to that: a process that was stopped while it
 * connected finds the connection first, and would send what all others count as answered long ago.
 */
function refuseLate(timeoutMs: number, monotonicNow: () => number): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const latestMs = monotonicNow() + timeoutMs;
    return dispatch(options, {
      onRequestStart: (controller, context) => {
        if (monotonicNow() > latestMs)
          controller.abort(createTimeoutError(timeoutMs, { detail: 'not sent' }));
        else handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    });
  };
}

async function sendInTime(
  client: Client,
  message: HttpRequest,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<TransportAnswer> {
  try {
    return await runWithin(timeoutMs, signal, (stop) => fetchAnswer(client, message, stop));
  } catch (cause) {
    if (cause instanceof DeadlineError) throw createTimeoutError(timeoutMs, { detail: 'timeout', cause });
    throw toTransportError(cause, timeoutMs);
  }
}

async function fetchAnswer(
  { http, dispatcher }: Client,
  message: HttpRequest,
  signal: AbortSignal,
): Promise<TransportAnswer> {
  const answer = await http.request(message.url, {
    dispatcher,
    method: message.method,
    headers: { accept: 'application/json', ...message.headers },
    body: message.body ?? null,
    signal,
  });
  const encoding = String(answer.headers['content-encoding'] ?? '');
  const type = String(answer.headers['content-type'] ?? '');
  const bytes = await answer.body.bytes();
  const text = await readBodyText(bytes, { encoding, type }, MAX_BODY_BYTES).catch((error: unknown) => {
    // The status of a server that failed says more than the ruins of its page.
    if (answer.statusCode >= 500) return '';
    throw error;
  });
  return toAnswer(answer, text);
}

function toAnswer({ statusCode, headers }: Dispatcher.ResponseData, text: string): TransportAnswer {
  const dateMs = Date.parse(String(headers['date'] ?? ''));
  return {
    status: statusCode,
    text,
    sandbox: headers['x-bijia-sandbox'] !== undefined,
    dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
    json: () => {
      try {
        return parseJson(text);
      } catch {
        throw new ResponseError(
          'The upstream answered with something that is not JSON. If this keeps happening, report it.',
          {
            detail: `HTTP ${statusCode}, ${text.length} characters`,
          },
        );
      }
    },
  };
}
