import type { Outcome } from '../errors.js';
import type { Verdict, Window } from '../prices/verdict.js';
import { type ErrorJson, formatError } from '../product/result.js';
import type { Drop } from './history.js';
import type { PriceHistory } from './price-history.js';

const toYuan = (fen: number) => fen / 100;
const toShare = (share: number) => Math.round(share * 10_000) / 10_000;
const toTime = (ms: number) => new Date(ms).toISOString();

/** A price history as JSON: amounts in yuan, shares from 0 to 1, days in GMT+8. */
export interface PriceHistoryJson {
  readonly input: string;
  readonly outcome: Outcome;
  readonly platform?: string;
  readonly id?: string;
  readonly source?: string;
  readonly title?: string;
  readonly now?: { readonly amount: number; readonly kind: string; readonly at: string };
  readonly verdict: Verdict;
  readonly windows: readonly ReturnType<typeof formatWindow>[];
  readonly changes: readonly {
    readonly from: string;
    readonly to: string;
    readonly kind: string;
    readonly amount: number | null;
    readonly stock?: string;
  }[];
  readonly error?: ErrorJson;
  readonly sandbox?: boolean;
}

export function formatPriceHistory(result: PriceHistory): PriceHistoryJson {
  const { input, outcome, platform, id, history, error, sandbox } = result;
  const { source, title, now, verdict = 'unknown', windows = [], changes = [] } = history ?? {};
  return {
    input,
    outcome,
    platform,
    id,
    source,
    title,
    now: now && { amount: toYuan(now.fen), kind: now.kind, at: toTime(now.atMs) },
    verdict,
    windows: windows.map(formatWindow),
    changes: changes.map(({ fromMs, toMs, kind, fen, stock }) => ({
      from: toTime(fromMs),
      to: toTime(toMs),
      kind,
      amount: fen === null ? null : toYuan(fen),
      stock,
    })),
    error: error && formatError(error),
    sandbox,
  };
}

export function formatWindow({ days, coveredDays, lowest, medianFen, cheaperShare }: Window) {
  return {
    days,
    covered_days: coveredDays,
    lowest: lowest && { amount: toYuan(lowest.fen), kind: lowest.kind, date: lowest.date },
    median: medianFen === undefined ? undefined : toYuan(medianFen),
    cheaper_share: cheaperShare === undefined ? undefined : toShare(cheaperShare),
  };
}

/** A drop as JSON: amounts in yuan, the share from 0 to 1. */
export function formatDrop({ platform, id, source, title, nowFen, kind, beforeFen, share, atMs }: Drop) {
  return {
    platform,
    id,
    source,
    title,
    now: { amount: toYuan(nowFen), kind },
    before: toYuan(beforeFen),
    share: toShare(share),
    at: toTime(atMs),
  };
}
