/** What a batch knows when it decides whether to spread its calls. */
export interface BurstAsk {
  /** The limit in force. */
  readonly calls: number;
  /** How many calls the whole batch needs; undefined when nobody knows. */
  readonly expectedCalls: number | undefined;
  /** Nothing is kept for people: its operator says so. */
  readonly batchFirst: boolean;
  /** Nobody has made an interactive call for ten windows. */
  readonly isQuiet: boolean;
}

/** How many people are served at once who come while a batch has taken everything else. */
export const KEPT_FOR_PEOPLE = 3;

/** How long nobody has chatted, in windows, before a batch takes everything at once. */
export const QUIET_WINDOWS = 10;

/** During longer lists somebody will come. */
const MOST_QUOTAS = 3;

/**
 * How many permits a batch leaves free that takes all others as they come; undefined when it has to spread its calls
 * over the window.
 */
export function findBurstReserve({ isQuiet, batchFirst, ...ask }: BurstAsk): number | undefined {
  if (batchFirst) return 0;
  return isQuiet && isBurstList(ask) ? KEPT_FOR_PEOPLE : undefined;
}

/** Whether a list is so short that it may go out at once. Where the permits for people cost it a window, that gains nothing. */
export function isBurstList({ calls, expectedCalls }: Pick<BurstAsk, 'calls' | 'expectedCalls'>): boolean {
  if (expectedCalls === undefined || expectedCalls > MOST_QUOTAS * calls || calls <= KEPT_FOR_PEOPLE)
    return false;
  return Math.ceil(expectedCalls / (calls - KEPT_FOR_PEOPLE)) === Math.ceil(expectedCalls / calls);
}
