/** What became of one input. The same list everywhere: JSON results, journals, tables, chat. */
export const OUTCOMES = [
  'ok',
  'not_found',
  'invalid',
  'unsupported',
  'not_configured',
  'throttled',
  'upstream_error',
  'cancelled',
] as const;
/** One of {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** What a sentence about an error may name, such as the line of a file. Only what the message may hold, too. */
export type ErrorFacts = Readonly<Record<string, string | number | undefined>>;

/** What an error carries besides its sentence. */
export interface ErrorOptions {
  /** Stable machine-readable name; each class has a default. */
  readonly code?: string;
  /** For the operator's log only, such as the upstream's own code and text. Never shown to a caller. */
  readonly detail?: string;
  readonly cause?: unknown;
  readonly stopsBatch?: boolean;
  /** For sentences in other languages, which are chosen by the code. */
  readonly facts?: ErrorFacts;
  /** How long to wait at least, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** What stands in an answer besides its content. */
export interface Receipt {
  /** Whether the call was billed; absent where the upstream does not say. */
  readonly billed?: boolean;
  /** What the upstream's support asks for: its own id of the request. */
  readonly trace?: string;
  /** What the upstream itself says of a failure. For operators alone: never shown in chats or to assistants. */
  readonly said?: string;
}

/**
 * An error that says what its catcher does next. The class is the policy (who must act, may it be retried);
 * `message` is a sentence fit for anyone who asked; `detail` is for the operator's log.
 */
export abstract class BijiaError extends Error {
  abstract readonly outcome: Outcome;
  /** Whether the same request may succeed later without anybody changing anything. */
  abstract readonly retryable: boolean;
  /** Whether going on with a list would only repeat it: a batch stops at once, resumable. */
  readonly stopsBatch: boolean;
  readonly code: string;
  readonly detail: string | undefined;
  readonly facts: ErrorFacts | undefined;
  /** How long to wait at least before asking again, in milliseconds; absent when nobody says. */
  readonly retryAfterMs: number | undefined;
  /** What the answer that it was read from says about the call; set on its way out of that call. */
  receipt?: Receipt;

  constructor(message: string, defaultCode: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.stopsBatch = options.stopsBatch ?? false;
    this.code = options.code ?? defaultCode;
    this.detail = options.detail;
    this.facts = options.facts;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The operator must change the configuration; nothing was sent. */
export class ConfigError extends BijiaError {
  readonly outcome = 'not_configured';
  readonly retryable = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'not_configured', { stopsBatch: true, ...options });
  }
}

/** The caller must change the input. */
export class InputError extends BijiaError {
  readonly outcome = 'invalid';
  readonly retryable = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'invalid_input', options);
  }
}

/** The upstream says that there is no such product or shop; remembered for a while. */
export class NotFoundError extends BijiaError {
  readonly outcome = 'not_found';
  readonly retryable = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'not_found', options);
  }
}

/** Understood, but nothing here can answer it. */
export class UnsupportedError extends BijiaError {
  readonly outcome = 'unsupported';
  readonly retryable = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'unsupported', options);
  }
}

/** The upstream refuses the account: key, secret, permission or balance. A batch stops at once, resumable. */
export class CredentialError extends BijiaError {
  readonly outcome = 'not_configured';
  readonly retryable = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'credentials_refused', { stopsBatch: true, ...options });
  }
}

/** The access token has run out: renewed a few times, then a {@link CredentialError} in effect. */
export class TokenExpiredError extends CredentialError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { code: 'token_expired', ...options });
  }
}

/** The upstream says that its quota is used up. Waiting helps, and costs no retry. */
export class ThrottledError extends BijiaError {
  readonly outcome = 'throttled';
  readonly retryable = true;
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'throttled', options);
  }
}

/**
 * A bound of our own is reached: a number of calls, or a daily ceiling. Nothing was sent, so nothing is frozen or
 * retried. A batch begins nothing new, lets what has left come home, and can be resumed.
 */
export class BoundError extends BijiaError {
  readonly outcome = 'throttled';
  readonly retryable = true;
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'bound_reached', { stopsBatch: true, ...options });
  }
}

/**
 * What several machines share cannot be reached: without it nobody knows whether a call may leave, so none does. Calls
 * of people fail soon, batches wait for a while; nothing of it is journalled.
 */
export class StateError extends BijiaError {
  readonly outcome = 'throttled';
  readonly retryable = true;
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'state_unreachable', options);
  }
}

/** The upstream or the way to it failed for now: retried a bounded number of times, with jitter. */
export class UpstreamError extends BijiaError {
  readonly outcome = 'upstream_error';
  readonly retryable = true;
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'upstream_error', options);
  }
}

/** The upstream could not be connected to: nothing has left this machine. */
export class UnreachableError extends UpstreamError {}

/** The whole call took longer than allowed. Kept apart because a paid call is retried only once after it. */
export class UpstreamTimeoutError extends UpstreamError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { code: 'upstream_timeout', ...options });
  }
}

/** The upstream answered in a shape or with a code that is not known here. Loud, and never retried. */
export class ResponseError extends BijiaError {
  readonly outcome = 'upstream_error';
  readonly retryable = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'unexpected_response', options);
  }
}

/** The caller went away, or pressed cancel. */
export class CancelledError extends BijiaError {
  readonly outcome = 'cancelled';
  readonly retryable = true;
  constructor(message = 'Cancelled before an answer came; ask again to have it.', options?: ErrorOptions) {
    super(message, 'cancelled', options);
  }
}

/** Turns whatever was thrown into one of ours, so that no stack trace or foreign text reaches a caller. */
export function toBijiaError(thrown: unknown): BijiaError {
  if (thrown instanceof BijiaError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new CancelledError(undefined, { cause: thrown });
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new ResponseError(
    'bijia failed inside; this is a fault of the program. Please report it, with what BIJIA_LOG_LEVEL=debug shows.',
    {
      code: 'internal_error',
      detail,
      cause: thrown,
    },
  );
}
