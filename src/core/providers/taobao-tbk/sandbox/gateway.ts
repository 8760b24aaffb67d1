import { createHash, createHmac } from 'node:crypto';
import type { SandboxAnswer, SandboxRequest, SandboxWorld } from '../../../simulation/upstream.js';

export type Params = ReadonlyMap<string, string>;

const CLOCK_TOLERANCE_MS = 10 * 60_000;

const MESSAGES: Readonly<Record<string, readonly [msg: string, subCode: string, subMsg: string]>> = {
  7: [
    'App Call Limited',
    'accesscontrol.limited-by-app-api-access-count',
    'This ban will last for 2 more seconds',
  ],
  11: ['Insufficient isv permissions', 'isv.permission-api-package-limit', 'scope ids is 381 11655'],
  25: ['Invalid signature', 'isv.invalid-signature', ''],
  29: ['Invalid app Key', 'isv.appkey-not-exists', ''],
};

const SUB_CODES: Readonly<Record<string, string>> = {
  'isp.*': 'isp.tbkapi-service-unavailable',
  'isv.*-parameter': 'isv.invalid-parameter:item_id',
};

/** @param code of the gateway, or `sub_code <code>` for what the service behind it says */
export function refuse(code: string): SandboxAnswer {
  const sub = /^sub_code (.+)$/.exec(code)?.[1];
  const [msg, sub_code, sub_msg] =
    sub === undefined
      ? (MESSAGES[code] ?? [`Error ${code}`, `isv.error-${code}`, ''])
      : ['Remote service error', SUB_CODES[sub] ?? sub, '错误'];
  const error_response = { code: sub === undefined ? Number(code) : 15, msg, sub_code, sub_msg };
  return { status: 200, body: { error_response: { ...error_response, request_id: 'sandbox' } } };
}

/** System parameters may stand in the query or in the form. */
export function readParams({ contentType, body, query }: SandboxRequest): Params {
  const isForm = contentType.startsWith('application/x-www-form-urlencoded');
  return new Map([...query, ...(isForm ? new URLSearchParams(body) : [])]);
}

/** With code of its own, not with the provider's signer. */
function isSigned(params: Params, secret: string): boolean {
  const names = [...params.keys()].filter((name) => name !== 'sign').sort((a, b) => (a < b ? -1 : 1));
  const base = names.map((name) => `${name}${params.get(name)}`).join('');
  const keyed = (algorithm: string) => createHmac(algorithm, secret).update(base, 'utf8').digest('hex');
  const signs: Readonly<Record<string, () => string>> = {
    md5: () => createHash('md5').update(`${secret}${base}${secret}`, 'utf8').digest('hex'),
    hmac: () => keyed('md5'),
    'hmac-sha256': () => keyed('sha256'),
  };
  return signs[params.get('sign_method') ?? '']?.().toUpperCase() === params.get('sign');
}

/** The code with which a call is refused before its method is looked at. */
export function findRefusal(params: Params, { secretOf, now }: SandboxWorld): string | undefined {
  const [, day, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(params.get('timestamp') ?? '') ?? [];
  const secret = secretOf(params.get('app_key') ?? '');
  if (!params.get('app_key')) return '28';
  if (secret === undefined) return '29';
  if (day === undefined) return '30';
  // So written that NaN is refused, too.
  if (!(Math.abs(now() - Date.parse(`${day}T${time}+08:00`)) <= CLOCK_TOLERANCE_MS)) return '31';
  if (params.get('v') !== '2.0') return '33';
  if (params.get('format') !== 'json') return '23';
  if (!params.get('sign')) return '24';
  return isSigned(params, secret) ? undefined : '25';
}
