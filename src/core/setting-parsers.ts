import { ConfigError } from './errors.js';

/** A number of calls per window, such as 100 a minute. */
export interface Quota {
  readonly calls: number;
  readonly windowMs: number;
  /** Least distance between two calls of one process; absent for none. */
  readonly intervalMs?: number;
}

const DURATION_UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/**
 * Parses `500ms`, `60s`, `5m`, `2h` to whole milliseconds: less than one is one.
 * @throws ConfigError
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  const unit = match?.[2] as keyof typeof DURATION_UNITS_MS | undefined;
  const durationMs = match && unit ? Math.ceil(Number(match[1]) * DURATION_UNITS_MS[unit]) : 0;
  if (durationMs > 0 && durationMs <= 30 * 24 * 3_600_000) return durationMs;
  throw new ConfigError('expects a duration such as 500ms, 60s or 5m');
}

/** Timers of Node's end at once when they are to last for 25 days; nobody waits for a day. */
const LONGEST_TIMEOUT_MS = DURATION_UNITS_MS.h * 24;

/**
 * Parses how long something is waited for, as {@link parseDuration} does.
 * @throws ConfigError
 */
export function parseTimeout(text: string): number {
  const timeoutMs = parseDuration(text);
  if (timeoutMs <= LONGEST_TIMEOUT_MS) return timeoutMs;
  throw new ConfigError('expects a duration of at most 24h, such as 15s');
}

/** In less, a permit would be over before its call has left. */
const LEAST_WINDOW_MS = 10;

/**
 * Parses `<calls>/<duration>`, such as `100/60s`.
 * @throws ConfigError
 */
export function parseQuota(text: string): Quota {
  const match = /^(\d{1,7})\/(.+)$/.exec(text.trim());
  const calls = Number(match?.[1]);
  if (!match?.[2] || !(calls >= 1)) throw new ConfigError('expects <calls>/<duration>, such as 100/60s');
  const windowMs = parseDuration(match[2]);
  if (windowMs < LEAST_WINDOW_MS) throw new ConfigError('expects a window of at least 10ms, such as 100/60s');
  return { calls, windowMs };
}

/** @throws ConfigError unless it is an http or https address without user and password */
export function parseAddress(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') {
    return url.href.replace(/\/$/, '');
  }
  throw new ConfigError('expects an address that begins with https:// or http://');
}

/**
 * A proxy's address, which may hold user and password; `host:port` means an HTTP proxy.
 * @throws ConfigError
 */
export function parseProxy(text: string): string {
  const complete = text.includes('://') ? text.trim() : `http://${text.trim()}`;
  const url = URL.canParse(complete) ? new URL(complete) : undefined;
  if (url && url.hostname !== '' && /^(https?|socks5):$/.test(url.protocol)) return complete;
  throw new ConfigError('expects the address of a proxy, such as http://127.0.0.1:7890');
}

/** @throws ConfigError */
export function parseWholeNumber(text: string): number {
  if (/^\d{1,12}$/.test(text.trim())) return Number(text.trim());
  throw new ConfigError('expects a whole number such as 1000');
}

const FLAG_WORDS: Readonly<Record<string, boolean>> = {
  ...{ '1': true, true: true, yes: true, on: true },
  ...{ '0': false, false: false, no: false, off: false },
};

/** @throws ConfigError unless it is 1, true, yes, on or their opposites */
export function parseFlag(text: string): boolean {
  const value = FLAG_WORDS[text.trim().toLowerCase()];
  if (value === undefined) throw new ConfigError('expects 1 or 0');
  return value;
}
