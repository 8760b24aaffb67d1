import Bottleneck from 'bottleneck';
import type { Limiter } from '../src/core/call/limiter.js';
import type { Permit } from '../src/core/permits/permits.js';
import type { Quota } from '../src/core/setting-parsers.js';

/** How bottleneck's documentation says to keep a quota. */
export const BOTTLENECK_OPTIONS = {
  'bottleneck minTime': ({ calls, windowMs }: Quota) => ({ minTime: windowMs / calls }),
  'bottleneck reservoir': ({ calls, windowMs }: Quota) => ({
    reservoir: calls,
    reservoirRefreshAmount: calls,
    reservoirRefreshInterval: windowMs,
  }),
} satisfies Record<string, (quota: Quota) => Bottleneck.ConstructorOptions>;

export type BottleneckName = keyof typeof BOTTLENECK_OPTIONS;

/** Bottleneck in the place of our limiter; interactive calls go first there, too. */
export function createBottleneckLimiter(name: BottleneckName, quota: Quota): Limiter {
  const gate = new Bottleneck(BOTTLENECK_OPTIONS[name](quota));
  return {
    run: ({ lane, onPermit }, work) =>
      gate.schedule({ priority: lane === 'interactive' ? 0 : 9 }, () => {
        onPermit?.();
        return work(NO_PERMIT);
      }),
    status: () => Promise.reject(new Error('bottleneck does not tell')),
    close: () => gate.disconnect(),
  };
}

/** No limiter at all. */
export function createUnlimited(): Limiter {
  return {
    run: ({ onPermit }, work) => {
      onPermit?.();
      return work(NO_PERMIT);
    },
    status: () => Promise.reject(new Error('there is nothing to tell')),
    close: () => Promise.resolve(),
  };
}

const NO_PERMIT: Permit = {
  isFresh: () => true,
  answered: () => Promise.resolve(),
  giveBack: () => Promise.resolve(),
};
