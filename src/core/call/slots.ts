/** Places for jobs; who finds none waits. */
export type Slots = ReturnType<typeof createSlots>;

/**
 * At most `count` jobs at once; the others wait in the order in which they came. Not bottleneck's: that costs 0.3 ms a job,
 * a third of a whole call upstream.
 */
export function createSlots(count: number) {
  let free = count;
  const line: (() => void)[] = [];
  return {
    schedule: async <T>(job: () => Promise<T>) => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => line.push(resolve));
      try {
        return await job();
      } finally {
        // The place goes from hand to hand, so that nobody who comes in between takes it.
        const next = line.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}

/** At most `count` jobs at once for each key; a key without jobs is forgotten. */
export function createSlotsByKey(count: number) {
  const known = new Map<string, { readonly slots: Slots; jobs: number }>();
  const open = (key: string) => {
    const one = known.get(key) ?? { slots: createSlots(count), jobs: 0 };
    known.set(key, one);
    return one;
  };
  return {
    run: async <T>(key: string, job: () => Promise<T>) => {
      const one = open(key);
      one.jobs += 1;
      try {
        return await one.slots.schedule(job);
      } finally {
        one.jobs -= 1;
        if (one.jobs === 0) known.delete(key);
      }
    },
    /** How many jobs of a key run or wait. */
    countOf: (key: string) => known.get(key)?.jobs ?? 0,
  };
}
