import type { HeldPermit } from '../../permits/held-permit.js';
import type { PermitFiles } from './permit-file.js';

/** A permit whose file may be deleted. */
export interface OldPermit {
  readonly permit: HeldPermit;
  /** Its call has ended: nobody writes to its file any more. */
  readonly hasEnd: boolean;
}

export interface SweepOptions {
  readonly files: PermitFiles;
  /** How many of the newest files are kept, whether their permits are over or not. */
  readonly kept: number;
  /** What a file says; undefined while its permit counts. */
  readonly findOld: (number: number) => OldPermit | undefined;
  /** Receives what is about to be deleted. */
  readonly beforeDelete: (permits: readonly HeldPermit[]) => void;
}

/** Listing a folder costs as much as it holds: only now and then it is looked for what is left besides the numbers. */
const LIST_EVERY = 1024;

/** Deletes the files of permits that are over, the lowest first, so that no gap appears. */
export function createSweep({ files, kept, findOld, beforeDelete }: SweepOptions): (newest: number) => void {
  let oldest: number | undefined;
  /** Other processes delete them too: the lowest that is there, from the lowest that was there on. */
  const getOldest = (from: number, last: number): number => {
    let low = from;
    let high = last + 1;
    while (low < high) {
      const middle = low === from ? from : (low + high) >>> 1;
      if (files.exists(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const listOld = (from: number, last: number): readonly OldPermit[] => {
    const old: OldPermit[] = [];
    for (let number = from; number <= last; number += 1) {
      const one = findOld(number);
      if (!one) break;
      old.push(one);
    }
    return old;
  };
  return (newest) => {
    const isThorough = oldest === undefined || newest % LIST_EVERY === 0;
    const known = isThorough ? files.list()[0] : oldest;
    const last = newest - kept;
    const from = getOldest(known ?? newest, last);
    const old = listOld(from, last);
    beforeDelete(old.map(({ permit }) => permit));
    for (const { permit, hasEnd } of old) {
      if (hasEnd) files.retire(permit.number);
      else files.remove(permit.number);
    }
    oldest = from + old.length;
    if (isThorough) files.removeOldTemps(newest);
  };
}
