import { BijiaError, InputError } from '../errors.js';
import type { WatchStore } from '../state/history/watch-store.js';
import { type AddParts, addWatches, type MadeWatch, type NewWatch } from './add-watches.js';
import { createWebhookSender, deliver, isWebhookPlace, type SendAlerts } from './delivery.js';
import { listWatchChanges, type WatchChange } from './report.js';
import { type SweepOptions, type SweepReport, sweep, toDueTimes } from './sweep.js';
import type { Watch } from './watch.js';
import type { Post } from './webhook.js';

export interface WatchesParts extends Omit<AddParts, 'store' | 'signal'> {
  readonly openStore: () => Promise<WatchStore>;
  readonly post: Post;
  /** Whether everything is the sandbox's. */
  readonly isSandbox: () => boolean;
}

/** When somebody last looked at what is due, milliseconds since 1970. */
export interface RunnerState {
  readonly lastMs?: number;
  /** Whether that was within a day. */
  readonly isAlive: boolean;
}

type WithSignal = { readonly signal?: AbortSignal };

/** Without a runner for so long, nobody is told of anything. */
const RUNNER_DAY_MS = 24 * 3_600_000;
/** How long an alert is kept after it was sent, and how long one waits for a place that takes none. */
const SETTLED_KEPT_MS = 90 * RUNNER_DAY_MS;
const DUE_KEPT_MS = 30 * RUNNER_DAY_MS;

/** What is watched, and who is told. */
export type Watches = ReturnType<typeof createWatches>;

export function createWatches(parts: WatchesParts) {
  const { openStore, now } = parts;
  const addAll = async (wishes: readonly NewWatch[], { signal }: WithSignal = {}) =>
    addWatches(wishes, { ...parts, store: await openStore(), signal });
  const readRunner = async (store: WatchStore): Promise<RunnerState> => {
    const lastMs = await store.findMark('runner');
    return { lastMs, isAlive: lastMs !== undefined && now() - lastMs < RUNNER_DAY_MS };
  };
  return {
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
    /** One sweep over everything that is due. @returns what it did, and how long nobody had swept before */
    sweep: async (
      options: SweepOptions & WithSignal = {},
    ): Promise<SweepReport & { readonly awayMs: number }> => {
      const store = await openStore();
      const startMs = now();
      const { lastMs = startMs } = await readRunner(store);
      await store.putMark('runner', startMs);
      await store.forgetOld({ settledMs: startMs - SETTLED_KEPT_MS, dueMs: startMs - DUE_KEPT_MS });
      const report = await sweep({ ...parts, store, signal: options.signal }, options);
      return { ...report, awayMs: Math.max(0, startMs - lastMs) };
    },
    /** How many products would be looked at now. */
    countDue: async (): Promise<number> => (await openStore()).countDue(toDueTimes(now())),
    runner: async (): Promise<RunnerState> => readRunner(await openStore()),
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
    deliverToWebhooks: async ({ signal }: WithSignal = {}): Promise<number> =>
      deliver(await openStore(), isWebhookPlace, createWebhookSender(parts.webhooks, parts.post), {
        nowMs: now(),
        signal,
      }),
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
