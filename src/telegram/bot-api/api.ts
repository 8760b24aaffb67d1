import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { autoRetry } from '@grammyjs/auto-retry';
import { Api, type ApiClientOptions, type Transformer } from 'grammy';
import type { Clock } from '../../core/index.js';
import { isUnsent } from './api-errors.js';
import { createChatPause, type PauseSignal } from './chat-pause.js';
import { createSendingPace, type SharedPace } from './sending-pace.js';

/** Longer than a long poll, and enough for a result file through a slow proxy. */
const TIMEOUT_S = 120;
const MAX_RETRIES = 4;
const LONGEST_PAUSE_MS = 60_000;
/** A timer may fire a millisecond early, and a message that is a millisecond early is refused. */
const TIMER_SLACK_MS = 5;

/** The same Bot API, with different patience. All keep one pace together; the last transformer of a list is the first to see a call. */
export interface Apis {
  /** For answers to people: waits as long as Telegram says, and tries a few times where Telegram itself failed. */
  readonly transformers: readonly Transformer[];
  /** For results, which must not arrive twice: every call is made once, and held back where Telegram says wait. */
  readonly results: Api;
  /** For what is outdated a moment later: dropped where Telegram says wait. */
  readonly live: Api;
  readonly sharedPace: SharedPace;
}

export interface ApiOptions extends Pick<Clock, 'monotonicNow'> {
  readonly token: string;
  readonly client: ApiClientOptions;
  /** Ends every call and every wait: the process is about to end. */
  readonly signal: AbortSignal;
}

export function createApis({ token, client, monotonicNow, signal }: ApiOptions): Apis {
  const pause = createChatPause({ monotonicNow, wait });
  const pace = createSendingPace({ wait: (ms) => sleep(ms + TIMER_SLACK_MS, undefined, { ref: false }) });
  // Every call under way listens; more than ten would be reported as a leak.
  setMaxListeners(0, signal);
  const ending = createEnding(signal);
  const results = new Api(token, client);
  results.config.use(pace.perBot, pause.drop, pace.perChat, ending);
  const live = new Api(token, client);
  live.config.use(pace.perBot, pause.drop, pace.perChatOrDrop, ending);
  const tryAgain = withoutPolling(createUnsentRetry(MAX_RETRIES));
  return {
    transformers: [
      ...[pace.perBot, pause.wait, pace.perChat],
      ...[tryAgain, withoutPolling(autoRetry(PATIENT)), ending],
    ],
    results,
    live,
    sharedPace: pace,
  };
}

// The attempt limit of the plugin does not bound network errors: those are never repeated by it.
const PATIENT = { rethrowHttpErrors: true, maxRetryAttempts: MAX_RETRIES };

export function createClientOptions(apiRoot: string, fetch: ApiClientOptions['fetch']): ApiClientOptions {
  return { apiRoot, timeoutSeconds: TIMEOUT_S, ...(fetch && { fetch }) };
}

/** The poll has a patience of its own. */
function withoutPolling(transformer: Transformer): Transformer {
  return (prev, method, payload, signal) =>
    method === 'getUpdates' ? prev(method, payload, signal) : transformer(prev, method, payload, signal);
}

/** Repeats what never reached Telegram, with longer and longer pauses. */
function createUnsentRetry(maxRetries: number): Transformer {
  return async (prev, method, payload, signal) => {
    for (let retries = 0; ; retries += 1) {
      try {
        return await prev(method, payload, signal);
      } catch (error) {
        if (retries >= maxRetries || !isUnsent(error) || signal?.aborted) throw error;
        await wait(Math.min(500 * 2 ** retries, LONGEST_PAUSE_MS), signal);
      }
    }
  };
}

/** Gives every call that has no signal of its own the one of the process. */
function createEnding(signal: AbortSignal): Transformer {
  return (prev, method, payload, own) => prev(method, payload, own ?? (signal as unknown as PauseSignal));
}

async function wait(ms: number, signal: PauseSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal ? { signal: signal as unknown as AbortSignal } : {});
}
