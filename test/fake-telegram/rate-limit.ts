import type { ChatState } from './chat-state.js';
import { tooManyRequests } from './refusal.js';

export interface RateLimits {
  /** Messages and edits together in one group within a minute; Telegram says 20. */
  readonly perGroupPerMinute?: number;
  /** Messages and edits together in one private chat within a second; Telegram says about 1. */
  readonly perPrivateChatPerSecond?: number;
}

export interface RateLimit {
  /** @throws {Refusal} 429 with the seconds until the next message is allowed. */
  readonly spend: (chat: ChatState) => void;
}

/** Without a limit in the options nothing is ever refused. */
export function createRateLimit(limits: RateLimits, now: () => number): RateLimit {
  const spentAt = new Map<number, number[]>();
  const spend = ({ json }: ChatState) => {
    const isPrivate = json.type === 'private';
    const limit = isPrivate ? limits.perPrivateChatPerSecond : limits.perGroupPerMinute;
    const windowMs = isPrivate ? 1000 : 60_000;
    if (limit === undefined) return;
    const recent = (spentAt.get(json.id) ?? []).filter((at) => at > now() - windowMs);
    const oldest = recent.at(-limit);
    if (oldest !== undefined)
      throw tooManyRequests(Math.max(1, Math.ceil((oldest + windowMs - now()) / 1000)));
    spentAt.set(json.id, [...recent, now()]);
  };
  return { spend };
}
