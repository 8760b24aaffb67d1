// A module of its own so that it can be loaded late: what is answered offline does without.
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

export { Agent, request } from 'undici';

/** The sandbox, and servers of one's own, are never behind a proxy. */
const LOOPBACK = '127.0.0.1,localhost,::1';

/** Ways out, as the environment names them: `HTTPS_PROXY` and the like. */
export interface ProxySettings {
  readonly httpsProxy?: string;
  readonly httpProxy?: string;
  readonly noProxy?: string;
}

/** Connections through the proxies that are set, else straight. */
export function createDispatcher(
  { httpsProxy = '', httpProxy = '', noProxy = '' }: ProxySettings,
  options: Agent.Options,
): Dispatcher {
  if ((httpsProxy === '' && httpProxy === '') || noProxy.trim() === '*') return new Agent(options);
  const excluded = [noProxy, LOOPBACK].filter(Boolean).join(',');
  return new EnvHttpProxyAgent({ ...options, httpsProxy, httpProxy, noProxy: excluded });
}
