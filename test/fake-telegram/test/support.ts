import { onTestFinished } from 'vitest';
import { createFakeBotApi, type FakeBotApi, type FakeBotApiOptions } from '../index.js';

export const TOKEN = '7000000001:AAtestTestTestTestTestTestTestTest';

/** A started server that is closed after the test. */
export async function startApi(options: Partial<FakeBotApiOptions> = {}): Promise<FakeBotApi> {
  const api = createFakeBotApi({ token: TOKEN, ...options });
  await api.start();
  onTestFinished(() => api.close());
  return api;
}

export interface ApiAnswer {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { readonly retry_after?: number };
}

/** Calls a method with a JSON body, as any client would. */
export async function call(
  api: FakeBotApi,
  method: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<ApiAnswer> {
  const response = await fetch(`${api.origin}/bot${TOKEN}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  });
  return (await response.json()) as ApiAnswer;
}

/** A clock that stands still until it is moved. */
export function createHandClock(startMs = 1_790_000_000_000) {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    forward: (byMs: number) => {
      nowMs += byMs;
    },
  };
}
