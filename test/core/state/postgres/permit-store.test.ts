import { describe, expect, it } from 'vitest';
import { createLimiter } from '../../../../src/core/call/limiter.js';
import { createPermits } from '../../../../src/core/permits/permit-keeper.js';
import { toTiming } from '../../../../src/core/permits/permit-timing.js';
import type { Database } from '../../../../src/core/state/postgres/database.js';
import { createPostgresPermits } from '../../../../src/core/state/postgres/permit-store.js';
import { createFakeClock } from '../../../helpers/fake-clock.js';

const LIMIT = { calls: 5, windowMs: 1000, intervalMs: 0 };
const CALL_TIMEOUT_MS = 10_000;
const LONGEST_TRIPS_MS = 500;

/** A limiter whose permits lie on a server that is so far away, and as good as empty. */
function openFar(tripMs: number) {
  const clock = createFakeClock();
  const world = { tripMs, newest: 0, voided: 0 };
  const answer = (name: string | undefined, [, , , viewUs, longestUs]: readonly unknown[]): object[] => {
    const wallUs = clock.nowUs();
    const claimed = () => {
      world.newest += 1;
      return [{ number: world.newest, acquired_us: wallUs }];
    };
    if (name === 'permit_claim') return wallUs - Number(viewUs) <= Number(longestUs) ? claimed() : [];
    if (name === 'permit_claim_free') return claimed();
    if (name === 'permit_end') world.voided += 1;
    if (name !== 'permit_look') return [];
    return [
      {
        ...{ newest: world.newest, version: 1, last_us: wallUs, shift_us: 0, ready_us: 0, wall_us: wallUs },
        ...{
          epoch: 'e',
          own_epoch: 'e',
          frozen_until_us: 0,
          frozen_calls: 0,
          frozen_since_us: 0,
          strikes: 0,
        },
        ...{ interactive_us: 0, waiting: 0, permits: [] },
      },
    ];
  };
  const run = async (statement: { readonly name?: string }, values: readonly unknown[]) => {
    clock.jump(world.tripMs / 2);
    const rows = answer(statement.name, values);
    clock.jump(world.tripMs / 2);
    return rows;
  };
  const timing = toTiming(LIMIT, CALL_TIMEOUT_MS, LONGEST_TRIPS_MS);
  const database = { run } as unknown as Database;
  const own = createPostgresPermits({ database, group: 'g', member: 1, timing, clock });
  const options = { limit: LIMIT, callTimeoutMs: CALL_TIMEOUT_MS, timing, clock: own.clock };
  return { world, clock, limiter: createLimiter(createPermits(options, own.store)) };
}

describe('permits on a server that is far away, of a window of a second', () => {
  it.each([1, 40, 200, 400])('are used over trips of %i ms', async (tripMs) => {
    const { limiter } = openFar(tripMs);
    for (const lane of ['batch', 'interactive'] as const) {
      expect(await limiter.run({ lane }, async (permit) => permit.isFresh())).toBe(true);
    }
  });

  it.each([600, 1200])('over trips of %i ms are used by nobody, and a person is told why', async (tripMs) => {
    const { limiter, world, clock } = openFar(tripMs);
    const asked = limiter.run({ lane: 'interactive' }, async () => 'sent').catch((error: unknown) => error);
    for (let second = 0; second < 20; second += 1) await clock.advance(1000);
    expect(await asked).toMatchObject({
      code: 'state_slow',
      facts: { calls: 5, seconds: 1, ms: 500 },
      message: expect.stringMatching(/too slowly for a quota of 5 calls in 1 s.*BIJIA_DATABASE_URL/),
    });
    expect(world.voided).toBe(world.newest);
  });

  it('are waited for by a batch, which goes on when the way is fast again', async () => {
    const { limiter, world, clock } = openFar(1000);
    const asked = limiter.run({ lane: 'batch' }, async () => 'sent');
    for (let second = 0; second < 60; second += 1) await clock.advance(1000);
    world.tripMs = 20;
    for (let second = 0; second < 5; second += 1) await clock.advance(1000);
    expect(await asked).toBe('sent');
  });

  it('end a batch after ten minutes, with the sentence', async () => {
    const { limiter, clock } = openFar(1000);
    const asked = limiter.run({ lane: 'batch' }, async () => 'sent').catch((error: unknown) => error);
    for (let second = 0; second < 700; second += 1) await clock.advance(1000);
    expect(await asked).toMatchObject({ code: 'state_slow', stopsBatch: true });
  });
});
