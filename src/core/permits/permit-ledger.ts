import { type HeldPermit, isShared, type PermitKind } from './held-permit.js';
import type { Timing } from './permit-timing.js';
import { createSortedTimes } from './sorted-times.js';

/** Which batch asks. */
export interface BatchName {
  /** `b` of nobody: for a look at what a batch would wait for. */
  readonly kind: PermitKind | 'b';
  readonly pid: number;
}

/** How a batch stands compared with the others. */
export interface Turns {
  /** Permits that other batches took since its last one; no more than twice as many as there are rivals. */
  readonly missed: number;
  /** How many other batches were at work at once. */
  readonly rivals: number;
}

/** Numbers of permits of one batch, in order. Those at both ends are in use after `prune`. */
type Numbers = number[];

const nameBatch = ({ kind, pid }: BatchName): string => (isShared(kind) ? kind : `${pid} ${kind}`);

/**
 * The permits that a process knows of, kept so that a decision costs what has changed since the last one and what is under
 * way, not what is in use. A permit is looked up by its number; who changes one puts it in again.
 */
export class PermitLedger<P extends HeldPermit = HeldPermit> {
  readonly #timing: Timing;
  readonly #permits = new Map<number, { readonly permit: P; readonly returnUs: number }>();
  /** Calls on their way, also those of processes that died. */
  readonly #open = new Map<number, P>();
  readonly #returns = createSortedTimes();
  readonly #answeredReturns = createSortedTimes();
  readonly #batches = new Map<string, Numbers>();
  readonly #interactive: Numbers = [];

  constructor(timing: Timing, permits: Iterable<P> = []) {
    this.#timing = timing;
    for (const permit of permits) this.put(permit);
  }

  get(number: number): P | undefined {
    return this.#permits.get(number)?.permit;
  }

  /** In the order in which they were first put in. */
  *[Symbol.iterator](): Iterator<P> {
    for (const { permit } of this.#permits.values()) yield permit;
  }

  /** Calls on their way. */
  get open(): Iterable<P> {
    return this.#open.values();
  }

  put(permit: P): void {
    const { number } = permit;
    this.#leaveTimes(number);
    const returnUs = getReturnUs(permit, this.#timing);
    this.#permits.set(number, { permit, returnUs });
    if (permit.kind === 'i') enterNumber(this.#interactive, number);
    if (permit.void) {
      this.#open.delete(number);
      return;
    }
    this.#returns.add(returnUs);
    if (permit.answeredUs === undefined) this.#open.set(number, permit);
    else {
      this.#open.delete(number);
      this.#answeredReturns.add(returnUs);
    }
    if (permit.kind !== 'i') this.#enterBatch(permit);
  }

  remove(number: number): void {
    this.#leaveTimes(number);
    this.#permits.delete(number);
    this.#open.delete(number);
    if (this.#interactive[0] === number) this.#interactive.shift();
  }

  isInUse(number: number, nowUs: number): boolean {
    return (this.#permits.get(number)?.returnUs ?? 0) > nowUs;
  }

  countInUse(nowUs: number): number {
    return this.#returns.countAfter(nowUs);
  }

  /** When the last one is free again, as far as is known; for 1, the one before it. */
  getReturnUs(place: number): number {
    return this.#returns.getLatest(place);
  }

  /** When the next one is likely free that is not by then. */
  getNextReturnUs(fromUs: number, nowUs: number): number {
    let nextUs = this.#answeredReturns.getNext(fromUs);
    for (const permit of this.#open.values()) {
      const likelyUs = getLikelyReturnUs(permit, nowUs, this.#timing);
      if (likelyUs > fromUs) nextUs = Math.min(nextUs, likelyUs);
      else if (getReturnUs(permit, this.#timing) > fromUs) nextUs = fromUs;
    }
    return nextUs;
  }

  /** When all are likely free again, the latest first. */
  listLikelyReturns(nowUs: number): Float64Array {
    const likely = Array.from(this.#permits.values(), ({ permit }) =>
      getLikelyReturnUs(permit, nowUs, this.#timing),
    );
    return Float64Array.from(likely).sort().reverse();
  }

  /** When a batch last took one that is in use; before all time for never. */
  getLastBatchUs(nowUs: number): number {
    const times = this.#listBatches(nowUs).map(
      ([, numbers]) => this.get(numbers.at(-1) ?? -1)?.acquiredUs ?? 0,
    );
    return Math.max(Number.NEGATIVE_INFINITY, ...times);
  }

  /** Those of people, the newest first. */
  *listInteractive(): Generator<P> {
    for (let place = this.#interactive.length - 1; place >= 0; place -= 1) {
      const permit = this.get(this.#interactive[place] ?? -1);
      if (permit && !permit.void) yield permit;
    }
  }

  /** @param sinceNumber the batch's own newest permit, or the newest of all when it began to wait */
  countTurns(batch: BatchName, sinceNumber: number, nowUs: number): Turns {
    const own = nameBatch(batch);
    const others = this.#listBatches(nowUs).flatMap(([name, numbers]) => (name === own ? [] : [numbers]));
    const rivals = countTogether(others);
    // The last turn of a batch of several processes is the last that any of them took.
    const ownLast = isShared(batch.kind) ? (this.#batches.get(own)?.at(-1) ?? -1) : -1;
    const since = Math.max(sinceNumber, ownLast);
    let missed = 0;
    for (const numbers of others) missed += this.#countSince(numbers, since, 2 * rivals - missed, nowUs);
    return { missed, rivals };
  }

  #countSince(numbers: Numbers, since: number, most: number, nowUs: number): number {
    let count = 0;
    for (let place = numbers.length - 1; place >= 0 && count < most; place -= 1) {
      const number = numbers[place] ?? -1;
      if (number <= since) break;
      if (this.isInUse(number, nowUs)) count += 1;
    }
    return count;
  }

  /** Those with permits in use. */
  #listBatches(nowUs: number): readonly [string, Numbers][] {
    const batches = [...this.#batches];
    for (const [name, numbers] of batches) this.#prune(name, numbers, nowUs);
    return batches.filter(([, numbers]) => numbers.length > 0);
  }

  #leaveTimes(number: number): void {
    const known = this.#permits.get(number);
    if (!known || known.returnUs === Number.NEGATIVE_INFINITY) return;
    this.#returns.remove(known.returnUs);
    if (!this.#open.has(number)) this.#answeredReturns.remove(known.returnUs);
  }

  #enterBatch(permit: P): void {
    const name = nameBatch(permit);
    const numbers = this.#batches.get(name);
    if (numbers) enterNumber(numbers, permit.number);
    else this.#batches.set(name, [permit.number]);
  }

  /** Forgets what is over at both ends. What comes back to life, by an answer after its lease, is put in again with it. */
  #prune(name: string, numbers: Numbers, nowUs: number): void {
    while (numbers.length > 0 && !this.isInUse(numbers[0] ?? -1, nowUs)) numbers.shift();
    while (numbers.length > 0 && !this.isInUse(numbers.at(-1) ?? -1, nowUs)) numbers.pop();
    if (numbers.length === 0) this.#batches.delete(name);
  }
}

/** Nearly all come at the end. */
function enterNumber(numbers: Numbers, number: number): void {
  let place = numbers.length;
  while (place > 0 && (numbers[place - 1] ?? 0) > number) place -= 1;
  if (numbers[place - 1] === number) return;
  if (place === numbers.length) numbers.push(number);
  else numbers.splice(place, 0, number);
}

/** How many were at work at once. Batches that followed each other are one: what counts is how many spans hold the same number. */
function countTogether(batches: readonly Numbers[]): number {
  if (batches.length < 2) return batches.length;
  const firsts = batches.map((numbers) => numbers[0] ?? 0).sort((one, other) => one - other);
  const lasts = batches.map((numbers) => numbers.at(-1) ?? 0).sort((one, other) => one - other);
  let most = 0;
  let ended = 0;
  for (const [begun, first] of firsts.entries()) {
    while ((lasts[ended] ?? first) < first) ended += 1;
    most = Math.max(most, begun + 1 - ended);
  }
  return most;
}

/** When the permit is free again, as far as is known: an unanswered call counts until its lease is over. */
export function getReturnUs(permit: HeldPermit, timing: Timing): number {
  if (permit.void) return Number.NEGATIVE_INFINITY;
  const holdUs = Math.max(timing.holdUs, permit.holdUs);
  return (permit.answeredUs ?? permit.acquiredUs + timing.leaseUs) + holdUs;
}

/** The same, but a call on its way counts as answered at once, unless that would be over by now. */
export function getLikelyReturnUs(permit: HeldPermit, nowUs: number, timing: Timing): number {
  const likelyUs = permit.acquiredUs + Math.max(timing.holdUs, permit.holdUs);
  if (permit.void || permit.answeredUs !== undefined || likelyUs <= nowUs) return getReturnUs(permit, timing);
  return likelyUs;
}
