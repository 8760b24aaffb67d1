import { z } from 'zod';
import { CredentialError, ResponseError, ThrottledError, TokenExpiredError } from '../../errors.js';
import type { ErrorRow, HttpAnswer, HttpRequest } from '../../provider.js';
import { formatGuideSignature, type GuideSignForm } from './sign.js';

/** The gateway as the reference document writes it: POST of one flat JSON object, every parameter signed. */
export interface GuideGateway {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
  readonly signForm: GuideSignForm;
}

export interface GuideRequest {
  readonly method: string;
  readonly token: string;
  readonly nowMs: number;
  /** Beside the system parameters; never empty values, which the gateway signs differently. */
  readonly params: Readonly<Record<string, string>>;
}

export function buildGuideRequest(gateway: GuideGateway, request: GuideRequest): HttpRequest {
  const params = {
    method: request.method,
    app_key: gateway.appKey,
    access_token: request.token,
    timestamp: String(request.nowMs),
    format: 'json',
    v: '2.0',
    ...request.params,
  };
  const sign = formatGuideSignature(gateway.signForm, params, gateway.appSecret);
  return {
    method: 'POST',
    url: gateway.url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...params, sign }),
  };
}

/** Business parameters as compact JSON text: what is signed is what is sent. `sign_method` goes with it. */
export function toParamJson(parameters: Readonly<Record<string, unknown>>): Record<string, string> {
  return { sign_method: 'hmac-sha256', param_json: JSON.stringify(parameters) };
}

const Envelope = z.looseObject({ code: z.unknown().optional(), message: z.unknown().optional() });

/**
 * Code table of the reference document. An expired token has no code there: 19, or a message that names
 * access_token, is an assumption that was never checked against the live service.
 */
export const GUIDE_ERROR_ROWS: readonly ErrorRow[] = [
  {
    code: '10001',
    meaning: '无效签名: invalid signature',
    create: (detail) =>
      new CredentialError(
        'JD refused the signature. Check the app key and the app secret, and that the sign form and dialect suit this application; repeating will not help.',
        { detail },
      ),
  },
  {
    code: '13',
    meaning: '频率超限: too frequent',
    create: (detail) =>
      new ThrottledError('JD says that the quota of this app key is used up. Wait and try again.', {
        detail,
      }),
  },
  {
    code: '19',
    meaning: 'access token expired (assumed)',
    create: (detail) => new TokenExpiredError('JD says that the access token has expired.', { detail }),
  },
  {
    code: '15',
    meaning: 'unknown method: this gateway does not know the method of the reference document',
    create: (detail) =>
      new CredentialError(
        'This JD gateway does not know the method that was asked for. Set the dialect to "jos", which production gateways speak, or run "bijia doctor".',
        { code: 'unknown_method', detail },
      ),
  },
];

/**
 * The `result` of `<method>_responce`.
 * @throws the error that the gateway's code stands for; ResponseError for an unlisted code or an unknown shape
 */
export function readGuideResult(answer: HttpAnswer, method: string): unknown {
  const envelope = Envelope.safeParse(answer.json());
  if (!envelope.success)
    throw new ResponseError('JD answered something that is not an object. Report it with the log.');
  const body: Record<string, unknown> = envelope.data;
  const wrapped = body[`${method.replaceAll('.', '_')}_responce`];
  assertSuccess(body);
  const response = z.looseObject({ result: z.unknown().optional() }).safeParse(wrapped);
  if (!response.success) {
    throw new ResponseError(
      'JD answered without the expected envelope. Its interface may have changed; report it.',
      {
        detail: `keys ${Object.keys(body).slice(0, 8).join(', ')}`,
      },
    );
  }
  assertSuccess(response.data);
  return response.data.result;
}

function assertSuccess(body: Readonly<Record<string, unknown>>): void {
  const { code } = body;
  if (code === undefined || code === null || String(code) === '0') return;
  const text = String(body['message'] ?? body['msg'] ?? '');
  throw createGuideError(String(code), text);
}

function createGuideError(code: string, text: string): Error {
  const detail = `code ${code}: ${text.slice(0, 200)}`;
  const row = GUIDE_ERROR_ROWS.find((known) => known.code === code);
  if (row) return row.create(detail);
  if (/access_?token/i.test(text))
    return new TokenExpiredError('JD says that the access token has expired.', { detail });
  return new ResponseError(
    `JD answered with the unknown code ${code.slice(0, 20)}. Report it with the log; repeating will not help.`,
    {
      detail,
    },
  );
}
