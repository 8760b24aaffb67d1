import { setMaxListeners } from 'node:events';

/** Work that outlives the update it came from: lookups that wait for the quota, batches, late messages. */
export interface Tasks {
  /** Starts work; what it throws is given to `onError`. */
  readonly start: (name: string, work: (signal: AbortSignal) => Promise<void>) => void;
  /** Counts other work in. @returns the same promise */
  readonly track: <T>(name: string, work: Promise<T>) => Promise<T>;
  readonly size: () => number;
  /**
   * Waits for what is under way; work that is not done after `graceMs` is asked to end by its signal, and after
   * `limitMs` nobody waits any longer.
   * @returns the names of what was still not done
   */
  readonly drain: (limits: { readonly graceMs: number; readonly limitMs: number }) => Promise<string[]>;
}

export function createTasks(onError: (name: string, error: unknown) => void): Tasks {
  const running = new Map<Promise<void>, string>();
  const controller = new AbortController();
  // Every lookup under way listens; more than ten would be reported as a leak.
  setMaxListeners(0, controller.signal);

  const hold = (name: string, work: Promise<unknown>) => {
    const task: Promise<void> = work.then(
      () => void running.delete(task),
      () => void running.delete(task),
    );
    running.set(task, name);
  };

  const start: Tasks['start'] = (name, work) =>
    hold(
      name,
      work(controller.signal).catch((error: unknown) => onError(name, error)),
    );

  const settle = async (withinMs: number) => {
    const endAtMs = performance.now() + withinMs;
    while (running.size > 0 && performance.now() < endAtMs) {
      await Promise.race([...running.keys(), sleep(endAtMs - performance.now())]);
    }
  };

  return {
    start,
    track: (name, work) => {
      hold(name, work);
      return work;
    },
    size: () => running.size,
    drain: async ({ graceMs, limitMs }) => {
      await settle(graceMs);
      controller.abort();
      await settle(limitMs - graceMs);
      return [...running.values()];
    },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
