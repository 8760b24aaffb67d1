import { randomBytes } from 'node:crypto';
import { InputError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import { getIdsPerCall } from '../lookup/upstream.js';
import type { Provider } from '../provider.js';
import type { WatchStore } from '../state/history/watch-store.js';
import { judge } from './judge.js';
import { getInterval, LONGEST_INTERVAL_MS } from './schedule.js';
import { readLook, type SweepOptions, type SweepParts, sweep } from './sweep.js';
import {
  type Alert,
  type AlertFate,
  type Look,
  NEW_STATE,
  type Watch,
  type WatchedProduct,
  type WatchRule,
} from './watch.js';
import { type Post, postAlerts, type Webhook } from './webhook.js';

export interface WatchesParts extends Omit<SweepParts, 'store' | 'signal'> {
  readonly openStore: () => Promise<WatchStore>;
  readonly providers: readonly Provider[];
  readonly webhooks: readonly Webhook[];
  readonly post: Post;
}

export interface NewWatch {
  readonly refs: readonly NotedRef[];
  readonly rule: WatchRule;
  readonly owner: string;
  readonly to: string;
  readonly source?: string;
}

/** A watch that was made, and where the price stands. */
export interface MadeWatch {
  readonly watch: Watch;
  readonly look: Look;
  /** Whether the rule holds already, so that nothing will be told before it has been broken. */
  readonly isReached: boolean;
  readonly everyMs: number;
}

/** Alerts of one sweep to one place beyond which they come as one message. */
export const MAX_SINGLE_ALERTS = 5;

/** What is watched, and who is told. */
export type Watches = ReturnType<typeof createWatches>;

export function createWatches(parts: WatchesParts) {
  const { openStore, providers, now } = parts;
  return {
    /**
     * Watches a product, or the cheapest of several.
     * @throws InputError when nothing can be watched, ConfigError when nobody can be asked
     */
    add: async ({ refs, rule, owner, to, source }: NewWatch): Promise<MadeWatch> => {
      const products = refs.map((ref) => toWatched(ref, providers));
      const [first] = products;
      if (!first) throw new InputError('There is no product to watch.', { code: 'no_product_to_watch' });
      const everyMs = await getEvery(first, source, parts);
      if (everyMs > LONGEST_INTERVAL_MS) throw createTooManyError(everyMs);
      const [result] = await parts.lookUp(refs, { source });
      const id = `w${randomBytes(3).toString('hex')}`;
      const draft = { id, owner, to, products, source, rule, createdMs: now(), state: NEW_STATE };
      const look = await readLook(draft, parts, result);
      const { state } = judge(draft, look);
      const watch: Watch = { ...draft, title: look.title, state };
      await (await openStore()).put(watch);
      return { watch, look, isReached: !state.isArmed, everyMs };
    },
    list: async (owner?: string): Promise<Watch[]> => (await openStore()).list(owner),
    /** @returns whether there was such a watch of this owner */
    remove: async (id: string, owner: string): Promise<boolean> => (await openStore()).remove(id, owner),
    mute: async (id: string, owner: string, untilMs: number | undefined): Promise<boolean> =>
      (await openStore()).mute(id, owner, untilMs),
    /** Removes everything that is kept of an owner: watches, and alerts, sent or not. */
    forget: async (owner: string): Promise<void> => (await openStore()).removeOwner(owner),
    /** Alerts of one place go to another from now on. */
    move: async (from: string, to: string): Promise<void> => (await openStore()).movePlace(from, to),
    /** Nothing is looked at for a place that cannot be reached, until it is resumed. */
    pause: async (to: string): Promise<void> => (await openStore()).pausePlace(to),
    resume: async (to: string): Promise<void> => (await openStore()).resumePlace(to),
    /** One sweep over everything that is due. */
    sweep: async (options: SweepOptions & Pick<SweepParts, 'signal'> = {}) => {
      const store = await openStore();
      // What another runner was sending when it was killed may have arrived: it is never sent again.
      await store.forgetCutOff(now() - CUT_OFF_MS);
      return sweep({ ...parts, ...options, store }, options);
    },
    /**
     * Sends the alerts that wait for a place. Each is marked before it is sent, so that a process that dies between never
     * sends it twice.
     * @param send returns what became of all of them, or of each in order; what is thrown counts as failed
     */
    deliver: async (
      isOurs: (to: string) => boolean,
      send: (alerts: readonly Alert[]) => Promise<AlertFate | readonly AlertFate[]>,
    ) => {
      const store = await openStore();
      const alerts = await store.takeAlerts(isOurs, MAX_DELIVERED);
      for (const group of groupByPlace(alerts)) {
        const fates = [await send(group).catch(() => 'failed' as const)].flat();
        for (const [at, { id }] of group.entries()) {
          await store.settleAlert(id, fates[at] ?? fates[0] ?? 'failed');
        }
      }
      return alerts.length;
    },
    /** Posts what waits for webhooks; what was not taken is tried again with the next call. */
    deliverToWebhooks: async () => {
      const store = await openStore();
      const alerts = await store.takeAlerts((to) => to.startsWith('webhook:'), MAX_DELIVERED);
      for (const group of groupByPlace(alerts)) {
        const webhook = parts.webhooks.find(({ name }) => group[0]?.to === `webhook:${name}`);
        const status = webhook
          ? await postAlerts(webhook, group, parts.post).then(
              () => 'sent' as const,
              () => 'due' as const,
            )
          : 'failed';
        for (const { id } of group) await store.settleAlert(id, status);
      }
    },
    listAlerts: async (sinceMs: number, owner?: string) => (await openStore()).listAlerts(sinceMs, owner),
  };
}

const CUT_OFF_MS = 5 * 60_000;
const MAX_DELIVERED = 1000;

function toWatched({ platform, id, idType, url }: NotedRef, providers: readonly Provider[]): WatchedProduct {
  if (id === null)
    throw new InputError('A short link has to be opened before it can be watched. Paste the long link.', {
      code: 'short_link_offline',
    });
  const own = providers.find(({ marketplace, stableId }) => marketplace.id === platform && stableId);
  const stableId = own?.stableId?.({ id, idType }) ?? id;
  return { platform, id: stableId, askId: id, ...(idType && { idType }), url };
}

async function getEvery(
  { platform, idType }: WatchedProduct,
  source: string | undefined,
  { openStore, getUpstream, share, paidDaily }: WatchesParts,
): Promise<number> {
  const upstream = getUpstream(platform, { source, idType });
  const counts = await (await openStore()).countLooks();
  const isPaid = upstream.provider.dailyCalls !== undefined;
  if (isPaid && !paidDaily) throw createPaidError(upstream.provider.id);
  return getInterval({
    products: (counts.get(`${platform} ${source ?? ''}`) ?? 0) + 1,
    idsPerCall: getIdsPerCall(upstream, 'summary', idType),
    ...upstream.limit,
    share,
    paidDaily: isPaid ? paidDaily : undefined,
  });
}

function createPaidError(source: string): InputError {
  return new InputError(
    `Each look at ${source} costs money. Set BIJIA_WATCH_PAID_DAILY to the number of paid looks a day that you allow.`,
    { code: 'paid_watch', facts: { source } },
  );
}

function createTooManyError(everyMs: number): InputError {
  return new InputError(
    `So many products are watched that each would be looked at only every ${Math.round(everyMs / 3_600_000)} hours. Remove some, or raise BIJIA_WATCH_SHARE.`,
    { code: 'too_many_watches', facts: { hours: Math.round(everyMs / 3_600_000) } },
  );
}

/** More than a few at once to one place become one message. */
function groupByPlace(alerts: readonly Alert[]): Alert[][] {
  const places = new Map<string, Alert[]>();
  for (const alert of alerts) places.set(alert.to, [...(places.get(alert.to) ?? []), alert]);
  return [...places.values()].flatMap((own) =>
    own.length > MAX_SINGLE_ALERTS ? [own] : own.map((alert) => [alert]),
  );
}
