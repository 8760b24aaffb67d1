import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { CancelledError, ResponseError } from '../errors.js';
import { parseJson } from '../product/json.js';
import type { HttpAnswer, HttpRequest } from '../provider.js';
import { DeadlineError, runWithin } from './abort.js';
import { type BareAnswer, type Client, MAX_BODY_BYTES } from './client.js';
import { isDirect, type ProxySettings } from './proxy-settings.js';
import { createTimeoutError, createTooLargeError, toTransportError } from './transport-error.js';

type Decompress = (body: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

/** Never asked for, but some servers compress all the same. */
const DECOMPRESS: Readonly<Record<string, Decompress>> = {
  gzip: (body, options) => promisify<Uint8Array, ZlibOptions, Buffer>(gunzip)(body, options),
  deflate: (body, options) => promisify<Uint8Array, ZlibOptions, Buffer>(inflate)(body, options),
  br: (body, options) => promisify<Uint8Array, ZlibOptions, Buffer>(brotliDecompress)(body, options),
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
  /** The process makes some calls and ends: what is ready first counts for more than what many calls cost. */
  readonly isBrief?: boolean;
  /** Monotonic clock, milliseconds. */
  readonly monotonicNow?: () => number;
}

/** Loads its client with the first call. */
export function createTransport({
  timeoutMs,
  proxy = {},
  isBrief = false,
  monotonicNow = () => performance.now(),
}: TransportOptions): Transport {
  const options = { timeoutMs, proxy, monotonicNow };
  // Loaded with the first call: what is answered offline, or waits to be asked, does without.
  const undici = createLateClient(async () => (await import('./undici-client.js')).openUndiciClient(options));
  const client =
    isBrief && isDirect(proxy)
      ? createLateClient(async () => (await import('./plain-client.js')).createPlainClient(options))
      : undici;
  return {
    send: async (message, signal) => sendInTime(await client.open(), message, timeoutMs, signal),
    openDispatcher: async () => (await undici.open()).dispatcher,
    close: async () => {
      await Promise.all([client, undici].map(({ close }) => close()));
    },
  };
}

/** A client that is opened when it is first needed, and no more once it was closed. */
function createLateClient<C extends Client>(openClient: () => Promise<C>) {
  let opening: Promise<C> | undefined;
  const open = () => {
    opening ??= openClient();
    return opening;
  };
  const close = async () => {
    const opened = opening;
    opening = Promise.reject(new CancelledError());
    opening.catch(() => undefined);
    const client = await opened?.catch(() => undefined);
    await client?.close(new CancelledError());
  };
  return { open, close };
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
  client: Client,
  message: HttpRequest,
  signal: AbortSignal,
): Promise<TransportAnswer> {
  const answer = await client.exchange(message, signal);
  const encoding = String(answer.headers['content-encoding'] ?? '');
  const type = String(answer.headers['content-type'] ?? '');
  const text = await readBodyText(answer.bytes, { encoding, type }, MAX_BODY_BYTES).catch(
    (error: unknown) => {
      // The status of a server that failed says more than the ruins of its page.
      if (answer.status >= 500) return '';
      throw error;
    },
  );
  return toAnswer(answer, text);
}

function toAnswer({ status, headers }: BareAnswer, text: string): TransportAnswer {
  const dateMs = Date.parse(String(headers['date'] ?? ''));
  let parsed: { readonly value: unknown } | undefined;
  return {
    status,
    text,
    sandbox: headers['x-bijia-sandbox'] !== undefined,
    dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
    json: () => {
      try {
        // Its receipt and its content are both read from it.
        parsed ??= { value: parseJson(text) };
        return parsed.value;
      } catch {
        throw new ResponseError(
          'The upstream answered with something that is not JSON. If this keeps happening, report it.',
          {
            detail: `HTTP ${status}, ${text.length} characters`,
          },
        );
      }
    },
  };
}
