import Bottleneck from 'bottleneck';

/** Places for jobs; who finds none waits. */
export interface Slots {
  readonly schedule: <T>(job: () => Promise<T>) => Promise<T>;
}

/** At most `count` jobs at once; the others wait in the order in which they came. */
export function createSlots(count: number): Slots {
  // bottleneck 2.19.5 spaces jobs by the wall clock even with minTime 0: set back by an hour, it waits an hour.
  const slots = new Bottleneck({ maxConcurrent: count, minTime: Number.NEGATIVE_INFINITY });
  return { schedule: (job) => slots.schedule(job) };
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
