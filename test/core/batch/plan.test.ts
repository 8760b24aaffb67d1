import { afterEach, describe, expect, it } from 'vitest';
import { planRun, readPace } from '../../../src/core/batch/plan.js';
import { createLimiter } from '../../../src/core/call/limiter.js';
import type { Quota } from '../../../src/core/setting-parsers.js';
import { createReferences, createSource, ROUTE, succeed } from '../../helpers/batch/products.js';
import { simulateRun } from '../../helpers/batch/simulate-run.js';
import { openOffice, type PermitOffice } from '../../helpers/permit-office.js';

let offices: PermitOffice[] = [];
afterEach(async () => {
  for (const { processes } of offices) for (const permits of processes) await permits.close();
  offices = [];
});

const MINUTE = 60_000;

function openOwnOffice(limit: Quota): PermitOffice {
  const office = openOffice({ limit });
  offices.push(office);
  return office;
}

describe('the time that a plan expects', () => {
  it.each([
    ['of a short list', 20, { calls: 100, windowMs: MINUTE }, 200],
    ['of a list that just fills the quota', 91, { calls: 100, windowMs: MINUTE }, 200],
    ['of a list as large as the quota', 100, { calls: 100, windowMs: MINUTE }, 200],
    ['of a list a little larger', 150, { calls: 100, windowMs: MINUTE }, 400],
    ['of a long list', 450, { calls: 100, windowMs: MINUTE }, 300],
    ['under a quota of seconds', 200, { calls: 20, windowMs: 2000 }, 150],
    ['under a lifted quota, quick answers', 400, { calls: 10_000, windowMs: MINUTE }, 150],
    ['under a lifted quota, slow answers', 400, { calls: 10_000, windowMs: MINUTE }, 600],
    ['of a list that goes out at once', 291, { calls: 100, windowMs: MINUTE }, 300],
    ['of a list a hundred times the quota', 300, { calls: 3, windowMs: MINUTE }, 300],
  ])('%s is what it takes, within a factor of two', async (_, calls, limit, latencyMs) => {
    const source = createSource(succeed, () => ({ ...ROUTE, limit }));
    const { expectedMs } = planRun(createReferences(calls), undefined, source);
    // Nothing is said to take less than a second.
    const tookMs = Math.max(1000, await simulateRun(openOwnOffice(limit), calls, latencyMs));
    expect(expectedMs / tookMs).toBeGreaterThanOrEqual(0.5);
    expect(expectedMs / tookMs).toBeLessThanOrEqual(2);
  });

  it.each([
    ['nobody chats', 0, 120_000],
    ['somebody has chatted', 1, 144_600],
  ])('of three quotas knows whether %s', async (_, chats, aboutMs) => {
    const limit = { calls: 100, windowMs: MINUTE };
    const [permits] = openOffice({ limit }).processes;
    for (let chat = 0; chat < chats; chat += 1) await permits?.acquire({ lane: 'interactive' });
    const limiter = createLimiter(permits ?? expect.fail());
    const pace = await readPace(
      // The rest of a core is not looked at.
      {
        upstreams: [{ identity: ROUTE.group, limiter }],
        config: { general: { batchFirst: false } },
      } as never,
    );
    const source = createSource(succeed, () => ({ ...ROUTE, limit }));
    const { expectedMs } = planRun(createReferences(291), undefined, source, false, pace);
    expect(expectedMs).toBe(aboutMs);
    await limiter.close();
  });

  it('of a long list is that of the physics when it goes first', () => {
    const source = createSource(succeed, () => ({ ...ROUTE, limit: { calls: 100, windowMs: MINUTE } }));
    const pace = { batchFirst: true, busyGroups: new Set([ROUTE.group]) };
    const { expectedMs } = planRun(createReferences(1000), undefined, source, false, pace);
    expect(expectedMs / MINUTE).toBeCloseTo(9, 0);
  });
});
