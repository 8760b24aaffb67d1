// A module of its own: few are behind a proxy.
export { EnvHttpProxyAgent } from 'undici';
