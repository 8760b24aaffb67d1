import type { ChatState } from './chat-state.js';
import { tooManyRequests } from './refusal.js';

export interface RateLimits {
  /** Messages and edits together in one group within a minute; Telegram says 20. */
  readonly perGroupPerMinute?: number;
  /** Messages and edits together in one private chat within a second; Telegram says about 1. */
  readonly perPrivateChatPerSecond?: number;
  /** Messages and edits together in all chats within a second; Telegram says about 30. */
  readonly perBotPerSecond?: number;
}

export interface RateLimit {
  /** @throws {Refusal} 429 with the seconds until the next message is allowed. */
  readonly spend: (chat: ChatState) => void;
}

/** Without a limit in the options nothing is ever refused. */
export function createRateLimit(limits: RateLimits, now: () => number): RateLimit {
  const spentAt = new Map<number, number[]>();
  const BOT = 0;
  const check = (key: number, limit: number | undefined, windowMs: number) => {
    if (limit === undefined) return () => {};
    const recent = (spentAt.get(key) ?? []).filter((at) => at > now() - windowMs);
    const oldest = recent.at(-limit);
    if (oldest !== undefined)
      throw tooManyRequests(Math.max(1, Math.ceil((oldest + windowMs - now()) / 1000)));
    return () => void spentAt.set(key, [...recent, now()]);
  };
  const spend = ({ json }: ChatState) => {
    const isPrivate = json.type === 'private';
    const noteChat = isPrivate
      ? check(json.id, limits.perPrivateChatPerSecond, 1000)
      : check(json.id, limits.perGroupPerMinute, 60_000);
    check(BOT, limits.perBotPerSecond, 1000)();
    noteChat();
  };
  return { spend };
}
