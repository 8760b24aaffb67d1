import type { HeldPermit, PermitKind } from './held-permit.js';
import { createPauseError, createStopError, isTooOften } from './permit-freeze.js';
import {
  createForecast,
  getBatchUs,
  getInteractiveUs,
  getReserve,
  type Peaks,
  type QuotaPicture,
  toPicture,
  updatePeaks,
} from './permit-policy.js';
import { type PermitQueue, refuseLine, tellWait, type Waiter, type WaitingBatch } from './permit-queue.js';
import type { PermitStore, PermitView } from './permit-store.js';
import type { Timing } from './permit-timing.js';
import type { Permit } from './permits.js';

export interface PermitTurnsOptions {
  readonly queue: PermitQueue;
  readonly store: PermitStore;
  readonly timing: Timing;
  /** Batches leave no permit free for interactive calls, and spread nothing. */
  readonly batchFirst: boolean;
  readonly toPermit: (held: HeldPermit) => Permit;
}

/** Whose turn it is: looks at the store, and serves those who wait by the policy. Waiting itself is for the keeper. */
export class PermitTurns {
  readonly #queue: PermitQueue;
  readonly #store: PermitStore;
  readonly #timing: Timing;
  readonly #batchFirst: boolean;
  readonly #toPermit: PermitTurnsOptions['toPermit'];
  #peaks: Peaks = [];
  #lastView: PermitView | undefined;

  constructor({ queue, store, timing, batchFirst, toPermit }: PermitTurnsOptions) {
    this.#queue = queue;
    this.#store = store;
    this.#timing = timing;
    this.#batchFirst = batchFirst;
    this.#toPermit = toPermit;
  }

  /** What the store said last, without asking it again. */
  get lastView(): PermitView | undefined {
    return this.#lastView;
  }

  async look(): Promise<QuotaPicture> {
    const view = await this.#store.look();
    const seen = this.#lastView?.newest ?? -1;
    // Numbers start again only where somebody deleted the store.
    const since = seen > view.newest ? -1 : seen;
    if (view.newest !== seen) this.#peaks = updatePeaks(this.#peaks, view, this.#timing, since);
    this.#lastView = view;
    return toPicture(view, this.#timing);
  }

  /** Serves one caller or none. Returns when to look again; undefined: at once. */
  async serveNext(): Promise<number | undefined> {
    if (this.#queue.interactive.length > 0 && (await this.#serveFree())) return undefined;
    const picture = await this.look();
    if (picture.frozenUntilUs > picture.view.nowUs) return this.#sitOutFreeze(picture);
    if (this.#queue.interactive.length > 0) return this.#serveInteractive(picture);
    await this.#store.announce(0);
    return this.#serveBatch(picture);
  }

  async #serveFree(): Promise<boolean> {
    const held = await this.#store.claimFree?.('i');
    if (!held) return false;
    await this.#hand(held, this.#queue.interactive);
    return true;
  }

  async #serveInteractive(picture: QuotaPicture): Promise<number | undefined> {
    const { nowUs } = picture.view;
    const waiters = this.#queue.interactive;
    const atUs = getInteractiveUs(picture);
    if (atUs <= nowUs) {
      await this.#serveFirst(waiters, 'i', picture.view);
      return undefined;
    }
    await this.#store.announce(waiters.length);
    if (waiters.some(({ told }) => !told)) {
      const forecast = createForecast(picture);
      [...waiters].forEach((waiter, place) => {
        if (!waiter.told) tellWait(waiter, forecast(place) - nowUs);
      });
    }
    return atUs;
  }

  async #serveBatch(picture: QuotaPicture): Promise<number | undefined> {
    const { view } = picture;
    const turns = this.#queue.batches().map((batch) => {
      batch.sinceNumber ??= view.newest;
      return {
        batch,
        since: batch.sinceNumber,
        atUs: Math.max(view.nowUs, this.getBatchUs(picture, batch)),
      };
    });
    const [next] = turns.sort((one, other) => one.atUs - other.atUs || one.since - other.since);
    if (!next) return undefined;
    if (next.atUs > view.nowUs) {
      this.#tellBatches(next.atUs - view.nowUs);
      return next.atUs;
    }
    const held = await this.#serveFirst(next.batch.waiters, next.batch.kind, view);
    if (held) next.batch.sinceNumber = held.number;
    return undefined;
  }

  /** When a batch may have its next permit; without one, a batch that is new. */
  getBatchUs(picture: QuotaPicture, batch?: WaitingBatch): number {
    const options = batch?.waiters[0]?.options;
    const batchFirst = this.#batchFirst || options?.batchFirst === true;
    return getBatchUs(picture, {
      kind: batch?.kind ?? 'b',
      pid: this.#store.pid,
      sinceNumber: batch?.sinceNumber ?? picture.view.newest,
      expectedCalls: options?.expectedCalls,
      reserve: batchFirst ? 0 : getReserve(this.#peaks, picture),
      batchFirst,
    });
  }

  async #serveFirst(waiters: Waiter[], kind: PermitKind, view: PermitView): Promise<HeldPermit | undefined> {
    const held = await this.#store.claim(view, kind);
    if (held) await this.#hand(held, waiters);
    return held;
  }

  async #hand(held: HeldPermit, waiters: Waiter[]): Promise<void> {
    const waiter = waiters.shift();
    if (waiter) waiter.resolve(this.#toPermit(held));
    else await this.#store.giveBack(held.number);
  }

  #sitOutFreeze({ view, frozenUntilUs }: QuotaPicture): number {
    const leftUs = frozenUntilUs - view.nowUs;
    const retryAfterMs = Math.ceil(leftUs / 1000);
    refuseLine(this.#queue.interactive, createPauseError(retryAfterMs));
    if (isTooOften(view.freeze)) this.#queue.refuseAll(createStopError(retryAfterMs));
    else this.#tellBatches(leftUs);
    return frozenUntilUs;
  }

  #tellBatches(waitUs: number): void {
    for (const waiter of this.#queue.batches().flatMap((batch) => batch.waiters)) tellWait(waiter, waitUs);
  }
}
