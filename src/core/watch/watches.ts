import type { Post } from '../call/post.js';
import { BijiaError, InputError } from '../errors.js';
import type { Logger } from '../logger.js';
import type { Watch } from '../prices/watch.js';
import type { WatchStore } from '../state/history/watch-store.js';
import { type AddParts, addWatches, type MadeWatch, type NewWatch } from './add-watches.js';
import { createWebhookSender, deliver, findWebhook, isWebhookPlace, type SendAlerts } from './delivery.js';
import { listWatchChanges, type WatchChange } from './report.js';
import { createSweeping } from './sweeping.js';

export interface WatchesParts extends Omit<AddParts, 'store' | 'signal'> {
  readonly openStore: () => Promise<WatchStore>;
  readonly post: Post;
  readonly log: Pick<Logger, 'warn'>;
  /** Whether everything is the sandbox's. */
  readonly isSandbox: () => boolean;
}

type WithSignal = { readonly signal?: AbortSignal };

/** What is watched, and who is told. */
export type Watches = ReturnType<typeof createWatches>;

export function createWatches(parts: WatchesParts) {
  const { openStore } = parts;
  const addAll = async (wishes: readonly NewWatch[], { signal }: WithSignal = {}) =>
    addWatches(wishes, { ...parts, store: await openStore(), signal });
  return {
    ...createEditing(openStore),
    ...createSweeping(parts),
    ...createReporting(parts),
    ...createDelivery(parts),
    addAll,
    /**
     * Watches a product, or the cheapest of several.
     * @throws InputError, NotFoundError when nothing can be watched, ConfigError when nobody can be asked
     */
    add: async (wish: NewWatch, options?: WithSignal): Promise<MadeWatch> => {
      const [made] = await addAll([wish], options);
      if (!made) throw new InputError('There is no product to watch.', { code: 'no_product_to_watch' });
      if (made instanceof BijiaError) throw made;
      return made;
    },
  };
}

/** What owners, and those who know their places, change of what is watched. */
function createEditing(openStore: WatchesParts['openStore']) {
  return {
    list: async (owner?: string): Promise<Watch[]> => (await openStore()).list(owner),
    /** @returns those that there were */
    remove: async (ids: readonly string[], owner: string): Promise<string[]> =>
      (await openStore()).remove(ids, owner),
    mute: async (id: string, owner: string, untilMs: number | undefined): Promise<boolean> =>
      (await openStore()).mute(id, owner, untilMs),
    /** Removes everything that is kept of an owner: watches, and alerts, sent or not. */
    forget: async (owner: string): Promise<void> => (await openStore()).removeOwner(owner),
    /** Alerts of one place go to another from now on. */
    move: async (from: string, to: string): Promise<void> => (await openStore()).movePlace(from, to),
    /** Nothing is looked at for a place that cannot be reached, until it is resumed. */
    pause: async (to: string): Promise<void> => (await openStore()).pausePlace(to),
    resume: async (to: string): Promise<void> => (await openStore()).resumePlace(to),
  };
}

function createReporting(parts: WatchesParts) {
  const { openStore, now } = parts;
  return {
    listAlerts: async (sinceMs: number, owner?: string) => (await openStore()).listAlerts(sinceMs, owner),
    /** What changed of an owner's watches, the largest drop first. @param sinceMs the last report unless said otherwise */
    listChanges: async (owner: string, sinceMs?: number): Promise<WatchChange[]> => {
      const store = await openStore();
      const history = parts.getHistory(parts.isSandbox());
      return listWatchChanges(await store.list(owner), history, { nowMs: now(), sinceMs });
    },
    /** The next report begins with these. */
    noteReport: async (changes: readonly WatchChange[]): Promise<void> => {
      const prices = changes.map(({ watchId, nowFen }) => [watchId, nowFen ?? null] as const);
      await (await openStore()).noteReported(new Map(prices));
    },
  };
}

function createDelivery({ openStore, now, ...parts }: WatchesParts) {
  const { webhooks } = parts;
  const send = createWebhookSender(parts);
  return {
    /**
     * Whether this process is to tell chats now: of several machines one does, and another takes over when it dies. On one machine
     * all may at once.
     */
    takeTurn: async (): Promise<boolean> => (await openStore()).takeTurn?.() ?? true,
    /**
     * Sends the alerts that wait for a place, each once: a process that dies while it sends one leaves it `unknown`.
     * @returns how many there were
     */
    deliver: async (
      isOurs: (to: string) => boolean,
      send: SendAlerts,
      { signal }: WithSignal = {},
    ): Promise<number> => deliver(await openStore(), isOurs, send, { nowMs: now(), signal }),
    /** Posts what waits for webhooks; what was not taken is tried again with the next call. */
    deliverToWebhooks: async ({ signal }: WithSignal = {}): Promise<number> => {
      const store = await openStore();
      // What this machine does not know, another one of several may.
      const isKnown = (to: string) => findWebhook(to, webhooks) !== undefined;
      if (store.takeTurn && webhooks.length === 0) return 0;
      return deliver(store, store.takeTurn ? isKnown : isWebhookPlace, send, { nowMs: now(), signal });
    },
  };
}
