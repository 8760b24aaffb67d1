import { formatWrappedSignature, type SignedParams } from '../../signer.js';

/** Upper-case hex MD5 of secret + base + secret; the base holds all that is sent, sorted by name, raw. */
export function formatDdkSignature(params: SignedParams, clientSecret: string): string {
  return formatWrappedSignature('md5', params, clientSecret);
}
