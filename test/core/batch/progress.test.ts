import { afterEach, describe, expect, it } from 'vitest';
import { planRun } from '../../../src/core/batch/plan.js';
import { createPace } from '../../../src/core/batch/progress.js';
import { createReferences, createSource, ROUTE, succeed } from '../../helpers/batch/products.js';
import { simulateRun } from '../../helpers/batch/simulate-run.js';
import { openOffice, type PermitOffice } from '../../helpers/permit-office.js';

let offices: PermitOffice[] = [];
afterEach(async () => {
  for (const { processes } of offices) for (const permits of processes) await permits.close();
  offices = [];
});

const MINUTE = 60_000;
/** Less than this is the same to whoever waits. */
const SAME_MS = 6000;

describe('the time that is said to be left', () => {
  it.each([
    ['a list a little larger than the quota', 150, { calls: 100, windowMs: MINUTE }, 400],
    ['a list of three quotas, which goes out in bursts', 291, { calls: 100, windowMs: MINUTE }, 300],
    ['a long list', 500, { calls: 100, windowMs: 10_000 }, 300],
    ['a long list whose first answer is slow', 500, { calls: 100, windowMs: 10_000 }, 1500],
    ['a longer list', 600, { calls: 100, windowMs: MINUTE }, 300],
    ['a list under a quota of seconds', 200, { calls: 20, windowMs: 2000 }, 150],
    ['a list under a lifted quota, quick answers', 2000, { calls: 100_000, windowMs: MINUTE }, 100],
    ['a list under a lifted quota, slow answers', 2000, { calls: 100_000, windowMs: MINUTE }, 900],
  ])(
    'of %s is right within a factor of two, from the first answer on',
    async (_, calls, limit, latencyMs) => {
      const office = openOffice({ limit });
      offices.push(office);
      const { schedule } = planRun(
        createReferences(calls),
        undefined,
        createSource(succeed, () => ({ ...ROUTE, limit })),
      );
      const measure = createPace({ monotonicNow: office.nowMs, start: { done: 0, counts: {} }, schedule });
      const startedMs = office.nowMs();
      const said: { readonly atMs: number; readonly leftMs: number | undefined }[] = [];
      const tookMs = await simulateRun(office, calls, latencyMs, (sent, done) => {
        const { remainingMs } = measure({ total: calls, done, counts: {} }, sent);
        said.push({ atMs: office.nowMs() - startedMs, leftMs: remainingMs });
      });
      const wrong = said.filter(({ atMs, leftMs = Number.NaN }) => {
        const trueMs = tookMs - atMs;
        return !(leftMs <= 2 * trueMs + SAME_MS && leftMs >= trueMs / 2 - SAME_MS);
      });
      expect(wrong.slice(0, 3)).toEqual([]);
    },
  );
});
