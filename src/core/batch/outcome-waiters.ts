/** Lets someone wait for one index after the other while a run fills them in any order. */
export function createOutcomeWaiters(hasOutcome: (index: number) => boolean) {
  const waiting = new Map<number, (() => void)[]>();
  let ended = false;
  const wake = (index: number) => {
    for (const resolve of waiting.get(index) ?? []) resolve();
    waiting.delete(index);
  };
  return {
    wait: async (index: number) => {
      if (ended || hasOutcome(index)) return;
      await new Promise<void>((resolve) => waiting.set(index, [...(waiting.get(index) ?? []), resolve]));
    },
    announce: wake,
    /** Nothing will come any more. */
    end: () => {
      ended = true;
      for (const index of [...waiting.keys()]) wake(index);
    },
  };
}
