import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, type Bot, GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import { type Clock, type Logger, StateError } from '../../core/index.js';
import { describeError } from '../bot-api/api-errors.js';
import type { BotContext } from '../bot-context.js';
import type { Tasks } from '../tasks.js';
import { CONCURRENCY, createPatientPoll, POLL_S, toFinalError } from './polling.js';
import { ALLOWED_UPDATES, type UpdateSource } from './update-source.js';

const PAUSE_MS = 500;
/** A machine that has just lost its turn conflicts once or twice; this many within this time are somebody else's. */
const CONFLICTS = { most: 5, withinMs: 30_000 };

export interface SharedPollingOptions extends Pick<Clock, 'monotonicNow'> {
  readonly bot: Bot<BotContext>;
  readonly tasks: Pick<Tasks, 'size'>;
  readonly log: Logger;
  /** Before a turn begins: nobody may poll while a webhook is set. */
  readonly prepare: (signal: AbortSignal) => Promise<unknown>;
  /** Resolves when an update may be confirmed. @throws StateError where it is to be tried again */
  readonly take: (update: Update) => Promise<void>;
}

/** Long polling by the one of several machines that leads; updates are confirmed when they are kept. */
export interface SharedPolling extends UpdateSource {
  readonly setLeading: (leads: boolean) => void;
}

export function startSharedPolling(options: SharedPollingOptions): SharedPolling {
  const { transformer, isAlive } = createPatientPoll(options);
  options.bot.api.config.use(transformer);
  let turn: AbortController | undefined;
  let polling: Promise<void> = Promise.resolve();
  let isStopped = false;
  let fail: (error: unknown) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const setLeading = (leads: boolean) => {
    if (!leads) {
      turn?.abort();
      turn = undefined;
    } else if (!turn && !isStopped) {
      turn = new AbortController();
      polling = poll(options, turn.signal).catch((error: unknown) => fail(toFinalError(error)));
    }
  };
  return {
    setLeading,
    // One that does not lead has nothing to hear.
    isAlive: () => turn === undefined || isAlive(),
    ended,
    stop: async () => {
      isStopped = true;
      setLeading(false);
      await polling;
    },
  };
}

/** Polls until the signal fires. @throws what waiting does not fix */
async function poll(options: SharedPollingOptions, signal: AbortSignal): Promise<void> {
  const { tasks, log, prepare } = options;
  const isTooMuch = createConflictCount(options.monotonicNow);
  try {
    await prepare(signal);
    for (let offset = 0; !signal.aborted; ) {
      if (tasks.size() >= CONCURRENCY) await pause(signal);
      else {
        offset = await takeNext(options, offset, signal).catch(async (error: unknown) => {
          const isConflict = error instanceof GrammyError && error.error_code === 409;
          if (!isConflict || isTooMuch()) throw error;
          log.warn('another process polls with the same bot token');
          await pause(signal);
          return offset;
        });
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** @returns the offset that confirms what was kept */
async function takeNext(
  { bot, take, log }: SharedPollingOptions,
  offset: number,
  signal: AbortSignal,
): Promise<number> {
  const asked = { offset, timeout: POLL_S, allowed_updates: ALLOWED_UPDATES };
  const updates = await bot.api.getUpdates(asked, signal as Parameters<Api['getUpdates']>[1]);
  for (const update of updates) {
    for (let isKept = false; !isKept && !signal.aborted; ) {
      isKept = await take(update).then(
        () => true,
        async (error: unknown) => {
          if (!(error instanceof StateError)) throw error;
          log.warn('an update waits for the database', { detail: describeError(error) });
          await pause(signal);
          return false;
        },
      );
    }
  }
  return (updates.at(-1)?.update_id ?? offset - 1) + 1;
}

function createConflictCount(monotonicNow: () => number): () => boolean {
  let timesMs: number[] = [];
  return () => {
    const nowMs = monotonicNow();
    timesMs = [...timesMs.filter((at) => at > nowMs - CONFLICTS.withinMs), nowMs];
    return timesMs.length >= CONFLICTS.most;
  };
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
}
