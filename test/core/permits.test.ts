import { describe, expect, it } from 'vitest';
import { createMemoryPermits } from '../../src/core/permit-memory.js';
import { createFakeClock } from '../helpers/fake-clock.js';

const LIMIT = { calls: 100, windowMs: 60_000 };

describe('permits', () => {
  it('lets a small batch leave at once', async () => {
    const clock = createFakeClock();
    const permits = createMemoryPermits({ limit: LIMIT, callTimeoutMs: 15_000, clock });
    let held = 0;
    const all = Promise.all(
      Array.from({ length: 90 }, async () => {
        const permit = await permits.acquire({ lane: 'batch', expectedCalls: 90 });
        held += 1;
        await permit.answered();
      }),
    );
    await clock.advance(0);
    expect(held).toBe(90);
    await all;
    await permits.close();
  });
});
