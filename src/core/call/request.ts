import type { Clock } from '../clock.js';
import type { Receipt } from '../errors.js';
import {
  BijiaError,
  CancelledError,
  NotFoundError,
  ResponseError,
  StateError,
  ThrottledError,
  TokenExpiredError,
  UnreachableError,
} from '../errors.js';
import { hideSecretFields, type Logger, type Redactor } from '../logger.js';
import { cleanText } from '../product/normalizer.js';
import type { Call, CallOptions } from '../provider.js';
import type { PaidCalls } from '../state/paid-calls.js';
import type { Limiter } from './limiter.js';
import { findRetryDelayMs } from './retry.js';
import { createScout } from './scout.js';
import { scrubAnswer } from './scrub-answer.js';
import { type HeldCall, sitOutOutage } from './state-outage.js';
import { createStatusError, type UpstreamEnvs } from './status-error.js';
import type { Transport, TransportAnswer } from './transport.js';

export interface SendOptions extends Pick<Clock, 'now' | 'monotonicNow' | 'wait'> {
  readonly transport: Transport;
  readonly limiter: Limiter;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly random: () => number;
  /** Counts the calls that cost money. */
  readonly paidCalls?: PaidCalls;
  readonly envs: UpstreamEnvs;
  /** Receives every answer before it is read: what its headers say is true of the upstream. */
  readonly observe: (answer: TransportAnswer) => void;
}

export type Send = <T>(call: Call<T>, options: CallOptions) => Promise<T>;

/**
 * The one way out of every provider: token, permit, build and sign, send, release at the answer, read; and the
 * only place that retries. A refused token is renewed once. A throttled batch call waits without spending a retry, and
 * so does a call whose token or permit the shared state does not give. Failures of the upstream are repeated as
 * `retry.ts` allows, each with a new permit.
 */
export function createSend(parts: SendOptions): Send {
  const scout = createScout();
  return (call, options) => {
    const send = () => sendUntilAnswered(parts, call, options);
    return options.lane === 'batch' && !call.withoutPermit ? scout.run(options.signal, send) : send();
  };
}

async function sendUntilAnswered<T>(parts: SendOptions, call: Call<T>, options: CallOptions): Promise<T> {
  const tries: Tries = { retries: 0, renewals: 0, held: { beganMs: 0 } };
  for (;;) {
    tries.held.beganMs = parts.monotonicNow();
    const token = await getToken(parts, { call, tries, options });
    try {
      return await sendOnce(parts, call, token, options);
    } catch (error) {
      await recover(parts, { call, token, tries, options }, error);
    }
  }
}

/** What fails here has had its own retries. */
async function getToken<T>(
  parts: SendOptions,
  { call, tries, options }: Omit<Attempt<T>, 'token'>,
): Promise<string> {
  for (;;) {
    try {
      return (await call.token?.get(options)) ?? '';
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      await sitOutOutage(tries.held, error, options, parts);
    }
  }
}

interface Attempt<T> {
  readonly call: Call<T>;
  readonly token: string;
  readonly tries: Tries;
  readonly options: CallOptions;
}

/** Returns when the call should be tried again, else throws. */
async function recover<T>(parts: SendOptions, attempt: Attempt<T>, error: unknown): Promise<void> {
  const { call, token, tries, options } = attempt;
  if (error instanceof StateError) return sitOutOutage(tries.held, error, options, parts);
  delete tries.held.outage;
  if (error instanceof TokenExpiredError && call.token && tries.renewals < MAX_RENEWALS) {
    tries.renewals += 1;
    await call.token.expire(token);
  } else if (!waitsForQuota(error, call, options)) {
    await waitForRetry(parts, attempt, error);
  }
}

interface Tries {
  retries: number;
  renewals: number;
  readonly held: HeldCall;
}

/** An upstream may end a token early. One that is refused as soon as it was granted will not be accepted later. */
const MAX_RENEWALS = 1;

/** A batch comes again at once: its permit waits until the freeze is over. */
function waitsForQuota<T>(error: unknown, call: Call<T>, { lane }: CallOptions): boolean {
  return error instanceof ThrottledError && !error.stopsBatch && lane === 'batch' && !call.withoutPermit;
}

async function waitForRetry<T>(parts: SendOptions, attempt: Attempt<T>, error: unknown): Promise<void> {
  const { call, tries, options } = attempt;
  const delayMs = call.once ? undefined : findRetryDelayMs(error, tries.retries, parts.random());
  const detail = error instanceof BijiaError ? (error.detail ?? error.code) : String(error);
  parts.log[delayMs === undefined ? 'info' : 'debug'](`${call.name} failed`, {
    detail,
    retries: tries.retries,
    retryInMs: delayMs,
  });
  if (delayMs === undefined) throw error;
  tries.retries += 1;
  await parts.wait(delayMs, options.signal);
  if (options.signal?.aborted) throw new CancelledError();
}

async function sendOnce<T>(
  parts: SendOptions,
  call: Call<T>,
  token: string,
  options: CallOptions,
): Promise<T> {
  if (options.signal?.aborted) throw new CancelledError();
  if (call.withoutPermit) return exchange(parts, call, token, options);
  const paidCalls = call.paid ? parts.paidCalls : undefined;
  await paidCalls?.assertRoom();
  return parts.limiter.run(options, async () => {
    const day = await paidCalls?.countSent();
    try {
      return await exchange(parts, call, token, options, day);
    } catch (error) {
      // Nothing has left. What cannot be taken back stays counted.
      if (day !== undefined && error instanceof UnreachableError)
        await paidCalls?.giveBack(day).catch(() => undefined);
      throw error;
    }
  });
}

async function exchange<T>(
  parts: SendOptions,
  call: Call<T>,
  token: string,
  options: CallOptions,
  paidDay?: string,
): Promise<T> {
  const request = call.build({ nowMs: parts.now(), token });
  const sent = await parts.transport.send(request, options.signal);
  const answer = scrubAnswer(sent, request, parts.redactor, call.withoutPermit === true);
  const receipt = readReceipt(call, answer);
  await noteAnswer(parts, call, answer, receipt, paidDay);
  // A call for a token is nobody's answer, and all of it is secret.
  if (!call.withoutPermit) {
    const raw = options.raw ? readRaw(answer) : undefined;
    options.onAnswer?.({ ...receipt, call: call.name, raw });
  }
  try {
    return readAnswer(parts, call, answer);
  } catch (error) {
    if (error instanceof BijiaError) error.receipt = receipt;
    throw error;
  }
}

const LONGEST_SAYING = 200;

/** With the upstream's own words cleaned and cut, since strangers and mistakes may write them. */
function readReceipt<T>(call: Call<T>, answer: TransportAnswer): Receipt | undefined {
  const receipt = call.readReceipt?.(answer);
  return receipt?.said === undefined
    ? receipt
    : { ...receipt, said: cleanText(receipt.said, LONGEST_SAYING) };
}

/** Undefined where the answer is not JSON: then it holds no product either. */
function readRaw(answer: TransportAnswer): unknown {
  try {
    return hideSecretFields(answer.json());
  } catch {
    return undefined;
  }
}

/** Takes down the side facts of an answer: sandbox mark, upstream clock, billing, the upstream's own id of the call. */
async function noteAnswer<T>(
  { observe, log, paidCalls }: SendOptions,
  call: Call<T>,
  answer: TransportAnswer,
  { billed, trace }: Receipt = {},
  paidDay?: string,
): Promise<void> {
  observe(answer);
  log.debug(`${call.name} answered`, { status: answer.status, billed, trace });
  const isFree = billed === false && paidDay !== undefined;
  const counted = isFree ? paidCalls?.giveBack(paidDay) : billed ? paidCalls?.countBilled() : undefined;
  // What is paid for is not thrown away because it cannot be counted.
  await counted?.catch((error: unknown) => {
    log.warn('a call was not counted as its answer says', { detail: String(error), billed });
  });
}

/** An upstream's own code says more than the HTTP status, which proxies and gateways also set. */
function readAnswer<T>({ envs }: SendOptions, call: Call<T>, answer: TransportAnswer): T {
  if (answer.status >= 200 && answer.status < 300) return call.read(answer);
  try {
    call.read(answer);
  } catch (error) {
    if (error instanceof BijiaError && !isDoubtful(error, answer.status)) throw error;
  }
  throw createStatusError(answer.status, envs);
}

/** An answer that cannot be read says less than the status; so does "nothing found" from an upstream that failed. */
function isDoubtful(error: BijiaError, status: number): boolean {
  return error instanceof ResponseError || (error instanceof NotFoundError && status >= 500);
}
