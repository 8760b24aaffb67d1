import { hash } from 'node:crypto';
import type { PriceKind } from '../product/product.js';
import type { Verdict } from './verdict.js';
import type { Look, Watch, WatchedProduct, WatchRule } from './watch.js';

/** Something to tell. */
export interface Alert {
  readonly id: string;
  readonly watchId: string;
  /** Whose watch it is. */
  readonly owner: string;
  readonly to: string;
  readonly platform: string;
  readonly productId: string;
  readonly url: string;
  readonly title?: string;
  /** `lost`: no look has succeeded for three days. */
  readonly reason: WatchRule['kind'] | 'lost';
  /** Absent where the product is lost. */
  readonly price?: { readonly fen: number; readonly kind: PriceKind };
  readonly wasFen?: number;
  readonly targetFen?: number;
  readonly verdict: Verdict;
  readonly atMs: number;
  readonly sandbox?: boolean;
}

/** `due → sending → sent | unknown | failed`; what was cut off while it was sent is never sent again. */
export type AlertStatus = 'due' | 'sending' | 'sent' | 'unknown' | 'failed';

/** What became of an alert that was to be sent; `due`: it certainly did not arrive, and is sent later. */
export type AlertFate = Exclude<AlertStatus, 'sending'>;

/** The same crossing has the same id, no matter which process finds it: it is written down once. */
export function toAlert(
  watch: Watch,
  { price, product, verdict, atMs, title, sandbox }: Look,
  { reason, wasFen }: Pick<Alert, 'reason' | 'wasFen'>,
): Alert | undefined {
  if (!price || !product) return undefined;
  return {
    ...describe(watch, product, `${watch.state.looks} ${price.fen}`),
    title: title ?? watch.title,
    reason,
    price,
    wasFen,
    targetFen: watch.rule.kind === 'below' ? watch.rule.fen : undefined,
    verdict,
    atMs,
    sandbox,
  };
}

/** Tells once that looks have failed since then. */
export function toLostAlert(
  watch: Watch,
  product: WatchedProduct,
  { sinceMs, atMs }: { readonly sinceMs: number; readonly atMs: number },
): Alert {
  const { title } = watch;
  return { ...describe(watch, product, `lost ${sinceMs}`), title, reason: 'lost', verdict: 'unknown', atMs };
}

function describe({ id, createdMs, owner, to }: Watch, product: WatchedProduct, crossing: string) {
  const { platform, url } = product;
  return {
    id: hash('sha256', `${id} ${createdMs} ${crossing}`).slice(0, 16),
    ...{ watchId: id, owner, to, platform, productId: product.id, url },
  };
}

/** An alert as JSON: amounts in yuan. */
export function formatAlert(alert: Alert) {
  const { id, watchId, platform, productId, url, title, reason, price, wasFen, targetFen } = alert;
  return {
    alert_id: id,
    watch: watchId,
    platform,
    id: productId,
    title,
    url,
    reason,
    price: price && { amount: price.fen / 100, kind: price.kind },
    was: wasFen === undefined ? undefined : wasFen / 100,
    target: targetFen === undefined ? undefined : targetFen / 100,
    verdict: alert.verdict,
    at: new Date(alert.atMs).toISOString(),
    sandbox: alert.sandbox,
  };
}
