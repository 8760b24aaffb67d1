import { UpstreamError, UpstreamTimeoutError } from '../errors.js';

const MAX_RETRIES = 3;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 4000;

/**
 * How long to wait before trying again, or undefined to give up. An allow-list: only failures of the upstream or
 * of the way to it are retried, at most three times, a timeout once (each costs the caller its whole length, and a
 * paid call may have been billed).
 * @param attempt number of retries made so far
 * @param random from 0 to 1
 */
export function findRetryDelayMs(error: unknown, attempt: number, random: number): number | undefined {
  if (!(error instanceof UpstreamError)) return undefined;
  if (attempt >= (error instanceof UpstreamTimeoutError ? 1 : MAX_RETRIES)) return undefined;
  const longestMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return Math.round(longestMs * (0.5 + random / 2));
}
