import { afterEach, describe, expect, it } from 'vitest';
import { StateError } from '../../../src/core/errors.js';
import { createPermits } from '../../../src/core/permits/permit-keeper.js';
import { toTiming } from '../../../src/core/permits/permit-timing.js';
import type { Permits } from '../../../src/core/permits/permits.js';
import { createFakeClock, settle } from '../../helpers/fake-clock.js';
import { createMemoryStores } from '../../helpers/permit-memory.js';

const LIMIT = { calls: 10, windowMs: 60_000 };
const CALL_TIMEOUT_MS = 15_000;

let permits: Permits;
afterEach(() => permits.close());

/** Permits whose store cannot be reached until it is back. */
function open() {
  const clock = createFakeClock();
  const store = createMemoryStores(toTiming(LIMIT, CALL_TIMEOUT_MS), clock)(1);
  const state = { isAway: true, tries: 0 };
  const reach = async () => {
    state.tries += 1;
    if (state.isAway) throw new StateError('The shared database cannot be reached.');
  };
  permits = createPermits(
    { limit: LIMIT, callTimeoutMs: CALL_TIMEOUT_MS, clock },
    {
      ...store,
      look: async () => {
        await reach();
        return store.look();
      },
    },
  );
  return { clock, state };
}

const watch = (permit: Promise<unknown>) => {
  const seen: { end?: unknown } = {};
  permit.then(
    () => {
      seen.end = 'served';
    },
    (error: unknown) => {
      seen.end = error;
    },
  );
  return seen;
};

describe('while the store cannot be reached', () => {
  it('people are told within two seconds, and no sooner than that helps', async () => {
    const { clock } = open();
    const asked = watch(permits.acquire({ lane: 'interactive' }));
    await clock.advance(1500);
    expect(asked.end).toBeUndefined();
    await clock.advance(700);
    expect(asked.end).toMatchObject({ code: 'state_unreachable', outcome: 'throttled', retryable: true });
  });

  it('people are served when it is back in time', async () => {
    const { clock, state } = open();
    const asked = watch(permits.acquire({ lane: 'interactive' }));
    await clock.advance(1000);
    state.isAway = false;
    await clock.advance(500);
    expect(asked.end).toBe('served');
  });

  it('batches wait, and go on within a second of its return', async () => {
    const { clock, state } = open();
    const asked = watch(permits.acquire({ lane: 'batch' }));
    await clock.advance(300_000);
    expect(asked.end).toBeUndefined();
    state.isAway = false;
    await clock.advance(1000);
    expect(asked.end).toBe('served');
  });

  it('batches stop after ten minutes, to be resumed', async () => {
    const { clock, state } = open();
    const asked = watch(permits.acquire({ lane: 'batch' }));
    await clock.advance(601_000);
    expect(asked.end).toMatchObject({ code: 'state_unreachable', stopsBatch: true });
    // A little more than a try a second, not one after another.
    expect(state.tries).toBeLessThan(700);
  });

  it('batches wait as long where the clock of the permits is the one of the store, known from the first look on', async () => {
    const clock = createFakeClock();
    const store = createMemoryStores(toTiming(LIMIT, CALL_TIMEOUT_MS), clock)(1);
    const state = { isAway: true, aheadUs: 0 };
    permits = createPermits(
      {
        limit: LIMIT,
        callTimeoutMs: CALL_TIMEOUT_MS,
        clock: { ...clock, nowUs: () => clock.nowUs() + state.aheadUs },
      },
      {
        ...store,
        look: async () => {
          const view = await store.look();
          state.aheadUs = 1e15;
          return { ...view, nowUs: view.nowUs + state.aheadUs };
        },
        claim: async (view, kind) => {
          if (state.isAway) throw new StateError('The shared database cannot be reached.');
          return store.claim({ ...view, nowUs: view.nowUs - state.aheadUs }, kind);
        },
      },
    );
    const asked = watch(permits.acquire({ lane: 'batch' }));
    await clock.advance(300_000);
    expect(asked.end).toBeUndefined();
    state.isAway = false;
    await clock.advance(2000);
    expect(asked.end).toBe('served');
  });

  it('who comes later is told at once, after one more try', async () => {
    const { clock } = open();
    const batch = watch(permits.acquire({ lane: 'batch' }));
    await clock.advance(60_000);
    const asked = watch(permits.acquire({ lane: 'interactive' }));
    await settle();
    expect(asked.end).toMatchObject({ code: 'state_unreachable' });
    expect(batch.end).toBeUndefined();
  });
});
