import type { Agent, Dispatcher } from 'undici';
import {
  type Client,
  type ClientOptions,
  CONNECTIONS,
  KEEP_ALIVE_MS,
  MAX_BODY_BYTES,
  toHeaders,
} from './client.js';
import { createDispatcher, request } from './http-client.js';
import { createTimeoutError } from './transport-error.js';

/** The client for many calls, and for proxies. */
export interface UndiciClient extends Client {
  readonly dispatcher: Dispatcher;
}

/** Goes through the proxies that are set, else straight. */
export async function openUndiciClient({
  timeoutMs,
  proxy = {},
  monotonicNow,
}: ClientOptions): Promise<UndiciClient> {
  const options: Agent.Options = {
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: MAX_BODY_BYTES,
  };
  const opened = await createDispatcher(proxy, options);
  const dispatcher = opened.compose(refuseLate(timeoutMs, monotonicNow));
  return {
    dispatcher,
    exchange: async (message, signal) => {
      const { method, url, body = null } = message;
      const answer = await request(url, { dispatcher, method, headers: toHeaders(message), body, signal });
      return { status: answer.statusCode, headers: answer.headers, bytes: await answer.body.bytes() };
    },
    close: (reason) => dispatcher.destroy(reason),
  };
}

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
