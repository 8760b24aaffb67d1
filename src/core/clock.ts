export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** China's clock, by which its shops and their customers live: GMT+8, without summer time since 1991. */
export const CHINA_OFFSET_MS = 8 * HOUR_MS;

/** The day in China, such as `2026-11-29`. @param atMs milliseconds since 1970 */
export function formatDay(atMs: number): string {
  return new Date(atMs + CHINA_OFFSET_MS).toISOString().slice(0, 10);
}

/** `2026-11-29 21:05`, by the clocks of China. @param atMs milliseconds since 1970 */
export function formatDateTime(atMs: number): string {
  return new Date(atMs + CHINA_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
}

const DATE_TIME =
  /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?(?: ?(Z|[+-]\d\d:?\d\d))?$/i;

/**
 * A time as programs write it, `2026-11-29T13:05:00Z`, or as a spreadsheet shows it, `2026/11/29 21:05`: without a zone it
 * is told by the clocks of China, wherever this machine stands. @returns milliseconds since 1970; undefined for anything else
 */
export function parseDateTime(text: string): number | undefined {
  const [found, year, , month, day, hour = '0', minute = '0', second = '0', zone] =
    DATE_TIME.exec(text.trim()) ?? [];
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // 30 February would be a day in March.
  if (found === undefined || new Date(dayMs).getUTCDate() !== Number(day) || Number(month) > 12)
    return undefined;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const timeMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  return dayMs + timeMs - (zone === undefined ? CHINA_OFFSET_MS : parseZone(zone));
}

/** `+08:00`, `-0530` or `Z`, in milliseconds. */
function parseZone(zone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
}

/** `2026-11-29 21:05:00`, as gateways want the time of a call: by the clocks of China. @param atMs milliseconds since 1970 */
export function formatTimestamp(atMs: number): string {
  return new Date(atMs + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** ISO 8601 of a time in milliseconds since 1970; undefined for none, for 0 and for what no calendar holds. */
export function formatIsoTime(atMs: number | undefined): string | undefined {
  const date = new Date(atMs || Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Time, handed in: tests turn minutes into milliseconds, and set the wall clock back. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. It may be set, forward and back. */
  readonly now: () => number;
  /** Monotonic, milliseconds: for spans within this process. */
  readonly monotonicNow: () => number;
  /** Monotonic, microseconds since the machine started: the same for all its processes, also in containers. */
  readonly nowUs: () => number;
  /** Resolves after `ms` milliseconds or when the signal fires, whichever comes first. Never rejects. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Lets everything else that is due in this process go first; takes no time of its own. */
  readonly takeTurn: () => Promise<void>;
  /** Calls `work` every `ms` milliseconds until the returned function is called; does not keep the process alive. */
  readonly repeat: (ms: number, work: () => void) => () => void;
}

/** The machine's own clock. */
export function createClock(): Clock {
  return {
    now: Date.now,
    monotonicNow: () => performance.now(),
    // A double counts microseconds exactly for 285 years of uptime.
    nowUs: () => Number(process.hrtime.bigint() / 1000n),
    wait: (ms, signal) => waitMs(ms, signal),
    takeTurn: () => new Promise((resolve) => void setImmediate(resolve)),
    repeat: (ms, work) => {
      const timer = setInterval(work, ms).unref();
      return () => clearInterval(timer);
    },
  };
}

function waitMs(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, Math.max(1, Math.ceil(ms)));
    signal?.addEventListener('abort', finish, { once: true });
  });
}
