import type { ApiCallFn, RawApi, Transformer } from 'grammy';
import type { Clock } from '../../core/index.js';

/** A little longer than asked for: what arrives a moment early counts again. */
const SLACK_MS = 100;

/** grammY brings signals of its own make. */
export type PauseSignal = NonNullable<Parameters<ApiCallFn<RawApi>>[2]>;

export interface ChatPauseOptions extends Pick<Clock, 'monotonicNow'> {
  /** @throws when the signal fires first */
  readonly wait: (ms: number, signal: PauseSignal | undefined) => Promise<void>;
}

/** Remembers for each chat until when Telegram wants no more. */
export interface ChatPause {
  /** Holds calls back until the chat is open again. */
  readonly wait: Transformer;
  /** Drops calls to a closed chat: for what will be outdated by then, such as progress and typing. */
  readonly drop: Transformer;
}

/**
 * After a 429 nothing more goes to that chat until `retry_after` is over: every early call
 * would only make the wait longer.
 */
export function createChatPause({ monotonicNow, wait }: ChatPauseOptions): ChatPause {
  const openAt = new Map<string, number>();

  const leftMs = (key: string): number => {
    const ms = (openAt.get(key) ?? 0) - monotonicNow();
    if (ms <= 0) openAt.delete(key);
    return Math.max(0, ms);
  };

  const send = async (prev: ApiCallFn, key: string, call: Call) => {
    const answer = await prev(...call);
    if (!answer.ok && answer.error_code === 429) {
      const seconds = answer.parameters?.retry_after ?? 1;
      openAt.set(key, Math.max(openAt.get(key) ?? 0, monotonicNow() + seconds * 1000 + SLACK_MS));
    }
    return answer;
  };

  const waiting = async (prev: ApiCallFn, ...call: Call) => {
    const key = toKey(call);
    for (let ms = leftMs(key); ms > 0; ms = leftMs(key)) await wait(ms, call[2]);
    return send(prev, key, call);
  };

  const dropping = async (prev: ApiCallFn, ...call: Call) => {
    const key = toKey(call);
    const ms = leftMs(key);
    return ms > 0 ? refuseFor(ms) : send(prev, key, call);
  };

  return { wait: waiting as Transformer, drop: dropping as Transformer };
}

type Call = Parameters<ApiCallFn<RawApi>>;

function toKey([method, payload]: Call): string {
  const chatId = payload && 'chat_id' in payload ? payload.chat_id : undefined;
  return chatId === undefined ? method : String(chatId);
}

/** What Telegram would say, without asking it. */
export function refuseFor(ms: number) {
  const seconds = Math.ceil(ms / 1000);
  return {
    ok: false as const,
    error_code: 429,
    description: `Too Many Requests: retry after ${seconds}`,
    parameters: { retry_after: seconds },
  };
}
