import type { ChatState } from './chat-state.js';
import { tooManyRequests } from './refusal.js';

export interface RateLimits {
  /** Messages and edits together in one group within a minute; Telegram says 20. */
  readonly perGroupPerMinute?: number;
  /**
   * Messages and edits together that one chat takes at once, when it had none for a while; then one a second. Telegram
   * says that short bursts are fine, and not how short.
   */
  readonly burstPerChat?: number;
  /** Messages and edits together in all chats within a second; Telegram says about 30. */
  readonly perBotPerSecond?: number;
}

export interface RateLimit {
  /** @throws {Refusal} 429 with the seconds until the next message is allowed. */
  readonly spend: (chat: ChatState) => void;
}

/** Telegram's answer to "How can I avoid hitting limits?", read strictly. */
export const PUBLISHED: RateLimits = { burstPerChat: 3, perGroupPerMinute: 20, perBotPerSecond: 30 };

/** Without a limit in the options nothing is ever refused. */
export function createRateLimit(limits: RateLimits, now: () => number): RateLimit {
  const spentAt = new Map<string, number[]>();
  const checkWindow = (key: string, limit: number | undefined, windowMs: number) => {
    if (limit === undefined) return () => {};
    const recent = (spentAt.get(key) ?? []).filter((at) => at > now() - windowMs);
    const oldest = recent.at(-limit);
    if (oldest !== undefined) throw tooManyRequests(toSeconds(oldest + windowMs - now()));
    return () => void spentAt.set(key, [...recent, now()]);
  };
  const checkBurst = createBurstCheck(limits.burstPerChat, now);
  const spend = ({ json }: ChatState) => {
    const notes = [
      checkBurst(json.id),
      checkWindow(`chat ${json.id}`, json.type === 'private' ? undefined : limits.perGroupPerMinute, 60_000),
      checkWindow('bot', limits.perBotPerSecond, 1000),
    ];
    // What is refused counts nowhere.
    for (const note of notes) note();
  };
  return { spend };
}

/** A bucket for each chat: `burst` messages when full, and one more for each second. */
function createBurstCheck(burst: number | undefined, now: () => number) {
  const fullAt = new Map<number, number>();
  return (chatId: number) => {
    if (burst === undefined) return () => {};
    const nextFullAt = Math.max(fullAt.get(chatId) ?? 0, now()) + 1000;
    const tooSoonMs = nextFullAt - now() - burst * 1000;
    if (tooSoonMs > 0) throw tooManyRequests(toSeconds(tooSoonMs));
    return () => void fullAt.set(chatId, nextFullAt);
  };
}

function toSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
