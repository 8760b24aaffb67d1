import type { Clock } from '../../clock.js';
import { StateError } from '../../errors.js';
import type { HeldPermit, PermitKind } from '../../permits/held-permit.js';
import { PermitLedger } from '../../permits/permit-ledger.js';
import type { PermitStore, PermitView } from '../../permits/permit-store.js';
import type { Timing } from '../../permits/permit-timing.js';
import type { Database, SqlValue } from './database.js';
import * as sql from './permit-statements.js';
import { createServerClock } from './server-clock.js';
import { createTripJudge } from './trip-judge.js';

/** How long the end of a call is said again to a database that does not answer. */
const END_WITHIN_MS = 10_000;
const END_AGAIN_MS = 250;
/** The process that first sees the server's clock leap corrects it; the others read again. */
const MOST_READINGS = 5;
/** Who takes a number that divides by this clears away old permits. */
const SWEEP_EVERY = 32;

export interface PostgresPermitOptions {
  readonly database: Database;
  /** The quota group. */
  readonly group: string;
  /** Tells this process apart from all others of the fleet: a random number. */
  readonly member: number;
  readonly timing: Timing;
  /** This machine's own. */
  readonly clock: Clock;
  /** Fires when the process has nothing more to say: its leases end without it. */
  readonly closing?: AbortSignal;
}

/** The permits of a fleet, and the clock by which they are judged. */
export interface PostgresPermits {
  readonly store: PermitStore;
  /** The group's time as this process knows it, for waiting and for the age of a permit. */
  readonly clock: Clock;
}

/** Permits that several machines share in one database. Times are those of the group's clock, kept in its row. */
export function createPostgresPermits(options: PostgresPermitOptions): PostgresPermits {
  const store = new PostgresPermitStore(options);
  return {
    store: {
      pid: options.member,
      nameBatch: (batchId) => `j${batchId}`,
      look: () => store.look(),
      claim: (view, kind) => store.claim(view, kind),
      claimFree: (kind) => store.claimFree(kind),
      answer: (number) => store.end(number, false),
      giveBack: (number) => store.end(number, true),
      announce: (waiting) => store.announce(waiting),
      freeze: ({ frozenUntilUs, calls, sinceUs, strikes }) =>
        store.change(sql.FREEZE, [Math.ceil(frozenUntilUs), calls, Math.floor(sinceUs), strikes]),
      forgive: (acquiredUs) => store.change(sql.FORGIVE, [acquiredUs]),
    },
    clock: { ...options.clock, nowUs: () => store.nowUs() },
  };
}

class PostgresPermitStore {
  readonly #options: PostgresPermitOptions;
  readonly #serverClock = createServerClock();
  readonly #trips: ReturnType<typeof createTripJudge>;
  #known: PermitLedger;
  /** Up to which change of the group the permits are known. */
  #version = 0;
  #shiftUs = 0;
  #epoch = '';
  #announced = { count: 0, untilUs: 0 };
  /** When the view that is decided by was asked for, by this machine's clock. */
  #lookedUs = 0;

  constructor(options: PostgresPermitOptions) {
    this.#options = options;
    this.#known = new PermitLedger(options.timing);
    this.#trips = createTripJudge(options.timing, () => options.clock.nowUs());
  }

  nowUs(): number {
    return this.#serverClock.toServerUs(this.#options.clock.nowUs());
  }

  async look(): Promise<PermitView> {
    for (let reading = 0; reading < MOST_READINGS; reading += 1) {
      const row = await this.#read();
      if (row && (await this.#isTrusted(row))) return this.#toView(row);
    }
    throw new StateError('The clock of the shared database leaps; no call is made until it is steady.', {
      code: 'state_clock',
    });
  }

  async claim(view: PermitView, kind: PermitKind): Promise<HeldPermit | undefined> {
    const { member, timing } = this.#options;
    const values = [view.newest, this.#shiftUs, view.nowUs, Math.floor(timing.longestSleepUs)];
    const [row] = await this.#run<sql.ClaimRow>(sql.CLAIM, [...values, kind, member, timing.holdUs]);
    if (row) return this.#receive(this.#hold(row, kind), this.#lookedUs);
    this.#trips.note(this.#lookedUs);
    return undefined;
  }

  /** Any free permit in one round trip. @returns undefined when none is free, or the group has to be looked at first */
  async claimFree(kind: PermitKind): Promise<HeldPermit | undefined> {
    if (this.#epoch === '') return undefined;
    const { member, timing } = this.#options;
    const { calls, windowUs, holdUs, leaseUs } = timing;
    const values = [this.#shiftUs, calls, windowUs, holdUs, leaseUs, kind, member];
    const askedUs = this.#options.clock.nowUs();
    const [row] = await this.#run<sql.ClaimRow>(sql.CLAIM_FREE, values);
    if (!row) return undefined;
    const held = this.#hold(row, kind);
    const heardUs = this.#options.clock.nowUs();
    if (this.#serverClock.take({ serverUs: held.acquiredUs, askedUs, heardUs }) === 0)
      return this.#receive(held, askedUs);
    await this.end(held.number, true);
    return undefined;
  }

  /** @throws StateError where permits arrive too old to be used, again and again */
  async #receive(held: HeldPermit, askedUs: number): Promise<HeldPermit> {
    try {
      this.#trips.note(askedUs);
      return held;
    } catch (error) {
      await this.end(held.number, true);
      throw error;
    }
  }

  /** In the background where the database does not answer: until then, and without it, the lease holds the permit. */
  async end(number: number, isVoid: boolean): Promise<void> {
    const { clock, member } = this.#options;
    const endedUs = clock.nowUs();
    const say = () => this.#run(sql.END, [number, member, Math.ceil(clock.nowUs() - endedUs), isVoid]);
    try {
      await say();
    } catch {
      this.#sayAgain(say, endedUs).catch(() => undefined);
    }
  }

  async announce(waiting: number): Promise<void> {
    const { member, timing } = this.#options;
    const nowUs = this.nowUs();
    const isTold = this.#announced.untilUs - nowUs > timing.longestSleepUs / 2;
    if (waiting === this.#announced.count && (waiting === 0 || isTold)) return;
    const lifeUs = Math.ceil(timing.longestSleepUs);
    // Untold, a batch of another machine may go first for once.
    await this.#run(sql.ANNOUNCE, [member, waiting, lifeUs]).catch(() => undefined);
    this.#announced = { count: waiting, untilUs: nowUs + lifeUs };
  }

  async change(statement: sql.PermitStatement, values: readonly SqlValue[]): Promise<void> {
    await this.#run(statement, values);
  }

  async #sayAgain(say: () => Promise<unknown>, sinceUs: number): Promise<void> {
    const { clock, closing } = this.#options;
    while (!closing?.aborted && clock.nowUs() - sinceUs < END_WITHIN_MS * 1000) {
      await clock.wait(END_AGAIN_MS, closing);
      const isSaid = await say().then(
        () => true,
        () => false,
      );
      if (isSaid) return;
    }
  }

  #run<Row>(statement: sql.PermitStatement, values: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#options.database.run<Row>(statement, [this.#options.group, ...values]);
  }

  /** One reading of the group's row and of what has changed since the last one. */
  async #read(): Promise<Read | undefined> {
    const { clock, member, timing } = this.#options;
    const askedUs = clock.nowUs();
    const [row] = await this.#run<sql.LookRow>(sql.LOOK, [this.#version, member]);
    const heardUs = clock.nowUs();
    this.#lookedUs = askedUs;
    if (row && row.epoch === row.own_epoch) return { row, askedUs, heardUs };
    // A group nobody has seen, or another history of the database: what was sent last may be unknown to it.
    await this.#run(sql.BEGIN_EPOCH, [timing.leaseUs + timing.holdUs]);
    return undefined;
  }

  /** Whether the clock and the permits of a reading can be built on; corrects what is wrong with them if not. */
  async #isTrusted({ row, askedUs, heardUs }: Read): Promise<boolean> {
    if (row.epoch !== this.#epoch || row.version < this.#version) {
      const isKnown = this.#epoch !== '';
      this.#epoch = row.epoch;
      this.#version = 0;
      this.#known = new PermitLedger(this.#options.timing);
      if (isKnown) return false;
    }
    if (row.wall_us + row.shift_us < row.last_us) {
      await this.#run(sql.SET_FORWARD, [row.shift_us]);
      // The time of this reading is the last one that was used, which is early: good enough.
    }
    const serverUs = Math.max(row.last_us, row.wall_us + row.shift_us);
    const leaptUs = this.#serverClock.take({ serverUs, askedUs, heardUs });
    if (leaptUs === 0) return true;
    await this.#run(sql.SET_BACK, [row.shift_us, leaptUs]);
    return false;
  }

  #toView({ row }: Read): PermitView {
    this.#shiftUs = row.shift_us;
    this.#version = row.version;
    for (const permit of row.permits) this.#known.put(sql.toHeldPermit(permit));
    const nowUs = Math.max(row.last_us, row.wall_us + row.shift_us);
    this.#forget(row.newest);
    return {
      permits: this.#known,
      newest: row.newest,
      nowUs,
      readyAtUs: row.ready_us,
      waitingElsewhere: row.waiting,
      freeze: sql.toFreeze(row),
      lastInteractiveUs: row.interactive_us,
    };
  }

  #hold(row: sql.ClaimRow, kind: PermitKind): HeldPermit {
    const { member, timing } = this.#options;
    const { number, acquired_us: acquiredUs } = row;
    if (number % SWEEP_EVERY === 0) this.#sweep(number).catch(() => undefined);
    return { number, acquiredUs, kind, pid: member, holdUs: timing.holdUs };
  }

  /** As the database does: what is over and older than two quotas is gone. */
  #forget(newest: number): void {
    const nowUs = this.nowUs();
    const { calls, leaseUs, holdUs, windowUs } = this.#options.timing;
    for (const permit of this.#known) {
      const endUs = (permit.answeredUs ?? permit.acquiredUs + leaseUs) + Math.max(holdUs, permit.holdUs);
      // Interactive permits shape the reserve for ten windows, which the policy remembers by itself.
      if (permit.number >= newest - 2 * calls || endUs + windowUs >= nowUs) return;
      this.#known.remove(permit.number);
    }
  }

  async #sweep(number: number): Promise<void> {
    const { calls, leaseUs, holdUs } = this.#options.timing;
    await this.#run(sql.SWEEP, [number - 2 * calls, leaseUs, holdUs]);
  }
}

interface Read {
  readonly row: sql.LookRow;
  readonly askedUs: number;
  readonly heardUs: number;
}
