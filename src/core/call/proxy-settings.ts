/** Ways out, as the environment names them: `HTTPS_PROXY` and the like. */
export interface ProxySettings {
  readonly httpsProxy?: string;
  readonly httpProxy?: string;
  readonly noProxy?: string;
}

/** Whether no proxy is in between, wherever a call goes. */
export const isDirect = ({ httpsProxy = '', httpProxy = '', noProxy = '' }: ProxySettings): boolean =>
  (httpsProxy === '' && httpProxy === '') || noProxy.trim() === '*';
