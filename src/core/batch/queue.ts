/** Lets someone wait for one index after the other while a run fills them in any order. */
export interface OutcomeWaiters {
  readonly wait: (index: number) => Promise<void>;
  readonly announce: (index: number) => void;
  /** Nothing will come any more. */
  readonly end: () => void;
}

export function createOutcomeWaiters(hasOutcome: (index: number) => boolean): OutcomeWaiters {
  const waiting = new Map<number, (() => void)[]>();
  let ended = false;
  const wake = (index: number) => {
    for (const resolve of waiting.get(index) ?? []) resolve();
    waiting.delete(index);
  };
  return {
    wait: async (index) => {
      if (ended || hasOutcome(index)) return;
      await new Promise<void>((resolve) => waiting.set(index, [...(waiting.get(index) ?? []), resolve]));
    },
    announce: wake,
    end: () => {
      ended = true;
      for (const index of [...waiting.keys()]) wake(index);
    },
  };
}

/** What is still to be asked for, handed out in order; nothing is queued beyond what is under way. */
export interface Queue {
  /** Up to `count` indexes; none when there are no more. */
  readonly take: (count: number) => number[];
  /** They come again, before the others. */
  readonly putBack: (indexes: readonly number[]) => void;
}

/** @param wants whether an index belongs to this queue */
export function createQueue(size: number, wants: (index: number) => boolean): Queue {
  const again: number[] = [];
  let next = 0;
  return {
    take: (count) => {
      const taken = again.splice(0, count);
      for (; next < size && taken.length < count; next += 1) {
        if (wants(next)) taken.push(next);
      }
      return taken;
    },
    putBack: (indexes) => {
      again.push(...indexes);
    },
  };
}
