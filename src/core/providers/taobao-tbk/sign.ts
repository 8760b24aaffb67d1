import { formatHmacSignature, formatWrappedSignature, type SignedParams } from '../../signer.js';

export const SIGN_METHODS = ['md5', 'hmac', 'hmac-sha256'] as const;
export type SignMethod = (typeof SIGN_METHODS)[number];

/** Upper-case hex over everything but `sign`: MD5 with the secret around, or HMAC (MD5, SHA-256) with it as key. */
export function formatTopSignature(method: SignMethod, params: SignedParams, secret: string): string {
  if (method === 'md5') return formatWrappedSignature('md5', params, secret);
  return formatHmacSignature(params, secret, method === 'hmac' ? 'md5' : 'sha256');
}
