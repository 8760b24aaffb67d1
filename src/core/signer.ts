import { createHmac, hash } from 'node:crypto';

/** Parameters to sign: raw values, not percent-encoded. */
export type SignedParams = Readonly<Record<string, string | number>>;

/** Every parameter sorted by key (code units), `key + value` joined without separators. */
export function formatSigningBase(params: SignedParams): string {
  return Object.keys(params)
    .sort()
    .map((key) => key + params[key])
    .join('');
}

/** Lower-case hex digest of UTF-8 text. */
export function formatDigest(algorithm: 'sha256' | 'md5', text: string): string {
  return hash(algorithm, text);
}

/** Upper-case hex digest of `secret + base + secret`. */
export function formatWrappedSignature(
  algorithm: 'sha256' | 'md5',
  params: SignedParams,
  secret: string,
): string {
  return formatDigest(algorithm, secret + formatSigningBase(params) + secret).toUpperCase();
}

/** Upper-case hex HMAC over the base with the secret as key. */
export function formatHmacSignature(
  params: SignedParams,
  secret: string,
  algorithm: 'sha256' | 'md5' = 'sha256',
): string {
  return createHmac(algorithm, secret).update(formatSigningBase(params), 'utf8').digest('hex').toUpperCase();
}
