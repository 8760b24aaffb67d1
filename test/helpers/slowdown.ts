/** Longer than a process usually keeps a core for itself. */
const WORK_US = 20_000;

/**
 * How many times longer than on a machine with nothing else to do a bit of work takes at this moment: 1 where it does not.
 * Times are judged by it whose cause may be that others wait for the same cores.
 */
export function measureSlowdown(): number {
  const startMs = performance.now();
  const before = process.cpuUsage();
  let usedUs = 0;
  while (usedUs < WORK_US) {
    const { user, system } = process.cpuUsage(before);
    usedUs = user + system;
  }
  return Math.max(1, ((performance.now() - startMs) * 1000) / usedUs);
}

/** How slow the machine is while something lasts. */
export interface SlowdownWatch {
  readonly median: () => number;
  readonly stop: () => void;
}

/** Looks every few seconds, until it is stopped. */
export function watchSlowdown(everyMs = 3000): SlowdownWatch {
  const seen = [measureSlowdown()];
  const timer = setInterval(() => seen.push(measureSlowdown()), everyMs);
  return {
    median: () => seen.sort((a, b) => a - b)[Math.floor(seen.length / 2)] ?? 1,
    stop: () => clearInterval(timer),
  };
}
