import type { Clock } from '../../clock.js';
import { BijiaError } from '../../errors.js';
import type { HeldPermit, PermitKind } from '../../permits/held-permit.js';
import type { Freeze } from '../../permits/permit-freeze.js';
import { createPermits, type PermitOptions } from '../../permits/permit-keeper.js';
import { getReturnUs, PermitLedger } from '../../permits/permit-ledger.js';
import type { PermitStore, PermitView } from '../../permits/permit-store.js';
import { type Timing, toTiming } from '../../permits/permit-timing.js';
import type { Permits } from '../../permits/permits.js';
import { createFolderError, openLocalFolder } from '../local-folder.js';
import { createPeopleMemory, type PeopleMemory } from './people-memory.js';
import {
  createPermitFiles,
  formatClaim,
  formatEnd,
  hasEnd,
  type PermitFiles,
  type PermitRecord,
  parsePermitFile,
} from './permit-file.js';
import { createPermitNotes, OTHER_BOOT_US, type PermitNotes } from './permit-notes.js';
import { createSweep, type OldPermit } from './permit-sweep.js';

/** Who takes a number that divides by this clears away old files. */
const SWEEP_EVERY = 32;
/** How many files are kept although their permits are over; two quotas of them, if that is less. */
const MOST_KEPT = 1000;

/** Stands for the writer of a file that has no line yet. */
const NOBODY = 0;

export interface PermitFolderOptions extends PermitOptions {
  /** One per quota group. Every process of this user on this machine shares it. */
  readonly folder: string;
  /** Tells this process apart from others. */
  readonly pid?: number;
}

/** Permits shared by all processes of this machine: exact without a server, a lock or a native module. */
export function createFolderPermits(options: PermitFolderOptions): Permits {
  return createPermits(options, createFolderStore(options));
}

export function createFolderStore({ pid = process.pid, ...options }: PermitFolderOptions): PermitStore {
  const store = new FolderStore({ ...options, pid });
  return {
    pid,
    look: async () => store.guard(() => store.look()),
    claim: async (view, kind) => store.guard(() => store.claim(view, kind)),
    answer: async (number) => store.end(number, options.clock.nowUs()),
    giveBack: async (number) => store.end(number, undefined),
    announce: async (waiting) => store.guard(() => store.announce(waiting)),
    freeze: async (freeze) => store.guard(() => store.freeze(freeze)),
    forgive: async (acquiredUs) => store.guard(() => store.forgive(acquiredUs)),
    close: async () => store.close(),
  };
}

type KnownPermit = { -readonly [K in keyof HeldPermit]: HeldPermit[K] } & {
  /** Taken by this process: nobody else writes its end. */
  readonly mine: boolean;
  /** When the file was last read, while its call is on its way. */
  checkedUs: number;
};

/**
 * What one process knows of the folder. File calls are synchronous: each takes some ten microseconds, a tenth of
 * what the way through the thread pool costs, and nothing of this process can come between a view and a claim.
 */
class FolderStore {
  readonly #folder: string;
  readonly #pid: number;
  readonly #clock: Clock;
  readonly #timing: Timing;
  readonly #files: PermitFiles;
  readonly #notes: PermitNotes;
  #known: PermitLedger<KnownPermit>;
  /** Own permits whose files somebody deleted count as long as they would have, under numbers below all others. */
  #lowest = -1;
  #newest = -1;
  readonly #people: PeopleMemory;
  readonly #sweep: (newest: number) => void;
  #isOpen = false;
  /** When the last look began; longer ago than a window, files may have come and gone unseen. */
  #lookedUs = Number.NEGATIVE_INFINITY;

  constructor({ folder, pid, clock, limit, callTimeoutMs }: PermitFolderOptions & { pid: number }) {
    this.#folder = folder;
    this.#pid = pid;
    this.#clock = clock;
    this.#timing = toTiming(limit, callTimeoutMs);
    this.#known = new PermitLedger(this.#timing);
    this.#files = createPermitFiles(folder, pid, () => `${pid}-${clock.nowUs()}`);
    const { writeTemp } = this.#files;
    this.#notes = createPermitNotes({ folder, pid, lifeUs: this.#timing.longestSleepUs, writeTemp });
    this.#people = createPeopleMemory(this.#notes, clock);
    this.#sweep = createSweep({
      files: this.#files,
      kept: Math.min(2 * limit.calls, MOST_KEPT),
      findOld: (number) => this.#findOld(number),
      beforeDelete: (permits) => this.#people.keep(permits),
    });
  }

  /** Turns what the file system refuses into a sentence for the operator. */
  guard<T>(work: () => T): T {
    try {
      if (!this.#isOpen) openLocalFolder(this.#folder);
      this.#isOpen = true;
      return work();
    } catch (error) {
      this.#isOpen = false;
      throw error instanceof BijiaError ? error : createFolderError(this.#folder, error);
    }
  }

  look(): PermitView {
    const startUs = this.#clock.nowUs();
    if (startUs - this.#lookedUs > this.#timing.windowUs) this.#rescan();
    else this.#readNew();
    this.#lookedUs = startUs;
    this.#readEnds(startUs);
    this.#forget(startUs);
    return {
      permits: this.#known,
      newest: this.#newest,
      waitingElsewhere: this.#notes.countWaiting(startUs),
      freeze: this.#notes.readFreeze(startUs),
      nowUs: this.#clock.nowUs(),
      // A permit of the boot before may have been used a moment ago, and its stamp says nothing here.
      readyAtUs: this.#timing.holdUs + 1,
      ...this.#people.view(),
    };
  }

  claim(view: PermitView, kind: PermitKind): HeldPermit | undefined {
    const acquiredUs = this.#clock.nowUs();
    if (view.newest !== this.#newest || acquiredUs - view.nowUs > this.#timing.longestSleepUs)
      return undefined;
    const number = view.newest + 1;
    const record = { acquiredUs, kind, pid: this.#pid, holdUs: this.#timing.holdUs };
    if (!this.#files.create(number, formatClaim(record))) return undefined;
    if (!this.#followsItsPredecessor(number)) {
      this.#files.remove(number);
      this.#lookedUs = Number.NEGATIVE_INFINITY;
      return undefined;
    }
    const held: KnownPermit = { ...record, number, mine: true, checkedUs: acquiredUs };
    this.#known.put(held);
    this.#people.note(held);
    this.#newest = number;
    if (number % SWEEP_EVERY === 0) this.#sweep(number);
    return held;
  }

  end(number: number, answeredUs: number | undefined): void {
    const permit = this.#known.get(number);
    if (!permit?.mine) return;
    permit.answeredUs = answeredUs;
    permit.void = answeredUs === undefined;
    this.#known.put(permit);
    try {
      this.#files.append(number, formatEnd(answeredUs));
    } catch {
      // Without the line the others wait for the end of the lease, which is longer.
    }
  }

  announce(waiting: number): void {
    this.#notes.writeWaiting(waiting, this.#clock.nowUs());
  }

  freeze(freeze: Freeze): void {
    this.#notes.writeFreeze(freeze);
  }

  forgive(acquiredUs: number): void {
    this.#notes.writeSuccess(acquiredUs);
  }

  /** False when this process slept so long that the number was taken, used and deleted by then. */
  #followsItsPredecessor(number: number): boolean {
    return number > 0 ? this.#files.exists(number - 1) : this.#files.list().every((other) => other === 0);
  }

  #readNew(): void {
    for (let number = this.#newest + 1; this.#files.exists(number); number += 1) {
      const permit = this.#read(number);
      if (!permit) return;
      this.#known.put(permit);
      this.#people.note(permit);
      this.#newest = number;
    }
  }

  #rescan(): void {
    const before = this.#known;
    const found = this.#files.list().flatMap((number) => this.#reread(number, before.get(number)) ?? []);
    const nowUs = this.#clock.nowUs();
    const there = new Set(found);
    const isMissing = (permit: KnownPermit) =>
      permit.mine && !there.has(permit) && getReturnUs(permit, this.#timing) > nowUs;
    const lost = [...before].filter(isMissing).map((permit) => this.#keepLost(permit));
    this.#known = new PermitLedger(this.#timing, [...lost, ...found]);
    for (const permit of found) this.#people.note(permit);
    this.#newest = found.at(-1)?.number ?? -1;
    this.#people.load();
  }

  /** What is known of a permit already, unless its file is another one's by now. */
  #reread(number: number, known: KnownPermit | undefined): KnownPermit | undefined {
    const permit = this.#read(number);
    if (!permit || known?.pid !== permit.pid) return permit;
    return permit.pid === NOBODY || known.acquiredUs === permit.acquiredUs ? known : permit;
  }

  #keepLost(permit: KnownPermit): KnownPermit {
    if (permit.number < 0) return permit;
    const lost = { ...permit, number: this.#lowest };
    this.#lowest -= 1;
    return lost;
  }

  /** Looks whether calls of other processes have been answered. */
  #readEnds(nowUs: number): void {
    for (const permit of this.#known.open) {
      if (permit.mine) continue;
      const leaseEndUs = getReturnUs(permit, this.#timing);
      const isDue = permit.checkedUs < leaseEndUs && leaseEndUs <= nowUs;
      if (!isDue && nowUs - permit.checkedUs < this.#timing.pollUs) continue;
      permit.checkedUs = nowUs;
      Object.assign(permit, parsePermitFile(this.#files.read(permit.number) ?? ''));
      this.#known.put(permit);
    }
  }

  #read(number: number): KnownPermit | undefined {
    const text = this.#files.read(number);
    return text === undefined ? undefined : this.#toKnown(number, text);
  }

  #toKnown(number: number, text: string): KnownPermit {
    const nowUs = this.#clock.nowUs();
    const record = parsePermitFile(text) ?? this.#assumeTaken(nowUs - this.#files.getAgeUs(number));
    const latestUs = Math.max(record.acquiredUs, record.answeredUs ?? 0);
    const isOtherBoot = latestUs > nowUs + OTHER_BOOT_US;
    return { ...record, void: record.void || isOtherBoot, number, mine: false, checkedUs: nowUs };
  }

  /** For a file without its line: its writer is busy or died where links fail, or somebody spoiled it. */
  #assumeTaken(acquiredUs: number): PermitRecord {
    return { acquiredUs, kind: 'i', pid: NOBODY, holdUs: this.#timing.holdUs };
  }

  /** No decision looks further back than a window; the file stays until it is swept. */
  #forget(nowUs: number): void {
    for (const permit of this.#known) {
      if (!this.#isOver(permit, nowUs, this.#timing.windowUs)) return;
      this.#known.remove(permit.number);
    }
  }

  /** Whether it is over, or has been for as long as said. */
  #isOver(permit: HeldPermit, nowUs: number, sinceUs = 0): boolean {
    if (permit.acquiredUs > nowUs + OTHER_BOOT_US) return true;
    // Also a permit given back keeps its file for a while: the proof against processes that sleep needs it.
    const earliestUs = permit.acquiredUs + this.#timing.holdUs;
    return Math.max(earliestUs, getReturnUs(permit, this.#timing)) + sinceUs <= nowUs;
  }

  /** What may be deleted, as far as its file says; also a gap ends a sweep. */
  #findOld(number: number): OldPermit | undefined {
    const text = this.#files.read(number);
    if (text === undefined) return undefined;
    const permit = this.#known.get(number) ?? this.#toKnown(number, text);
    return this.#isOver(permit, this.#clock.nowUs()) ? { permit, hasEnd: hasEnd(text) } : undefined;
  }

  close(): void {
    this.#files.close();
  }
}
