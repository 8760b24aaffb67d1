import { type Redactor, redactDeep } from '../logger.js';
import type { HttpRequest } from '../provider.js';
import type { TransportAnswer } from './transport.js';

const SECRET_NAME = /^(?:sign(?:ature)?|sig|authorization|password|.*token|.*secret)$/i;
/** Ordinary characters written as escapes, which would hide a secret in the text of the answer. */
const ESCAPED_ASCII = /\\u00[2-7]/i;

/**
 * The answer without the secrets of its request, whatever form the upstream sends them back in. This is where its text
 * enters, before anything of it is cut, worded or kept: half a signature could no longer be recognised.
 * @param isTokenCall a token is what such a call is made for: it stays where it is handed over
 */
export function scrubAnswer(
  answer: TransportAnswer,
  request: HttpRequest,
  { redact }: Redactor,
  isTokenCall: boolean,
): TransportAnswer {
  const own = listSecretValues(request);
  const text = redact(answer.text, own);
  if (text === answer.text && !ESCAPED_ASCII.test(text)) return answer;
  const redactField = (value: string, name: string) =>
    isTokenCall && SECRET_NAME.test(name) ? value : redact(value, own);
  return { ...answer, text, json: () => redactDeep(answer.json(), redactField) };
}

/** The signature and all else that stands under a secret name in the address, the headers or the body. */
function listSecretValues({ url, headers = {}, body = '' }: HttpRequest): string[] {
  const fields = [
    ...(url.includes('?') ? new URL(url).searchParams : []),
    ...Object.entries(headers),
    ...new URLSearchParams(body),
    ...Object.entries(parseFields(body)),
  ];
  return fields.flatMap(([name, value]) =>
    SECRET_NAME.test(name) && typeof value === 'string' ? [value] : [],
  );
}

function parseFields(body: string): Record<string, unknown> {
  if (!body.startsWith('{')) return {};
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {};
  }
}
