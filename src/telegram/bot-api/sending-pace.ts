import Bottleneck from 'bottleneck';
import type { ApiCallFn, RawApi, Transformer } from 'grammy';
import { refuseFor } from './chat-pause.js';

/**
 * What Telegram's FAQ for bots allows: in a chat one message a second, with short bursts above it; in a group no more
 * than 20 a minute; some 30 a second in all. Edits count like messages.
 */
const CEILINGS = {
  /** How short a burst may be is not published. */
  chat: { burst: 3, everyMs: 1000 },
  group: { calls: 20, windowMs: 60_000 },
  bot: { calls: 30, windowMs: 1000 },
} as const;

/** The share of a chat's calls that progress may use: cards and results come first. */
const LIVE_SHARE = 0.5;

export interface SendingPaceOptions {
  /** Resolves a while later; the process does not stay alive for it. */
  readonly wait: (ms: number) => Promise<void>;
}

/** How several machines divide what one bot may send in all. */
export interface SharedPace {
  readonly isSending: () => boolean;
  /** @param others machines that send something now */
  readonly shareWith: (others: number) => void;
}

/** Keeps ahead of Telegram's limits, so that being told to wait is the exception. */
export interface SendingPace extends SharedPace {
  /** Holds messages back until their chat may get another one. */
  readonly perChat: Transformer;
  /** Drops messages to a busy chat: for progress, which will be outdated by then. */
  readonly perChatOrDrop: Transformer;
  /** Holds messages back until the bot may send another one. Innermost: nothing may wait while it holds a place here. */
  readonly perBot: Transformer;
}

/**
 * Each call takes a place, and keeps it for a while after its answer. In a group and for the bot that is `windowMs`:
 * never more than `calls` reach Telegram in any window. The three places of a chat come back one by one, a second
 * apart: three cards go out at once, the fourth a second after the first was answered. bottleneck's own spacing
 * (`minTime`, `reservoir`) is not used: it reckons by the wall clock, and would hold everything back for an hour when
 * that is set back by one.
 */
export function createSendingPace({ wait }: SendingPaceOptions): SendingPace {
  const chats = createChatPaces(wait);
  const bot = new Bottleneck(toLimits(CEILINGS.bot.calls));
  const untilNextWindow = () => wait(CEILINGS.bot.windowMs);
  let share: number = CEILINGS.bot.calls;

  const perChat = (prev: ApiCallFn, ...call: Call) =>
    isCounted(call) ? chats.run(call, () => prev(...call)) : prev(...call);

  const perChatOrDrop = async (prev: ApiCallFn, ...call: Call) => {
    const busyMs = isCounted(call) ? chats.getBusyMs(call) : 0;
    return busyMs > 0 ? refuseFor(busyMs) : perChat(prev, ...call);
  };

  const perBot = (prev: ApiCallFn, ...call: Call) =>
    isCounted(call) ? hold(bot, call, () => prev(...call), untilNextWindow) : prev(...call);

  return {
    perChat: perChat as Transformer,
    perChatOrDrop: perChatOrDrop as Transformer,
    perBot: perBot as Transformer,
    isSending: () => !bot.empty() || bot.counts().EXECUTING > 0,
    shareWith: (others) => {
      const calls = Math.max(1, Math.floor(CEILINGS.bot.calls / (1 + others)));
      if (calls === share) return;
      share = calls;
      bot.updateSettings(toLimits(calls));
    },
  };
}

type Call = Parameters<ApiCallFn<RawApi>>;

/** The paces of all chats: each its own, and a group's minute besides. */
function createChatPaces(wait: SendingPaceOptions['wait']) {
  const { chat, group } = CEILINGS;
  const bursts = createGroup(chat.burst);
  const refills = createGroup(1);
  const minutes = createGroup(group.calls);

  return {
    run: <T>(call: Call, send: () => Promise<T>): Promise<T> => {
      const key = toKey(call);
      const refill = () => refills.key(key).schedule(() => wait(chat.everyMs));
      const untilNextMinute = () => wait(group.windowMs);
      const sendInMinute = () => hold(minutes.key(key), call, send, untilNextMinute);
      // The burst first: who comes a moment later sees at once how busy the chat is.
      return hold(bursts.key(key), call, isGroup(key) ? sendInMinute : send, refill);
    },
    /** For how long what will be outdated has to stay away: 0 for a chat that has room. */
    getBusyMs: (call: Call): number => {
      const key = toKey(call);
      if (isGroup(key) && countTaken(minutes.key(key)) >= group.calls * LIVE_SHARE)
        return group.windowMs / group.calls;
      return countTaken(bursts.key(key)) >= chat.burst * LIVE_SHARE ? chat.everyMs : 0;
    },
  };
}

function toKey([, payload]: Call): string {
  return String(payload && 'chat_id' in payload ? payload.chat_id : undefined);
}

function isGroup(key: string): boolean {
  return !(Number(key) > 0);
}

function countTaken(limiter: Bottleneck): number {
  const { RECEIVED, QUEUED, RUNNING, EXECUTING } = limiter.counts();
  return RECEIVED + QUEUED + RUNNING + EXECUTING;
}

/** Hands the answer on at once, and keeps the place for as long as `untilFree` takes from then on. */
function hold<T>(
  limiter: Bottleneck,
  [, , signal]: Call,
  send: () => Promise<T>,
  untilFree: () => Promise<void>,
): Promise<T> {
  const { promise, resolve, reject } = withResolvers<T>();
  const leave = () => reject(new Error('the process is about to end'));
  signal?.addEventListener('abort', leave);
  const work = async () => {
    if (signal?.aborted) return leave();
    await send().then(resolve, reject);
    await untilFree();
  };
  limiter.schedule(work).catch(reject);
  return promise.finally(() => signal?.removeEventListener('abort', leave));
}

/** Typing, answers to presses and everything that shows nothing are not limited like messages. */
function isCounted([method]: Call): boolean {
  return /^(?:send(?!ChatAction)|edit)/.test(method);
}

function toLimits(calls: number): Bottleneck.ConstructorOptions {
  return { maxConcurrent: calls, minTime: Number.NEGATIVE_INFINITY };
}

/** A limiter for each chat, forgotten when none of its places is taken. */
function createGroup(calls: number): Bottleneck.Group {
  // Its own clearing goes by the wall clock, and would forget places that are still taken.
  const group = new Bottleneck.Group({ ...toLimits(calls), timeout: 2 ** 31 - 1 });
  group.on('created', (limiter, key) => {
    // It says so a moment later, when a place may be taken again.
    limiter.on('idle', () => countTaken(limiter) === 0 && void group.deleteKey(key));
  });
  return group;
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
