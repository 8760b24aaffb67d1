import type { ResponseParameters } from 'grammy/types';

/** An answer with `ok: false`. The words are those of the Bot API server and TDLib, read in their sources. */
export class Refusal extends Error {
  readonly code: number;
  readonly parameters: ResponseParameters | undefined;

  constructor(code: number, description: string, parameters?: ResponseParameters) {
    super(description);
    this.name = new.target.name;
    this.code = code;
    this.parameters = parameters;
  }
}

/**
 * Refused here although the real server ignores it or lets it pass: an unknown parameter, a wrong type, something
 * this server does not model. The words start with `fake:` so that nobody takes them for Telegram's.
 */
export class Violation extends Refusal {
  constructor(words: string) {
    super(400, `Bad Request: fake: ${words}`);
  }
}

export const badRequest = (words: string): Refusal => new Refusal(400, `Bad Request: ${words}`);

/** The chat has another id now. */
export const migrated = (toChatId: number): Refusal =>
  new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
    migrate_to_chat_id: toChatId,
  });

export const forbidden = (words: string): Refusal => new Refusal(403, `Forbidden: ${words}`);

export const conflict = (words: string): Refusal => new Refusal(409, `Conflict: ${words}`);

export const tooManyRequests = (retryAfterS: number): Refusal =>
  new Refusal(429, `Too Many Requests: retry after ${retryAfterS}`, { retry_after: retryAfterS });
