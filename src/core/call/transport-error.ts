import {
  BijiaError,
  ResponseError,
  UnreachableError,
  UpstreamError,
  UpstreamTimeoutError,
} from '../errors.js';

/** What a request failed of, in words for who asked. */
export function toTransportError(cause: unknown, timeoutMs: number): Error {
  if (cause instanceof BijiaError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const options = { detail: code, cause };
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return createTooLargeError(options);
  if (/TIMEOUT|TIMEDOUT/.test(code)) return createTimeoutError(timeoutMs, options);
  const Unavailable = NOT_CONNECTED.has(code) ? UnreachableError : UpstreamError;
  return new Unavailable(
    `The upstream could not be reached (${describeCause(code)}). Check the network and the proxy, then try again.`,
    options,
  );
}

/** For a call that was not answered in its time. */
export function createTimeoutError(
  timeoutMs: number,
  options: { readonly detail: string; readonly cause?: unknown },
): UpstreamTimeoutError {
  return new UpstreamTimeoutError(
    `The upstream did not answer within ${timeoutMs / 1000} s. Try again later.`,
    options,
  );
}

const NOT_CONNECTED: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED']);

function describeCause(code: string): string {
  const known: Readonly<Record<string, string>> = {
    ENOTFOUND: 'its name does not resolve',
    EAI_AGAIN: 'its name does not resolve',
    ECONNREFUSED: 'it refuses connections',
    ECONNRESET: 'it closed the connection',
    UND_ERR_SOCKET: 'it closed the connection',
  };
  if (/CERT|SSL|TLS|SIGNATURE/.test(code)) return 'its certificate is not accepted';
  return known[code] ?? 'the connection failed';
}

/** For a body that is longer than any answer. */
export function createTooLargeError(options?: { readonly cause: unknown }): ResponseError {
  return new ResponseError('The upstream sent more data than any product has; it was cut off.', options);
}
