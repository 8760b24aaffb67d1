import { connect } from 'node:net';
import { say } from '../words/doctor.js';
import type { DoctorWords } from '../words/en-doctor.js';
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
  const name = say((words) => words.proxyOf(env));
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url?.hostname) {
    const found = say((words) => words.notAnAddress);
    return { area, name, status: 'problem', found, advice: say((words) => words.setProxy(env)) };
  }
  const port = Number(url.port) || DEFAULT_PORTS[url.protocol] || 80;
  // Without user and password, which may stand in the address.
  const place = `${url.hostname}:${port}`;
  const failure = await tryToConnect(url.hostname.replace(/^\[|\]$/g, ''), port);
  if (failure === undefined) return { area, name, status: 'ok', found: say(({ accepts }) => accepts(place)) };
  const found = say((words) => words.unreachable(place, failure(words)));
  return { area, name, status: 'problem', found, advice: say((words) => words.correctProxy(env)) };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'socks5:': 1080 };

type Why = (words: DoctorWords) => string;

/** @returns why not, or undefined */
function tryToConnect(host: string, port: number): Promise<Why | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const end = (failure?: Why) => {
      socket.destroy();
      resolve(failure);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end((words) => words.noAnswer));
    socket.once('error', (error: NodeJS.ErrnoException) => end(() => error.code ?? error.name));
  });
}
