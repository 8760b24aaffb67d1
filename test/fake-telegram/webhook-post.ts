import type { UpdateRecord } from './update-queue.js';

export interface Posting {
  /** Where the update really goes. */
  readonly target: string;
  readonly secretToken: string | undefined;
  readonly signal: AbortSignal;
}

export interface PostOutcome {
  /** HTTP status, or what went wrong on the way. */
  readonly status: number | string;
  /** For getWebhookInfo; absent when the update was taken. */
  readonly problem: string | undefined;
  readonly retryAfterMs?: number;
  /** Body of an answer with 2xx, when it is a JSON object: it may call a method. */
  readonly answer?: Readonly<Record<string, unknown>>;
}

const ANSWER_TIMEOUT_MS = 60_000;
const MAX_RETRY_AFTER_S = 3_600;

/** Posts one update to the bot. Never throws. */
export async function postUpdate(update: UpdateRecord, posting: Posting): Promise<PostOutcome> {
  const { target, secretToken, signal } = posting;
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secretToken !== undefined && { 'x-telegram-bot-api-secret-token': secretToken }),
      },
      body: JSON.stringify(update.json),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    return judge(response, await response.text());
  } catch {
    return failedPost('Connection closed');
  }
}

export function failedPost(problem: string): PostOutcome {
  return { status: problem, problem };
}

function judge(response: Response, body: string): PostOutcome {
  const { status, statusText } = response;
  if (response.ok) return { status, problem: undefined, answer: readObject(body) };
  const retryAfterS = Math.min(Number(response.headers.get('retry-after') ?? 0), MAX_RETRY_AFTER_S);
  return {
    status,
    problem: `Wrong response from the webhook: ${status} ${statusText}`,
    retryAfterMs: retryAfterS > 0 ? retryAfterS * 1000 : undefined,
  };
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? { ...value } : {};
  } catch {
    return {};
  }
}
