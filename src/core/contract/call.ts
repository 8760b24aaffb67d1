import type { Receipt } from '../errors.js';
import type { Logger } from '../logger.js';
import type { LimiterOptions } from '../permits/permits.js';

/** What a provider is handed: the one way out, and nothing else of the world. */
export interface Toolbox<V> {
  readonly settings: V;
  /**
   * Sends one call: permit, build (which signs), send, release, read; with retry.
   * @throws what `call.read` throws, {@link ThrottledError}, {@link UpstreamError}, {@link CancelledError}
   */
  readonly send: <T>(call: Call<T>, options: CallOptions) => Promise<T>;
  /** A token shared by all processes of this machine, fetched once however many ask. */
  readonly createTokenSource: (spec: TokenSpec) => StoredTokenSource;
  /** Wall clock, milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Who waits for the call, and what is reported to them meanwhile. */
export interface CallOptions extends LimiterOptions {
  /** Keeps the upstream's own answer along with what is read from it. */
  readonly raw?: boolean;
  /** Called with every answer, also one that turns out to be a failure. */
  readonly onAnswer?: (heard: HeardAnswer) => void;
}

/** What is kept of an answer along with what is read from it. */
export interface HeardAnswer extends Receipt {
  /** The upstream's method name. */
  readonly call: string;
  /** The answer itself without secrets, where `raw` asks for it and it is JSON. */
  readonly raw?: unknown;
}

/** One kind of request to an upstream. */
export interface Call<T> {
  /** For logs: the upstream's method name. */
  readonly name: string;
  readonly token?: TokenSource;
  /** Paid for by the call: counted against a daily ceiling, retried only once after a timeout. */
  readonly paid?: boolean;
  /** What an answer says about the call itself; absent where no answer says anything. Never throws. */
  readonly readReceipt?: (answer: HttpAnswer) => Receipt;
  /** It carries something that works once: never repeated, whatever fails. */
  readonly once?: boolean;
  /** Token calls are not counted by the upstreams; everything else takes a permit. */
  readonly withoutPermit?: boolean;
  /** Runs with the permit in hand, so that the timestamp is fresh; serialises and signs exactly what is sent. */
  readonly build: (context: { readonly nowMs: number; readonly token: string }) => HttpRequest;
  /** Reads the answer or throws the error that the upstream's code stands for. */
  readonly read: (answer: HttpAnswer) => T;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The body as JSON, ids of any length kept as digits. @throws ResponseError when it is not JSON */
  readonly json: () => unknown;
}

export interface TokenGrant {
  readonly token: string;
  readonly lifeMs: number;
  /** What the next token is asked for with, where an upstream gives such a thing: a secret that works once. */
  readonly renewal?: string;
}

export interface TokenSpec {
  /** What the token belongs to: address, key and secret. Hashed; never stored or logged. */
  readonly key: readonly string[];
  /** Its renewal works once: never sent a second time, even if the first answer was lost. */
  readonly renewsOnce?: boolean;
  /** The first token, where it is known without asking anybody. */
  readonly initial?: TokenGrant;
  /** @param previous the expired grant, whichever process obtained it; absent the first time */
  readonly getToken: (options: CallOptions, previous?: TokenGrant) => Promise<TokenGrant>;
}

export interface TokenSource {
  readonly get: (options: CallOptions) => Promise<string>;
  /** Reports that the upstream refused this token as expired; the next `get` fetches a new one. */
  readonly expire: (token: string) => Promise<void>;
}

/** A token source whose tokens are kept in the state directory. */
export interface StoredTokenSource extends TokenSource {
  /** Stores a token that was granted elsewhere, replacing the present one. */
  readonly replace: (grant: TokenGrant) => Promise<void>;
}
