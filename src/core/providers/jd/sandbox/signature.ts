import { createHash, createHmac } from 'node:crypto';

/**
 * Checks JD signatures with code of its own, so that a fault in the provider's signer cannot hide here.
 * Everything is computed over the raw values as received, without `sign` itself.
 */

function joinSorted(params: ReadonlyMap<string, string>): string {
  return [...params.keys()]
    .filter((name) => name !== 'sign')
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => name + params.get(name))
    .join('');
}

/** Both forms that the guide knows: secret wrapped around and SHA-256 (its code), or HMAC-SHA256 (its prose). */
export function isGuideSignature(params: ReadonlyMap<string, string>, secret: string): boolean {
  const base = joinSorted(params);
  const wrapped = createHash('sha256')
    .update(secret + base + secret, 'utf8')
    .digest('hex');
  const keyed = createHmac('sha256', secret).update(base, 'utf8').digest('hex');
  return [wrapped, keyed].some((sign) => sign.toUpperCase() === params.get('sign'));
}

/** What production speaks: secret wrapped around, and MD5. */
export function isJosSignature(params: ReadonlyMap<string, string>, secret: string): boolean {
  const wrapped = createHash('md5')
    .update(secret + joinSorted(params) + secret, 'utf8')
    .digest('hex');
  return wrapped.toUpperCase() === params.get('sign');
}
