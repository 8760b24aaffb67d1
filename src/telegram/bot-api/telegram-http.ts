import type { ApiClientOptions } from 'grammy';
import { type Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import { type Clock, loadHttpClient, type ProxySettings } from '../../core/index.js';

/** What a long poll may take, and some more. */
const HEADERS_TIMEOUT_MS = 90_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A hundred updates with the longest texts stay far below. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** Ways out, as the environment names them. */
export interface Proxies extends ProxySettings {
  /** For Telegram alone; beats all others. */
  readonly proxyUrl?: string;
}

/** All traffic with Telegram, calls, uploads and downloads alike, over one connection. */
export interface TelegramHttp {
  /** For grammY in place of its own client, which knows no proxies. */
  readonly fetch: NonNullable<ApiClientOptions['fetch']>;
  /**
   * The content of an address, at most `maxBytes` of it.
   * @throws TooLargeError, or what undici throws
   */
  readonly download: (url: string, options: DownloadOptions) => Promise<Buffer>;
  /** The time where the answers come from, milliseconds since 1970: this machine's clock may be wrong. */
  readonly remoteNow: () => number;
  readonly close: () => Promise<void>;
}

export interface DownloadOptions {
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** A file is larger than what was said, or than what is wanted. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

export async function openDispatcher(
  { proxyUrl, ...proxies }: Proxies,
  options: Agent.Options = {},
): Promise<Dispatcher> {
  const bounds: Agent.Options = {
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: HEADERS_TIMEOUT_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
    ...options,
  };
  if (proxyUrl !== undefined) return new ProxyAgent({ ...bounds, uri: proxyUrl });
  return (await loadHttpClient()).createDispatcher(proxies, bounds);
}

export function createTelegramHttp(dispatcher: Dispatcher, { now }: Pick<Clock, 'now'>): TelegramHttp {
  let aheadMs = 0;
  const noteDate = (date: unknown) => {
    const remoteMs = Date.parse(String(date));
    if (!Number.isNaN(remoteMs)) aheadMs = remoteMs - now();
  };
  return {
    remoteNow: () => now() + aheadMs,
    fetch: createFetch(dispatcher, noteDate),
    download: (url, options) => download(dispatcher, url, options),
    close: () => dispatcher.destroy(),
  };
}

/** The part of `fetch` that grammY uses: a request with a body, an answer of JSON. */
interface BotApiRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Dispatcher.DispatchOptions['body'];
  readonly signal: AbortSignal;
}

function createFetch(dispatcher: Dispatcher, noteDate: (date: unknown) => void): TelegramHttp['fetch'] {
  const send = async (url: string | URL, { method, headers, body, signal }: BotApiRequest) => {
    const answer = await request(url, { dispatcher, method, headers, body: body ?? null, signal });
    noteDate(answer.headers['date']);
    const text = await answer.body.text();
    return { json: async (): Promise<unknown> => JSON.parse(text) };
  };
  return send as unknown as TelegramHttp['fetch'];
}

async function download(
  dispatcher: Dispatcher,
  url: string,
  { maxBytes, signal }: DownloadOptions,
): Promise<Buffer> {
  const { statusCode, headers, body } = await request(url, { dispatcher, signal: signal ?? null });
  try {
    if (statusCode !== 200) throw new Error(`the download answered HTTP ${statusCode}`);
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw new TooLargeError('the file is too large');
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new TooLargeError('the file is too large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    // What is left of the body is not wanted, and neither is the error that says so.
    body.on('error', () => {}).destroy();
  }
}
