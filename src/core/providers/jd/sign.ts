import { formatHmacSignature, formatWrappedSignature, type SignedParams } from '../../signer.js';

/** `sha256-wrap` is what the reference document's code does, `hmac-sha256` what its prose says. */
export const GUIDE_SIGN_FORMS = ['sha256-wrap', 'hmac-sha256'] as const;
export type GuideSignForm = (typeof GUIDE_SIGN_FORMS)[number];

/** The reference document's template sends `param_json` as JSON text, its first sample as an object. */
export const PARAM_JSON_FORMS = ['text', 'object'] as const;
export type ParamJsonForm = (typeof PARAM_JSON_FORMS)[number];

/** The signature in the form that is configured, since the reference document names two. */
export function formatGuideSignature(form: GuideSignForm, params: SignedParams, secret: string): string {
  return form === 'hmac-sha256'
    ? formatHmacSignature(params, secret)
    : formatWrappedSignature('sha256', params, secret);
}

/** The signature of production SDKs: MD5 over the wrapped base. */
export function formatJosSignature(params: SignedParams, secret: string): string {
  return formatWrappedSignature('md5', params, secret);
}
