import Bottleneck from 'bottleneck';
import type { ApiCallFn, RawApi, Transformer } from 'grammy';
import { refuseFor } from './chat-pause.js';

/**
 * What Telegram's FAQ for bots allows: about one message a second in a chat, with short bursts above it; 20 a minute in
 * a group; some 30 a second in all. Edits count like messages.
 */
const CEILINGS = {
  private: { calls: 20, windowMs: 20_000 },
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
 * Each call takes one of its chat's places and keeps it until `windowMs` after its answer: never more than `calls`
 * reach Telegram in any window. Twenty cards to a group go out at once; the 21st leaves a minute after the answer to
 * the first. bottleneck's own spacing (`minTime`, `reservoir`) is not used: it reckons by the wall clock, and would hold
 * everything back for an hour when that is set back by one.
 */
export function createSendingPace({ wait }: SendingPaceOptions): SendingPace {
  const privates = createGroup(CEILINGS.private);
  const groups = createGroup(CEILINGS.group);
  const bot = new Bottleneck(toLimits(CEILINGS.bot));
  let share: number = CEILINGS.bot.calls;

  const getPlace = ([, payload]: Call) => {
    const chatId = payload && 'chat_id' in payload ? payload.chat_id : undefined;
    const isPrivate = Number(chatId) > 0;
    const ceiling = isPrivate ? CEILINGS.private : CEILINGS.group;
    return { ceiling, limiter: (isPrivate ? privates : groups).key(String(chatId)) };
  };

  const run = createRun(wait);

  const perChat = (prev: ApiCallFn, ...call: Call) => {
    if (!isCounted(call)) return prev(...call);
    const { limiter, ceiling } = getPlace(call);
    return run(limiter, ceiling.windowMs, call, () => prev(...call));
  };

  const perChatOrDrop = async (prev: ApiCallFn, ...call: Call) => {
    if (!isCounted(call)) return prev(...call);
    const { limiter, ceiling } = getPlace(call);
    const { RECEIVED, QUEUED, RUNNING, EXECUTING } = limiter.counts();
    const isBusy = RECEIVED + QUEUED + RUNNING + EXECUTING >= ceiling.calls * LIVE_SHARE;
    return isBusy ? refuseFor(ceiling.windowMs / ceiling.calls) : perChat(prev, ...call);
  };

  const perBot = (prev: ApiCallFn, ...call: Call) =>
    isCounted(call) ? run(bot, CEILINGS.bot.windowMs, call, () => prev(...call)) : prev(...call);

  return {
    perChat: perChat as Transformer,
    perChatOrDrop: perChatOrDrop as Transformer,
    perBot: perBot as Transformer,
    isSending: () => !bot.empty() || bot.counts().EXECUTING > 0,
    shareWith: (others) => {
      const calls = Math.max(1, Math.floor(CEILINGS.bot.calls / (1 + others)));
      if (calls === share) return;
      share = calls;
      bot.updateSettings(toLimits({ calls }));
    },
  };
}

type Call = Parameters<ApiCallFn<RawApi>>;

/** Hands the answer on at once, and gives the place back when the window is over. */
function createRun(wait: SendingPaceOptions['wait']) {
  return async <T>(limiter: Bottleneck, windowMs: number, [, , signal]: Call, send: () => Promise<T>) => {
    const { promise, resolve, reject } = withResolvers<T>();
    const leave = () => reject(new Error('the process is about to end'));
    signal?.addEventListener('abort', leave);
    const work = async () => {
      if (signal?.aborted) return leave();
      await send().then(resolve, reject);
      await wait(windowMs);
    };
    limiter.schedule(work).catch(reject);
    return promise.finally(() => signal?.removeEventListener('abort', leave));
  };
}

/** Typing, answers to presses and everything that shows nothing are not limited like messages. */
function isCounted([method]: Call): boolean {
  return /^(?:send(?!ChatAction)|edit)/.test(method);
}

function toLimits({ calls }: { readonly calls: number }): Bottleneck.ConstructorOptions {
  return { maxConcurrent: calls, minTime: Number.NEGATIVE_INFINITY };
}

/** A limiter for each chat, forgotten when none of its places is taken. */
function createGroup(ceiling: { readonly calls: number }): Bottleneck.Group {
  // Its own clearing goes by the wall clock, and would forget places that are still taken.
  const group = new Bottleneck.Group({ ...toLimits(ceiling), timeout: 2 ** 31 - 1 });
  group.on('created', (limiter, key) => limiter.on('idle', () => void group.deleteKey(key)));
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
