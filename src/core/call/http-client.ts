/** The HTTP client, as a module of ours so that it can be loaded late: bundlers name its parts only when imported. */
export { Agent, EnvHttpProxyAgent, request } from 'undici';
