import { formatTimestamp } from '../../../clock.js';
import { ResponseError } from '../../../errors.js';
import { parseJson } from '../../../product/json.js';
import { isEmptyValue } from '../../../product/lenient-schema.js';
import type { ErrorRow, HttpAnswer, HttpRequest } from '../../../provider.js';
import { createCodeError, readDescription, readErrorResponse } from '../gateway-errors.js';
import { createShapeError } from '../shape.js';
import { formatJosSignature } from '../sign.js';

/** The gateway as production SDKs speak to it: POST of a form, MD5 signature, times in GMT+8. */
export interface JosGateway {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
}

export interface JosRequest {
  readonly method: string;
  /** 1.0 for the Union's methods, 2.0 for a merchant's. */
  readonly version: '1.0' | '2.0';
  /** Empty for methods that need none. */
  readonly token: string;
  readonly nowMs: number;
  readonly business: JosValue;
}

/** Business parameters. A bigint is written with all its digits: ids may be longer than a number is exact. */
export type JosValue =
  | string
  | number
  | bigint
  | readonly JosValue[]
  | { readonly [name: string]: JosValue | undefined };

/** Signs what is sent, raw values before they are encoded. */
export function buildJosRequest(gateway: JosGateway, request: JosRequest): HttpRequest {
  const params = {
    method: request.method,
    app_key: gateway.appKey,
    // An empty value is signed differently, and refused.
    ...(request.token !== '' && { access_token: request.token }),
    timestamp: formatTimestamp(request.nowMs),
    format: 'json',
    v: request.version,
    sign_method: 'md5',
    '360buy_param_json': formatJosJson(request.business),
  };
  const sign = formatJosSignature(params, gateway.appSecret);
  return {
    method: 'POST',
    url: gateway.url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...params, sign }).toString(),
  };
}

/** Compact JSON text. */
export function formatJosJson(value: JosValue): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(formatJosJson).join(',')}]`;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${JSON.stringify(name)}:${formatJosJson(member)}`],
  );
  return `{${members.join(',')}}`;
}

function isList(value: object): value is readonly JosValue[] {
  return Array.isArray(value);
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * What stands in `<method>_responce` (or `_response`), its code being 0.
 * @throws the error that the gateway's code stands for; ResponseError for an unlisted code or an unknown shape
 */
export function readJosResponse(answer: HttpAnswer, rows: readonly ErrorRow[]): JsonObject {
  const body = toObject(answer.json());
  const refusal = body && readErrorResponse(body);
  if (refusal) throw createCodeError(rows, 'jos', refusal);
  const key = Object.keys(body ?? {}).find((name) => /(?<!^error)_respon[sc]e$/.test(name));
  const response = key === undefined ? undefined : toObject(body?.[key]);
  if (!response) throw createShapeError(body ?? {});
  const { code } = response;
  if (isEmptyValue(code) || String(code) === '0') return response;
  throw createCodeError(rows, 'jos', { code: String(code), text: readDescription(response) });
}

/** Rows that a method found. */
export interface RowPage<T> {
  readonly rows: readonly T[];
  /** As the upstream counts them; undefined where it does not say. */
  readonly total: number | undefined;
}

/**
 * The `…Result` of a response, which is JSON text or an object.
 * @throws ResponseError when there is none, or broken JSON
 */
export function readJosResult(response: JsonObject): JsonObject {
  const result = findResult(response);
  if (result) return result;
  throw new ResponseError(
    'JD answered with a result that cannot be read. If this keeps happening, report it with the log.',
    { detail: `keys ${Object.keys(response).slice(0, 8).join(', ')}` },
  );
}

/**
 * The objects of an answer that may carry a code and words, the innermost first: what stands in `…Result`, in
 * `…_responce` or `error_response`, and the answer itself.
 */
export function listLayers(json: unknown): readonly JsonObject[] {
  const body = toObject(json) ?? {};
  const responses = Object.entries(body).flatMap(([name, value]): JsonObject[] => {
    const response = /_respon[sc]e$/.test(name) ? toObject(value) : undefined;
    return response ? [response] : [];
  });
  const results = responses.flatMap((response): JsonObject[] => {
    const result = findResult(response);
    return result ? [result] : [];
  });
  return [...results, ...responses, body];
}

function findResult(response: JsonObject): JsonObject | undefined {
  const key = Object.keys(response).find((name) => /(R|r)esult$/.test(name));
  const value = key === undefined ? undefined : response[key];
  return toObject(typeof value === 'string' ? tryParse(value) : value);
}

function tryParse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // Cut off or garbled: the caller reports that there is no object.
    return undefined;
  }
}

function toObject(value: unknown): JsonObject | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : undefined;
}
