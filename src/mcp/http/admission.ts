import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Caller, createHttpCaller } from '../caller.js';
import type { HttpValues } from './settings.js';

export const MCP_PATH = '/mcp';
const HEALTH_PATH = '/healthz';

/** What is looked at before anything of a request is read. */
export interface Arrival {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

export type Admission = {
  /** The page that asks, where it is one that may. */
  readonly origin?: string | undefined;
} & (
  | { readonly kind: 'health' }
  /** A browser asks whether a page may call. */
  | { readonly kind: 'preflight' }
  | { readonly kind: 'caller'; readonly caller: Caller }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
);

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export const isLoopback = (host: string) => LOOPBACK.includes(host.toLowerCase()) || host === '::1';

/**
 * Decides who may come in. The name under which the server was reached comes first: a web page that had its own name
 * resolved to this machine must not get as far as guessing tokens.
 */
export function createAdmission({ tokens, hosts, origins }: HttpValues): (arrival: Arrival) => Admission {
  const callers = tokens.map(({ name, token }) => ({ digest: hash(token), caller: createHttpCaller(name) }));
  const anybody = createHttpCaller('anybody');

  const findCaller = (header: string | undefined): Caller | undefined => {
    if (callers.length === 0) return anybody;
    const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
    if (token === undefined) return undefined;
    const shown = hash(token);
    // All are compared, so that the time says nothing.
    return callers.filter(({ digest }) => timingSafeEqual(digest, shown))[0]?.caller;
  };

  const findPlace = ({ method, url = '', headers }: Arrival): Admission => {
    const path = url.split('?', 1)[0];
    if (path === HEALTH_PATH) return { kind: 'health' };
    if (path !== MCP_PATH) return refuse(404, 'Not found.');
    // It brings no token.
    if (method === 'OPTIONS' && headers.origin !== undefined) return { kind: 'preflight' };
    const caller = findCaller(headers.authorization);
    return caller ? { kind: 'caller', caller } : refuse(401, 'A valid bearer token is needed.');
  };

  return (arrival) => {
    const { headers } = arrival;
    const host = headers.host === undefined ? undefined : toHostname(`http://${headers.host}`);
    if (!isAllowed(host, hosts)) return refuse(403, 'This Host is not allowed.');
    const { origin } = headers;
    if (origin !== undefined && !isAllowed(toHostname(origin), origins)) {
      return refuse(403, 'This Origin is not allowed.');
    }
    return { ...findPlace(arrival), origin };
  };
}

const refuse = (status: number, reason: string): Admission => ({ kind: 'refused', status, reason });

const hash = (text: string) => createHash('sha256').update(text).digest();

const toHostname = (address: string) => (URL.canParse(address) ? new URL(address).hostname : undefined);

function isAllowed(name: string | undefined, others: readonly string[]): boolean {
  return name !== undefined && (isLoopback(name) || others.some((one) => one.toLowerCase() === name));
}
