import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.js';
import { type BijiaError, CancelledError } from '../errors.js';

/** Ends a run: by the caller, or by a cause found on the way. Nothing new begins; calls that have left come home. */
export type Brake = ReturnType<typeof createBrake>;

/** One call of the run. */
export interface BrakedCall {
  /**
   * Fires when the brake is pulled before anything has left; else when what has left was given its time. A call may be
   * paid for, and its answer is lost with it.
   */
  readonly signal: AbortSignal;
  /** Something is about to leave. @throws CancelledError when the brake is pulled */
  readonly depart: () => void;
  readonly wasSent: () => boolean;
  readonly end: () => void;
}

export interface BrakeOptions extends Pick<Clock, 'monotonicNow'> {
  readonly signal?: AbortSignal;
  /** How long a call that has left may take, milliseconds. */
  readonly callTimeoutMs: number;
}

export function createBrake({ signal: outer, callTimeoutMs, monotonicNow }: BrakeOptions) {
  const underWay = new Set<() => void>();
  let cause: BijiaError | undefined;
  const isPulled = () => cause !== undefined || (outer?.aborted ?? false);
  const halt = () => {
    for (const stop of underWay) stop();
  };
  outer?.addEventListener('abort', halt, { once: true });

  const begin = (): BrakedCall => {
    const controller = new AbortController();
    // Every id of the call listens; more than ten would be reported as a leak.
    setMaxListeners(0, controller.signal);
    let leftAtMs: number | undefined;
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      const leftMs = leftAtMs === undefined ? 0 : leftAtMs + callTimeoutMs - monotonicNow();
      if (leftMs <= 0) controller.abort();
      else timer ??= setTimeout(() => controller.abort(), leftMs);
    };
    underWay.add(stop);
    return {
      signal: controller.signal,
      depart: () => {
        if (isPulled()) throw new CancelledError();
        leftAtMs = monotonicNow();
      },
      wasSent: () => leftAtMs !== undefined,
      end: () => {
        underWay.delete(stop);
        clearTimeout(timer);
      },
    };
  };

  return {
    isPulled,
    cause: () => cause,
    /** The first cause counts. */
    pull: (reason: BijiaError) => {
      cause ??= reason;
      halt();
    },
    begin,
    /** The run is over. */
    end: () => outer?.removeEventListener('abort', halt),
  };
}
