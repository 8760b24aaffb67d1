import { formatDigest } from '../../signer.js';

export const SIGN_FORMS = ['sign', 'sign-ran'] as const;
export type SignForm = (typeof SIGN_FORMS)[number];

type Params = Readonly<Record<string, string>>;

/** Upper-case MD5 of `k=v&…`, raw and sorted, with `&key=SECRET` behind. */
export function formatSortedSignature(params: Params, secret: string): string {
  const pairs = Object.keys(params)
    .sort()
    .map((name) => `${name}=${params[name]}`);
  return formatDigest('md5', `${pairs.join('&')}&key=${secret}`).toUpperCase();
}

/** Upper-case MD5 over key, time in milliseconds and nonce; the parameters are not covered. */
export function formatNonceSignature(appKey: string, timer: string, nonce: string, secret: string): string {
  return formatDigest('md5', `appKey=${appKey}&timer=${timer}&nonce=${nonce}&key=${secret}`).toUpperCase();
}

/** What signs a call: a signature over all that is sent, or one over key, time and nonce. */
export function signParams(form: SignForm, params: Params, secret: string, nowMs: number): Params {
  if (form === 'sign') return { ...params, sign: formatSortedSignature(params, secret) };
  const timer = String(nowMs);
  // Six digits; the time next to them is what tells two calls apart.
  const nonce = timer.slice(-6);
  const signRan = formatNonceSignature(params['appKey'] ?? '', timer, nonce, secret);
  return { ...params, timer, nonce, signRan };
}
