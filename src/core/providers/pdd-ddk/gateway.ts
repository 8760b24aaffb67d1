import * as z from 'zod/mini';
import { type Receipt, ResponseError } from '../../errors.js';
import { field, isEmptyValue, text } from '../../product/lenient-schema.js';
import { cleanText } from '../../product/normalizer.js';
import type { Call, HttpAnswer } from '../../provider.js';
import { createDdkError } from './errors.js';
import type { DdkValues } from './settings.js';
import { formatDdkSignature } from './sign.js';

/** Lists and objects are sent as JSON text, and signed as they are sent. */
export type DdkValue = string | number | boolean | readonly unknown[] | object;
export type DdkParams = Readonly<Record<string, DdkValue | undefined>>;

export type Gateway = Pick<DdkValues, 'clientId' | 'clientSecret' | 'gatewayUrl'>;

export interface DdkMethod {
  readonly name: string;
  /** The key in the answer, which does not follow from the name. */
  readonly answerKey: string;
}

/** A flat form: the gateway's parameters next to the method's. */
export function createDdkCall<T>(
  gateway: Gateway,
  { name, answerKey }: DdkMethod,
  business: DdkParams,
  read: (answer: unknown) => T,
): Call<T> {
  return {
    name,
    readReceipt,
    build: ({ nowMs }) => ({
      method: 'POST',
      url: gateway.gatewayUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: formatForm(signParams(gateway, { ...business, type: name }, nowMs)),
    }),
    read: (answer) => read(unwrap(answer, name, answerKey)),
  };
}

/** All that is sent, with the signature over it. */
export function signParams(
  { clientId, clientSecret }: Gateway,
  params: DdkParams,
  nowMs: number,
): Readonly<Record<string, string>> {
  const sent = toTexts({
    ...params,
    client_id: clientId,
    data_type: 'JSON',
    timestamp: Math.floor(nowMs / 1000),
  });
  return { ...sent, sign: formatDdkSignature(sent, clientSecret) };
}

/** What is empty is not sent. */
function toTexts(params: DdkParams): Record<string, string> {
  const texts = Object.entries(params).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value === '') return [];
    return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
  });
  return Object.fromEntries(texts);
}

/** One program found that the gateway requires a space as %20. */
const formatForm = (params: Readonly<Record<string, string>>) =>
  new URLSearchParams(params).toString().replaceAll('+', '%20');

const ErrorResponse = z.looseObject({
  error_code: text(20),
  error_msg: field((value) => cleanText(value) ?? ''),
  sub_code: text(20),
  sub_msg: field((value) => cleanText(value) ?? ''),
});

const Envelope = z.record(z.string(), z.unknown());

/** Errors come with HTTP status 200. @throws the error that the code stands for */
function unwrap(answer: HttpAnswer, name: string, answerKey: string): unknown {
  const envelope = Envelope.safeParse(answer.json());
  const { error_response: refusal, [answerKey]: content } = envelope.data ?? {};
  const error = ErrorResponse.safeParse(refusal);
  if (error.success) throw createDdkError(error.data);
  if (!isEmptyValue(content)) return content;
  throw new ResponseError(
    'Pinduoduo answered without the part that this method promises. Report it with the log.',
    {
      detail: `${name}: ${Object.keys(envelope.data ?? {})
        .join(', ')
        .slice(0, 200)}`,
    },
  );
}

function readReceipt(answer: HttpAnswer): Receipt {
  try {
    const envelope = Envelope.parse(answer.json());
    const [content] = Object.values(envelope);
    const { error_msg, sub_msg } = ErrorResponse.safeParse(envelope['error_response']).data ?? {};
    return {
      trace: cleanText(Envelope.parse(content)['request_id'], 64),
      said: sub_msg || error_msg || undefined,
    };
  } catch {
    return {};
  }
}
