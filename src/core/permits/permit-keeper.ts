import type { Clock } from '../clock.js';
import { CancelledError, StateError } from '../errors.js';
import type { Quota } from '../settings.js';
import type { HeldPermit, PermitKind } from './held-permit.js';
import { createPauseError, createStopError, isAfter, isTooOften, planFreeze } from './permit-freeze.js';
import { createOutageError, getOutagePauseMs, isTooLong, type Outage } from './permit-outage.js';
import {
  createForecast,
  getBatchUs,
  getInteractiveUs,
  getReserve,
  isQuiet,
  type Peaks,
  type QuotaPicture,
  toPicture,
  updatePeaks,
} from './permit-policy.js';
import {
  createPermitQueue,
  type PermitQueue,
  refuseLine,
  tellWait,
  type Waiter,
  type WaitingBatch,
} from './permit-queue.js';
import type { PermitStore, PermitView } from './permit-store.js';
import { type Timing, toTiming } from './permit-timing.js';
import type { AcquireOptions, Permit, PermitStatus, Permits } from './permits.js';

export interface PermitOptions {
  readonly limit: Quota;
  /** Bounds one whole call: an unanswered permit is free again a little later. */
  readonly callTimeoutMs: number;
  /** As {@link toTiming} has it, unless the store counts on another one. */
  readonly timing?: Timing;
  /** Batches leave no permit free for interactive calls, and spread nothing. */
  readonly batchFirst?: boolean;
  readonly clock: Clock;
}

/** So many people are served before anything else is done that is due: a group, as far as batches leave room for one. */
const MOST_IN_ONE_GO = 6;

/** A reason of our own, because making an AbortError costs more than the rest of waking up. */
const AWAKE = 'awake';

/** Hands out the permits of a store by the policy: interactive callers first, batches by turns. */
export function createPermits(options: PermitOptions, store: PermitStore): Permits {
  return new PermitKeeper(options, store);
}

class PermitKeeper implements Permits {
  readonly #limit: Quota;
  readonly #timing: Timing;
  readonly #batchFirst: boolean;
  readonly #clock: Clock;
  readonly #store: PermitStore;
  readonly #queue: PermitQueue;
  readonly #held = new WeakMap<Permit, HeldPermit>();
  #peaks: Peaks = [];
  #lastView: PermitView | undefined;
  #serving: Promise<void> | undefined;
  #closed = false;
  /** Since when the store has not been reached. */
  #outage: Outage | undefined;
  /** Something happened since the last look: there is no time to sleep. */
  #isAwake = false;
  /** Ends the present sleep. */
  #alarm: AbortController | undefined;

  constructor({ limit, callTimeoutMs, timing, batchFirst, clock }: PermitOptions, store: PermitStore) {
    this.#limit = limit;
    this.#timing = timing ?? toTiming(limit, callTimeoutMs);
    this.#batchFirst = batchFirst ?? false;
    this.#clock = clock;
    this.#store = store;
    this.#queue = createPermitQueue(store.nameBatch);
  }

  async acquire(options: AcquireOptions): Promise<Permit> {
    if (this.#closed || options.signal?.aborted) throw new CancelledError();
    // When the next one of a waiting batch leaves is known; another look would only cost time.
    const isForeseen = this.#queue.isWaiting(options) && !options.onWait;
    const permit = this.#queue.wait(options);
    if (!isForeseen) this.#wake();
    this.#serving ??= this.#serve();
    return permit;
  }

  async throttled(permit: Permit, retryAfterMs = 0): Promise<void> {
    const acquiredUs = this.#held.get(permit)?.acquiredUs;
    if (acquiredUs === undefined) return;
    const { freeze } = await this.#store.look();
    const call = { acquiredUs, nowUs: this.#clock.nowUs(), retryAfterMs };
    const plan = planFreeze(freeze, call, this.#timing);
    if (plan) await this.#store.freeze(plan);
    this.#wake();
  }

  succeeded(permit: Permit): void {
    const freeze = this.#lastView?.freeze;
    const acquiredUs = this.#held.get(permit)?.acquiredUs;
    if (!freeze?.strikes || acquiredUs === undefined || !isAfter(freeze, acquiredUs)) return;
    // Unrecorded, the strikes stand until the next success: at worst a batch stops early.
    this.#store.forgive(acquiredUs).catch(() => undefined);
  }

  async status(): Promise<PermitStatus> {
    const picture = await this.#look();
    const { nowUs, permits } = picture.view;
    const inUse = permits.countInUse(nowUs);
    const toMs = (atUs: number) => Math.max(0, Math.ceil((atUs - nowUs) / 1000));
    const waitMs = { interactive: getInteractiveUs(picture), batch: this.#getBatchUs(picture) };
    return {
      limit: this.#limit,
      effectiveCalls: picture.calls,
      inUse,
      free: Math.max(0, picture.calls - inUse),
      frozenForMs: toMs(picture.frozenUntilUs),
      waitMs: (lane) => toMs(waitMs[lane]),
      isQuiet: isQuiet(picture),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#queue.refuseAll(new CancelledError());
    this.#wake();
    await this.#serving;
    await this.#store.close?.();
  }

  #wake(): void {
    this.#isAwake = true;
    this.#alarm?.abort(AWAKE);
  }

  async #serve(): Promise<void> {
    let inOneGo = 0;
    try {
      while (!this.#queue.isEmpty()) {
        this.#isAwake = false;
        const untilUs = await this.#serveNextOrWait();
        inOneGo += 1;
        if (untilUs !== undefined) await this.#sleep(untilUs);
        // File calls are synchronous: a crowd served in one go would keep its own answers from being read.
        else if (this.#queue.interactive.length === 0 || inOneGo % MOST_IN_ONE_GO === 0)
          await this.#clock.takeTurn();
        if (this.#queue.isEmpty()) await this.#store.announce(0);
      }
    } catch (error) {
      this.#queue.refuseAll(error);
    } finally {
      this.#serving = undefined;
    }
  }

  async #sleep(untilUs: number): Promise<void> {
    if (this.#isAwake || this.#queue.isEmpty()) return;
    const { pollUs, batchPollUs } = this.#timing;
    const longestUs = this.#queue.interactive.length > 0 ? pollUs : batchPollUs;
    const waitUs = Math.min(untilUs - this.#clock.nowUs(), longestUs);
    if (waitUs <= 0) return;
    this.#alarm = new AbortController();
    await this.#clock.wait(waitUs / 1000, this.#alarm.signal);
    this.#alarm = undefined;
  }

  async #look(): Promise<QuotaPicture> {
    const view = await this.#store.look();
    const seen = this.#lastView?.newest ?? -1;
    // Numbers start again only where somebody deleted the store.
    const since = seen > view.newest ? -1 : seen;
    if (view.newest !== seen) this.#peaks = updatePeaks(this.#peaks, view, this.#timing, since);
    this.#lastView = view;
    return toPicture(view, this.#timing);
  }

  /** Serves on; while the store cannot be reached, callers wait as long as their lane may. */
  async #serveNextOrWait(): Promise<number | undefined> {
    // Not by the clock of the permits, which may be the store's, and is another one after the first look.
    const beganUs = this.#clock.monotonicNow() * 1000;
    try {
      const untilUs = await this.#serveNext();
      this.#outage = undefined;
      return untilUs;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      this.#outage ??= { sinceUs: beganUs, tries: 0 };
      await this.#sitOutOutage(this.#outage, error);
      return undefined;
    }
  }

  async #sitOutOutage(outage: Outage, error: StateError): Promise<void> {
    outage.tries += 1;
    const lastedUs = this.#clock.monotonicNow() * 1000 - outage.sinceUs;
    if (isTooLong(lastedUs, 'interactive')) refuseLine(this.#queue.interactive, error);
    if (isTooLong(lastedUs, 'batch')) this.#queue.refuseAll(createOutageError(error));
    if (this.#queue.isEmpty()) return;
    const lane = this.#queue.interactive.length > 0 ? 'interactive' : 'batch';
    this.#alarm = new AbortController();
    await this.#clock.wait(getOutagePauseMs(outage, lane), this.#alarm.signal);
    this.#alarm = undefined;
  }

  async #serveFree(): Promise<boolean> {
    const held = await this.#store.claimFree?.('i');
    if (!held) return false;
    await this.#hand(held, this.#queue.interactive);
    return true;
  }

  /** Serves one caller or none. Returns when to look again; undefined: at once. */
  async #serveNext(): Promise<number | undefined> {
    if (this.#queue.interactive.length > 0 && (await this.#serveFree())) return undefined;
    const picture = await this.#look();
    if (picture.frozenUntilUs > picture.view.nowUs) return this.#sitOutFreeze(picture);
    if (this.#queue.interactive.length > 0) return this.#serveInteractive(picture);
    await this.#store.announce(0);
    return this.#serveBatch(picture);
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
        atUs: Math.max(view.nowUs, this.#getBatchUs(picture, batch)),
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

  #getBatchUs(picture: QuotaPicture, batch?: WaitingBatch): number {
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
    if (waiter) waiter.resolve(this.#createPermit(held));
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

  #createPermit(held: HeldPermit): Permit {
    let isOpen = true;
    const close = async (record: () => Promise<void>): Promise<void> => {
      if (!isOpen) return;
      isOpen = false;
      await record();
    };
    const permit: Permit = {
      isFresh: () => this.#clock.nowUs() - held.acquiredUs <= this.#timing.longestSleepUs,
      answered: () => close(() => this.#store.answer(held.number)),
      giveBack: () =>
        close(async () => {
          await this.#store.giveBack(held.number);
          this.#wake();
        }),
    };
    this.#held.set(permit, held);
    return permit;
  }
}
