import { expect, it, onTestFinished } from 'vitest';
import { createCore, parseConfig, providers } from '../../src/core/index.js';
import { startSandbox } from '../../src/sandbox/start-sandbox.js';

const JD = 'https://item.jd.com/100012345678.html';
const PDD = 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864';

it('prices of the sandbox move on a schedule, at every upstream, and stand still without one', async () => {
  const clock = { nowMs: Date.parse('2026-11-29T12:00:00+08:00') };
  const now = () => clock.nowMs;
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  const sandbox = await startSandbox({ upstreams, quota: '1000/1s', now });
  const core = createCore(parseConfig({ ...sandbox.environment, BIJIA_HISTORY: '0' }), { now });
  onTestFinished(async () => {
    await Promise.all([core.close(), sandbox.close()]);
  });
  const look = async () => {
    const results = await core.get([JD, PDD], { fresh: true });
    return results.map(({ product }) =>
      Math.min(...(product?.prices ?? []).map(({ amountFen }) => amountFen)),
    );
  };
  const before = await look();
  const control = `${sandbox.origin}/_sandbox/prices`;
  const set = (moves: unknown) => fetch(control, { method: 'POST', body: JSON.stringify(moves) });
  expect((await set({ everyMs: 0, factors: [] })).status).toBe(400);
  expect((await set({ everyMs: 60_000, factors: [1, 0.5] })).status).toBe(200);
  expect(await look()).toEqual(before);
  clock.nowMs += 60_000;
  const half = await look();
  for (const [at, fen] of before.entries()) expect(Math.abs((half[at] ?? 0) - fen / 2)).toBeLessThan(100);
  clock.nowMs += 60_000;
  expect(await look()).toEqual(before);
  clock.nowMs += 60_000;
  await set(null);
  expect(await look()).toEqual(before);
});
