import type { Clock } from '../clock.js';
import { CancelledError, StateError } from '../errors.js';
import type { Quota } from '../setting-parsers.js';
import type { HeldPermit } from './held-permit.js';
import { isAfter, planFreeze } from './permit-freeze.js';
import { createOutageError, getOutagePauseMs, isTooLong, type Outage } from './permit-outage.js';
import { getInteractiveUs, isQuiet } from './permit-policy.js';
import { createPermitQueue, type PermitQueue, refuseLine } from './permit-queue.js';
import type { PermitStore } from './permit-store.js';
import { type Timing, toTiming } from './permit-timing.js';
import { PermitTurns } from './permit-turns.js';
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

/** How many people are served before anything else that is due: a group, as far as batches leave room for one. */
const MOST_IN_ONE_GO = 6;

/** A reason of our own, because making an AbortError costs more than the rest of waking up. */
const AWAKE = 'awake';

/** Hands out the permits of a store by the policy, and waits with those who cannot have one yet. */
export function createPermits(options: PermitOptions, store: PermitStore): Permits {
  return new PermitKeeper(options, store);
}

class PermitKeeper implements Permits {
  readonly #limit: Quota;
  readonly #timing: Timing;
  readonly #clock: Clock;
  readonly #store: PermitStore;
  readonly #queue: PermitQueue;
  readonly #turns: PermitTurns;
  readonly #held = new WeakMap<Permit, HeldPermit>();
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
    this.#clock = clock;
    this.#store = store;
    this.#queue = createPermitQueue(store.nameBatch);
    this.#turns = new PermitTurns({
      ...{ queue: this.#queue, store, timing: this.#timing, batchFirst: batchFirst ?? false },
      toPermit: (held) => this.#createPermit(held),
    });
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
    const freeze = this.#turns.lastView?.freeze;
    const acquiredUs = this.#held.get(permit)?.acquiredUs;
    if (!freeze?.strikes || acquiredUs === undefined || !isAfter(freeze, acquiredUs)) return;
    // Unrecorded, the strikes stand until the next success: at worst a batch stops early.
    this.#store.forgive(acquiredUs).catch(() => undefined);
  }

  async status(): Promise<PermitStatus> {
    const picture = await this.#turns.look();
    const { nowUs, permits } = picture.view;
    const inUse = permits.countInUse(nowUs);
    const toMs = (atUs: number) => Math.max(0, Math.ceil((atUs - nowUs) / 1000));
    const waitMs = { interactive: getInteractiveUs(picture), batch: this.#turns.getBatchUs(picture) };
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
    await this.#waitUnlessWoken(waitUs / 1000);
  }

  async #waitUnlessWoken(ms: number): Promise<void> {
    this.#alarm = new AbortController();
    await this.#clock.wait(ms, this.#alarm.signal);
    this.#alarm = undefined;
  }

  /** Serves on; while the store cannot be reached, callers wait as long as their lane may. */
  async #serveNextOrWait(): Promise<number | undefined> {
    // Not by the clock of the permits, which may be the store's, and is another one after the first look.
    const beganUs = this.#clock.monotonicNow() * 1000;
    try {
      const untilUs = await this.#turns.serveNext();
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
    await this.#waitUnlessWoken(getOutagePauseMs(outage, lane));
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
