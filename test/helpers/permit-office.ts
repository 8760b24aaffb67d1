import { createPermits } from '../../src/core/permits/permit-keeper.js';
import { toTiming } from '../../src/core/permits/permit-timing.js';
import type { AcquireOptions, Permit, Permits } from '../../src/core/permits/permits.js';
import type { Quota } from '../../src/core/setting-parsers.js';
import { createFakeClock, type FakeClock, settle } from './fake-clock.js';
import { createMemoryStores } from './permit-memory.js';

/** Simulated processes that share one quota, on a clock that the test moves. */
export interface PermitOffice {
  readonly clock: FakeClock;
  readonly processes: readonly Permits[];
  /** Milliseconds since the office opened. */
  readonly nowMs: () => number;
  /** How often a process has looked at the permits. */
  readonly looks: () => number;
}

export interface OfficeOptions {
  readonly limit?: Quota;
  readonly callTimeoutMs?: number;
  readonly processes?: number;
  readonly batchFirst?: boolean;
}

const MINUTE_QUOTA: Quota = { calls: 100, windowMs: 60_000 };

export function openOffice({
  limit = MINUTE_QUOTA,
  callTimeoutMs = 15_000,
  processes = 1,
  batchFirst,
}: OfficeOptions = {}): PermitOffice {
  const clock = createFakeClock();
  const startUs = clock.nowUs();
  const openStore = createMemoryStores(toTiming(limit, callTimeoutMs), clock);
  const options = { limit, callTimeoutMs, batchFirst, clock };
  let looks = 0;
  const openProcess = (pid: number) => {
    const store = openStore(pid);
    const look = () => {
      looks += 1;
      return store.look();
    };
    return createPermits(options, { ...store, look });
  };
  return {
    clock,
    looks: () => looks,
    processes: Array.from({ length: processes }, (_, index) => openProcess(index + 1)),
    nowMs: () => (clock.nowUs() - startUs) / 1000,
  };
}

export interface Asked {
  readonly permit: Promise<Permit>;
  readonly isServed: () => boolean;
  /** What the asker was told it would wait. */
  readonly toldMs: number | undefined;
  /** When it was served, by the office's clock. */
  readonly servedMs: number | undefined;
}

/** Asks for a permit and watches what becomes of it. */
export function ask({ nowMs }: PermitOffice, permits: Permits, options: AcquireOptions): Asked {
  const asked: { -readonly [K in keyof Asked]: Asked[K] } = {
    permit: permits.acquire({
      ...options,
      onWait: (waitMs) => {
        asked.toldMs = waitMs;
      },
    }),
    isServed: () => asked.servedMs !== undefined,
    toldMs: undefined,
    servedMs: undefined,
  };
  asked.permit.then(
    () => {
      asked.servedMs = nowMs();
    },
    () => undefined,
  );
  return asked;
}

/** Takes `count` permits that are free now and answers them at once. */
export async function useUp(permits: Permits, count: number, options: AcquireOptions): Promise<void> {
  for (let call = 0; call < count; call += 1) await (await permits.acquire(options)).answered();
}

/** Keeps asking with `concurrency` calls in flight until the signal fires; notes when each permit came. */
export async function runBatch(
  { clock, nowMs }: PermitOffice,
  permits: Permits,
  { signal, concurrency, batchId, latencyMs = 100 }: RunOptions,
): Promise<readonly number[]> {
  const servedMs: number[] = [];
  const pull = async () => {
    while (!signal.aborted) {
      const permit = await permits.acquire({ lane: 'batch', signal, batchId });
      servedMs.push(nowMs());
      await clock.wait(latencyMs, signal);
      await permit.answered();
    }
  };
  await Promise.allSettled(Array.from({ length: concurrency }, pull));
  await settle();
  return servedMs;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly concurrency: number;
  readonly batchId?: string;
  readonly latencyMs?: number;
}
