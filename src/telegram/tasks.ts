import { setMaxListeners } from 'node:events';
import type { Clock } from '../core/index.js';

/** Work that outlives the update it came from: lookups that wait for the quota, batches, late messages. */
export type Tasks = ReturnType<typeof createTasks>;

interface DrainLimits {
  readonly graceMs: number;
  readonly limitMs: number;
}

export function createTasks(
  { monotonicNow }: Pick<Clock, 'monotonicNow'>,
  onError: (name: string, error: unknown) => void,
) {
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

  /** Starts work; what it throws is given to `onError`. */
  const start = (name: string, work: (signal: AbortSignal) => Promise<void>): void =>
    hold(
      name,
      work(controller.signal).catch((error: unknown) => onError(name, error)),
    );

  const settle = async (withinMs: number) => {
    const endAtMs = monotonicNow() + withinMs;
    while (running.size > 0 && monotonicNow() < endAtMs) {
      await Promise.race([...running.keys(), sleep(endAtMs - monotonicNow())]);
    }
  };

  return {
    start,
    /** Counts other work in. @returns the same promise */
    track: <T>(name: string, work: Promise<T>): Promise<T> => {
      hold(name, work);
      return work;
    },
    size: () => running.size,
    /**
     * Waits for what is under way; work that is not done after `graceMs` is asked to end by its signal, and after
     * `limitMs` nobody waits any longer.
     * @returns the names of what was still not done
     */
    drain: async ({ graceMs, limitMs }: DrainLimits): Promise<string[]> => {
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
