import * as z from 'zod/mini';
import { type BijiaError, ResponseError } from '../../../errors.js';
import { anything, isEmptyValue } from '../../../product/lenient-schema.js';
import type { ErrorRow, HttpAnswer, HttpRequest } from '../../../provider.js';
import { createCodeError, readErrorResponse } from '../gateway-errors.js';
import { assertNothing, createShapeError } from '../shape.js';
import { formatGuideSignature, type GuideSignForm, type ParamJsonForm } from '../sign.js';

/** The gateway as the reference document writes it: POST of one flat JSON object, every parameter signed. */
export interface GuideGateway {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
  readonly signForm: GuideSignForm;
  readonly paramJson: ParamJsonForm;
}

export interface GuideRequest {
  readonly method: string;
  readonly token: string;
  readonly nowMs: number;
  /** Flat next to the system parameters; never empty values, which the gateway signs differently. */
  readonly params?: Readonly<Record<string, string | number>>;
  /** Sent as `param_json`. */
  readonly business?: Readonly<Record<string, unknown>>;
}

/**
 * Signs what is sent: compact JSON in the body, byte by byte what stands in the base. `sign_method` is sent where the
 * reference document's samples send it, with the product method and not with the shop's; with `hmac-sha256` chosen, which
 * no sample computes, it goes with both, so that a gateway that looks at it does not have to guess.
 */
export function buildGuideRequest(gateway: GuideGateway, request: GuideRequest): HttpRequest {
  const { business, params } = request;
  const namesDigest = business !== undefined || gateway.signForm === 'hmac-sha256';
  const signed = {
    method: request.method,
    app_key: gateway.appKey,
    access_token: request.token,
    timestamp: String(request.nowMs),
    format: 'json',
    v: '2.0',
    ...(namesDigest && { sign_method: 'hmac-sha256' }),
    ...params,
    ...(business && { param_json: JSON.stringify(business) }),
  };
  const sign = formatGuideSignature(gateway.signForm, signed, gateway.appSecret);
  const sent = gateway.paramJson === 'object' && business ? { ...signed, param_json: business } : signed;
  return {
    method: 'POST',
    url: gateway.url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...sent, sign }),
  };
}

const Envelope = z.looseObject({});
const Response = z.looseObject({ result: anything });

/**
 * The `result` of `<method>_responce`.
 * @param rows the codes of both dialects: a production gateway refuses in its own words what it cannot read
 * @throws the error that the gateway's code stands for; ResponseError for an unlisted code or an unknown shape
 */
export function readGuideResult(answer: HttpAnswer, method: string, rows: readonly ErrorRow[]): unknown {
  const envelope = Envelope.safeParse(answer.json());
  if (!envelope.success)
    throw new ResponseError('JD answered something that is not an object. Report it with the log.');
  const body: Record<string, unknown> = envelope.data;
  assertGuideSuccess(body, rows);
  const key = method.replaceAll('.', '_');
  // `responce` is how JD spells it; others may have corrected that.
  const response = Response.safeParse(body[`${key}_responce`] ?? body[`${key}_response`]);
  if (!response.success) throw createShapeError(body);
  assertGuideSuccess(response.data, rows);
  const { result, ...others } = response.data;
  if (isEmptyValue(result)) assertNothing(others);
  return result;
}

/** Codes by which production says that it found none of its parameters in the request. */
const UNREAD = new Set(['7', '11', '14', '15', '18', '20']);

/** @throws the error that the code in the answer stands for, unless it is 0 or absent, null and empty text included */
export function assertGuideSuccess(body: Readonly<Record<string, unknown>>, rows: readonly ErrorRow[]): void {
  const refusal = readErrorResponse(body);
  if (refusal && UNREAD.has(refusal.code)) throw createCodeError(rows, 'guide', { ...refusal, code: '15' });
  if (refusal) throw createCodeError(rows, 'jos', refusal);
  const { code } = body;
  if (isEmptyValue(code) || String(code) === '0') return;
  throw createGuideError(String(code), String(body['message'] ?? body['msg'] ?? ''), rows);
}

function createGuideError(code: string, text: string, rows: readonly ErrorRow[]): BijiaError {
  const isListed = rows.some((row) => row.dialect === 'guide' && row.code === code);
  // The reference document has no code for an expired token: an unlisted one that names the token is taken for that.
  if (isListed || !/access_?token/i.test(text)) return createCodeError(rows, 'guide', { code, text });
  return createCodeError(rows, 'guide', { code: '19', text: `${text} (code ${code})` });
}
