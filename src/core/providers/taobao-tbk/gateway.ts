import { formatTimestamp } from '../../clock.js';
import { type Receipt, ResponseError } from '../../errors.js';
import { isEmptyValue } from '../../product/lenient-schema.js';
import { cleanText } from '../../product/normalizer.js';
import type { Call, HttpAnswer, HttpRequest } from '../../provider.js';
import { createTopError, type TopRefusal } from './errors.js';
import type { TopMethod } from './methods.js';
import type { TbkValues } from './settings.js';
import { formatTopSignature } from './sign.js';

export type Business = Readonly<Record<string, string | number | undefined>>;
type JsonObject = Readonly<Record<string, unknown>>;

/** A call of the gateway: a form in, `<method>_response` out. */
export function createTopCall<T>(
  settings: TbkValues,
  method: TopMethod,
  { business, read }: { readonly business: Business; readonly read: (response: JsonObject) => T },
): Call<T> {
  return {
    name: method.name,
    build: ({ nowMs }) => buildTopRequest(settings, method, business, nowMs),
    readReceipt,
    read: (answer) => read(readTopResponse(answer, method)),
  };
}

function buildTopRequest(
  { appKey, appSecret, gatewayUrl, signMethod }: TbkValues,
  { name }: TopMethod,
  business: Business,
  nowMs: number,
): HttpRequest {
  const given = Object.entries(business).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [[key, String(value)] as const],
  );
  const params: Record<string, string> = {
    ...Object.fromEntries(given),
    method: name,
    app_key: appKey,
    timestamp: formatTimestamp(nowMs),
    v: '2.0',
    sign_method: signMethod,
    // XML is what it answers otherwise.
    format: 'json',
  };
  const sign = formatTopSignature(signMethod, params, appSecret);
  return {
    method: 'POST',
    url: gatewayUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: new URLSearchParams({ ...params, sign }).toString(),
  };
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What stands in the method's envelope.
 * @throws the error that a code stands for; ResponseError for an unlisted code or an unknown shape
 */
function readTopResponse(answer: HttpAnswer, method: TopMethod): JsonObject {
  const body = answer.json();
  const refusal = isObject(body) ? readRefusal(body) : undefined;
  if (refusal) throw createTopError(refusal, method);
  const key = `${method.name.replace(/^taobao\./, '').replaceAll('.', '_')}_response`;
  const response = isObject(body) ? body[key] : undefined;
  if (isObject(response)) return response;
  throw new ResponseError(
    'Taobao answered without the expected envelope. Its interface may have changed; report it with the log.',
    { detail: isObject(body) ? `keys ${Object.keys(body).slice(0, 8).join(', ')}` : typeof body },
  );
}

function readRefusal(body: JsonObject): TopRefusal | undefined {
  const error = body['error_response'];
  if (isEmptyValue(error)) return undefined;
  const { code, msg, sub_code, sub_msg } = isObject(error) ? error : {};
  return {
    code: cleanText(code, 40) ?? 'none',
    subCode: cleanText(sub_code, 80),
    text: [msg, sub_code, sub_msg].flatMap((said) => cleanText(said) ?? []).join(' / '),
  };
}

function readReceipt(answer: HttpAnswer): Receipt {
  try {
    const body = answer.json();
    const inner = isObject(body) ? Object.values(body).find(isObject) : undefined;
    const refusal = isObject(body) ? body['error_response'] : undefined;
    const said = isObject(refusal) ? (cleanText(refusal['sub_msg']) ?? cleanText(refusal['msg'])) : undefined;
    return { trace: cleanText(inner?.['request_id'], 64), said };
  } catch {
    return {};
  }
}
