// A module of its own so that it can be loaded late: what is answered offline does without.
import { Agent, type Dispatcher } from 'undici';
import { isDirect, type ProxySettings } from './proxy-settings.js';

export { Agent, request } from 'undici';

/** The sandbox, and servers of one's own, are never behind a proxy. */
const LOOPBACK = '127.0.0.1,localhost,::1';

/** Connections through the proxies that are set, else straight. */
export async function createDispatcher(proxy: ProxySettings, options: Agent.Options): Promise<Dispatcher> {
  if (isDirect(proxy)) return new Agent(options);
  const { httpsProxy = '', httpProxy = '', noProxy = '' } = proxy;
  const excluded = [noProxy, LOOPBACK].filter(Boolean).join(',');
  const { EnvHttpProxyAgent } = await import('./proxy-agent.js');
  return new EnvHttpProxyAgent({ ...options, httpsProxy, httpProxy, noProxy: excluded });
}
