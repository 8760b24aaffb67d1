import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../../core/index.js';
import { describeError } from '../bot-api/api-errors.js';
import type { BotParts } from '../bot-context.js';
import { isOfTelegram } from '../people/places.js';
import type { SendAlerts } from './alert-sender.js';

const EVERY_MS = 60_000;
/** After so long without any runner, what was missed comes as one message, and not as it is found. */
const AWAY_MS = 3_600_000;
/** While that lasts, what was found so far is told this often. */
const HELD_MS = 3_600_000;
/** Bounds a round, so that alerts do not wait for the end of a long list. */
const MAX_CALLS = 50;
/** What no worker of several machines has looked at for so long, the bot looks at itself. */
const LEFT_MS = 3 * 60_000;

export interface WatchRunnerOptions extends Pick<BotParts, 'core' | 'log' | 'now'> {
  readonly send: SendAlerts;
  /** Ends it: between two rounds at once, within one after the call under way. */
  readonly signal: AbortSignal;
  /** Resolves later, or when the signal fires. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Once a minute: looks at what is due, unless workers do, and sends what is to be told, unless the bot of another machine does.
 * Never throws; a round that fails is made up for.
 */
export async function runWatches({
  core: { watches, tasks },
  log,
  send,
  signal,
  now,
  wait = waitUnref,
}: WatchRunnerOptions): Promise<void> {
  const isHeld = createHold(now);
  let warned: string | undefined;
  const sweep = async () => {
    const swept = await watches.sweep({ maxCalls: MAX_CALLS, signal });
    const { fault } = swept;
    if (fault && fault.code !== warned) {
      log.warn(`price alerts cannot be checked by this process: ${fault.message}`, { detail: fault.detail });
      warned = fault.code;
    }
    return swept;
  };
  while (!signal.aborted) {
    try {
      if (await watches.takeTurn()) await runRound();
    } catch (error) {
      log.warn('price alerts could not be checked', { detail: describeError(error) });
      // What has to be installed or set does not come by waiting.
      if (error instanceof ConfigError) return;
    }
    await wait(EVERY_MS, signal);
  }

  async function runRound(): Promise<void> {
    const isWaiting = tasks ? await roundOfSeveral() : isHeld(await sweep());
    if (signal.aborted) return;
    if (!isWaiting) await watches.deliver(isOfTelegram, send, { signal });
    await watches.deliverToWebhooks({ signal });
  }

  /** Sweeps are tasks of the queue there. @returns whether alerts wait */
  async function roundOfSeveral(): Promise<boolean> {
    const left = await watches.listDueOrigins(LEFT_MS);
    if (left.length > 0) await sweep();
    return watches.isCatchingUp();
  }
}

type Swept = Pick<Awaited<ReturnType<BotParts['core']['watches']['sweep']>>, 'awayMs' | 'isBehind'>;

/** Whether alerts wait until what was missed has been made up for. */
function createHold(now: () => number): (swept: Swept) => boolean {
  let sinceMs: number | undefined;
  return ({ awayMs, isBehind }) => {
    if (awayMs > AWAY_MS) sinceMs ??= now();
    if (!isBehind) sinceMs = undefined;
    if (sinceMs === undefined) return false;
    if (now() - sinceMs < HELD_MS) return true;
    sinceMs = now();
    return false;
  };
}

async function waitUnref(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
