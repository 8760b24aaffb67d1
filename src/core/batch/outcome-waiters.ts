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
