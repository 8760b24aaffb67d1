import { connect } from 'node:net';
import type { Check } from './check.js';

const AREA = 'machine';
const CONNECT_TIMEOUT_MS = 3000;

/** A variable that names a proxy. */
export interface ProxyVariable {
  readonly env: string;
  readonly value: string | undefined;
}

/** Whether something accepts connections where the environment says that a proxy is. */
export async function examineProxies(variables: readonly ProxyVariable[], area = AREA): Promise<Check[]> {
  const set = variables.flatMap(({ env, value }) => (value ? [{ env, value }] : []));
  return Promise.all(set.map(({ env, value }) => examineProxy(area, env, value)));
}

async function examineProxy(area: string, env: string, value: string): Promise<Check> {
  const name = `proxy of ${env}`;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url?.hostname) {
    const advice = `Set ${env} to an address such as http://127.0.0.1:7890, or unset it.`;
    return { area, name, status: 'problem', found: 'not a valid address', advice };
  }
  const port = Number(url.port) || DEFAULT_PORTS[url.protocol] || 80;
  // Without user and password, which may stand in the address.
  const place = `${url.hostname}:${port}`;
  const failure = await tryToConnect(url.hostname.replace(/^\[|\]$/g, ''), port);
  if (failure === undefined) return { area, name, status: 'ok', found: `${place} accepts connections` };
  return {
    area,
    name,
    status: 'problem',
    found: `${place} cannot be reached (${failure})`,
    advice: `Start the proxy, correct ${env} or unset it; hosts listed in NO_PROXY are reached without it.`,
  };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'socks5:': 1080 };

/** @returns why not, or undefined */
function tryToConnect(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const end = (failure?: string) => {
      socket.destroy();
      resolve(failure);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('no answer'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'failed'));
  });
}
