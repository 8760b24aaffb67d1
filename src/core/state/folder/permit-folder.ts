import type { Clock } from '../../clock.js';
import { BijiaError } from '../../errors.js';
import type { Freeze } from '../../permits/permit-freeze.js';
import { createPermits, type PermitOptions } from '../../permits/permit-keeper.js';
import { getReturnUs } from '../../permits/permit-policy.js';
import type { HeldPermit, PermitKind, PermitStore, PermitView } from '../../permits/permit-store.js';
import { type Timing, toTiming } from '../../permits/permit-timing.js';
import type { Permits } from '../../permits/permits.js';
import { createFolderError, openLocalFolder } from '../local-folder.js';
import {
  createPermitFiles,
  formatClaim,
  formatEnd,
  type PermitFiles,
  type PermitRecord,
  parsePermitFile,
} from './permit-file.js';
import { createPermitNotes, OTHER_BOOT_US, type PermitNotes } from './permit-notes.js';

/** Who takes a number that divides by this clears away old files. */
const SWEEP_EVERY = 32;

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
  #known = new Map<number, KnownPermit>();
  /** Own permits whose files somebody deleted: they count as long as they would have. */
  #lost: readonly KnownPermit[] = [];
  #newest = -1;
  #isOpen = false;
  /** When the last look began; longer ago than a window, files may have come and gone unseen. */
  #lookedUs = Number.NEGATIVE_INFINITY;

  constructor({ folder, pid, clock, limit, callTimeoutMs }: PermitFolderOptions & { pid: number }) {
    this.#folder = folder;
    this.#pid = pid;
    this.#clock = clock;
    this.#timing = toTiming(limit, callTimeoutMs);
    this.#files = createPermitFiles(folder, pid);
    const { writeTemp } = this.#files;
    this.#notes = createPermitNotes({ folder, pid, lifeUs: this.#timing.longestSleepUs, writeTemp });
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
    this.#readEnds();
    this.#forget();
    return {
      permits: [...this.#lost, ...this.#known.values()],
      newest: this.#newest,
      waitingElsewhere: this.#notes.countWaiting(startUs),
      freeze: this.#notes.readFreeze(startUs),
      nowUs: this.#clock.nowUs(),
      // A permit of the boot before may have been used a moment ago, and its stamp says nothing here.
      readyAtUs: this.#timing.holdUs + 1,
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
    this.#known.set(number, held);
    this.#newest = number;
    if (number % SWEEP_EVERY === 0) this.#sweep(number);
    return held;
  }

  end(number: number, answeredUs: number | undefined): void {
    const permit = this.#known.get(number);
    if (!permit?.mine) return;
    permit.answeredUs = answeredUs;
    permit.void = answeredUs === undefined;
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
      this.#known.set(number, permit);
      this.#newest = number;
    }
  }

  #rescan(): void {
    const before = this.#known;
    this.#known = new Map();
    for (const number of this.#files.list()) {
      const permit = this.#read(number);
      if (!permit) continue;
      const known = before.get(number);
      const isSame =
        known?.pid === permit.pid && (permit.pid === NOBODY || known.acquiredUs === permit.acquiredUs);
      this.#known.set(number, isSame ? known : permit);
      if (isSame) before.delete(number);
    }
    const nowUs = this.#clock.nowUs();
    const missing = [...before.values()].filter((permit) => permit.mine);
    this.#lost = [...this.#lost, ...missing].filter((permit) => getReturnUs(permit, this.#timing) > nowUs);
    this.#newest = [...this.#known.keys()].at(-1) ?? -1;
  }

  /** Looks whether calls of other processes have been answered. */
  #readEnds(): void {
    const nowUs = this.#clock.nowUs();
    for (const permit of this.#known.values()) {
      if (permit.mine || permit.void || permit.answeredUs !== undefined) continue;
      const leaseEndUs = getReturnUs(permit, this.#timing);
      const isDue = permit.checkedUs < leaseEndUs && leaseEndUs <= nowUs;
      if (!isDue && nowUs - permit.checkedUs < this.#timing.pollUs) continue;
      permit.checkedUs = nowUs;
      Object.assign(permit, parsePermitFile(this.#files.read(permit.number) ?? ''));
    }
  }

  #read(number: number): KnownPermit | undefined {
    const text = this.#files.read(number);
    if (text === undefined) return undefined;
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
  #forget(): void {
    const nowUs = this.#clock.nowUs();
    for (const permit of this.#known.values()) {
      if (!this.#isOver(permit, nowUs, this.#timing.windowUs)) return;
      this.#known.delete(permit.number);
    }
  }

  /** Whether it is over, or has been for as long as said. */
  #isOver(permit: HeldPermit, nowUs: number, sinceUs = 0): boolean {
    if (permit.acquiredUs > nowUs + OTHER_BOOT_US) return true;
    // Also a permit given back keeps its file for a while: the proof against processes that sleep needs it.
    const earliestUs = permit.acquiredUs + this.#timing.holdUs;
    return Math.max(earliestUs, getReturnUs(permit, this.#timing)) + sinceUs <= nowUs;
  }

  /** Deletes the files of permits that are over, the lowest first, so that no gap appears; the newest 2Q stay. */
  #sweep(newest: number): void {
    const nowUs = this.#clock.nowUs();
    for (const number of this.#files.list()) {
      if (number > newest - 2 * this.#timing.calls) break;
      const permit = this.#known.get(number) ?? this.#read(number);
      if (permit && !this.#isOver(permit, nowUs)) break;
      this.#files.remove(number);
    }
    this.#files.removeOldTemps(newest);
  }
}
