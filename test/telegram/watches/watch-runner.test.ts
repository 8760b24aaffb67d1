import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/core/index.js';
import { runWatches, type WatchRunnerOptions } from '../../../src/telegram/watches/watch-runner.js';

/** Rounds until the clock has been asked so often. */
async function run(
  rounds: number,
  sweep: () => Promise<unknown>,
  everyMs = 60_000,
  isOurTurn = true,
  shared?: { readonly left: boolean[]; readonly catchingUp: boolean[] },
) {
  const warnings: string[] = [];
  const stop = new AbortController();
  let nowMs = 0;
  const seen = {
    posts: 0,
    waits: [] as number[],
    sweeps: 0,
    places: [] as boolean[],
    deliveredMs: [] as number[],
  };
  const watches = {
    takeTurn: async () => isOurTurn,
    listDueOrigins: async (lateMs: number) => (lateMs > 60_000 && shared?.left.shift() ? [{}] : []),
    isCatchingUp: async () => shared?.catchingUp.shift() ?? false,
    sweep: async () => {
      seen.sweeps += 1;
      return sweep();
    },
    deliver: async (isOurs: (to: string) => boolean) => {
      seen.deliveredMs.push(nowMs);
      seen.places.push(...['telegram:-5', 'stdout', 'webhook:X'].map(isOurs));
      return 0;
    },
  };
  Object.assign(watches, {
    deliverToWebhooks: async () => {
      seen.posts += 1;
    },
  });
  await runWatches({
    core: { watches, ...(shared && { tasks: {} }) } as unknown as WatchRunnerOptions['core'],
    log: {
      ...{ debug: () => undefined, info: () => undefined, error: () => undefined },
      warn: (message) => void warnings.push(message),
    },
    send: async () => [],
    signal: stop.signal,
    now: () => nowMs,
    wait: async (ms) => {
      nowMs += everyMs;
      if (seen.waits.push(ms) >= rounds) stop.abort();
    },
  });
  return { ...seen, warnings };
}

const DONE = { awayMs: 60_000, isBehind: false };
const WEEK_MS = 7 * 24 * 3_600_000;

describe('the rounds of price alerts', () => {
  it('after a week without any tell what they found when they have found everything', async () => {
    const rounds = [
      { awayMs: WEEK_MS, isBehind: true },
      { awayMs: 60_000, isBehind: true },
      DONE,
      { awayMs: 60_000, isBehind: true },
    ];
    const { deliveredMs } = await run(4, async () => rounds.shift());
    expect(deliveredMs).toEqual([120_000, 180_000]);
  });

  it('that take long tell once an hour what they have found', async () => {
    let awayMs = WEEK_MS;
    const sweep = async () => {
      const report = { awayMs, isBehind: true };
      awayMs = 0;
      return report;
    };
    const { deliveredMs } = await run(7, sweep, 20 * 60_000);
    expect(deliveredMs).toEqual([3_600_000, 7_200_000]);
  });

  it('come once a minute until the bot ends, and serve the chats of Telegram alone', async () => {
    const seen = await run(2, async () => DONE);
    expect(seen.waits).toEqual([60_000, 60_000]);
    expect(seen.posts).toBe(2);
    expect(seen.places).toEqual([true, false, false, true, false, false]);
  });

  it('are left to the bot of another machine while that one has its turn', async () => {
    const seen = await run(2, async () => DONE, 60_000, false);
    expect(seen).toMatchObject({ sweeps: 0, posts: 0, deliveredMs: [], waits: [60_000, 60_000] });
  });

  it('leave the sweeps to the workers of several machines, but for what none of them has looked at', async () => {
    const shared = { left: [false, true, false], catchingUp: [] };
    const seen = await run(3, async () => DONE, 60_000, true, shared);
    expect(seen).toMatchObject({ sweeps: 1, posts: 3, deliveredMs: [0, 60_000, 120_000] });
  });

  it('wait with what workers have found until they have made up for what was missed', async () => {
    const shared = { left: [], catchingUp: [true, true, false] };
    const seen = await run(3, async () => DONE, 60_000, true, shared);
    expect(seen).toMatchObject({ sweeps: 0, deliveredMs: [120_000] });
  });

  it('say once why this process cannot ask, and go on', async () => {
    const fault = new ConfigError('Set the clock of this machine.', { code: 'clock_off' });
    const seen = await run(3, async () => ({ ...DONE, fault }));
    expect(seen).toMatchObject({ sweeps: 3, deliveredMs: [0, 60_000, 120_000] });
    expect(seen.warnings).toEqual([expect.stringContaining('Set the clock of this machine.')]);
  });

  it('continue after one that failed, and end where something has to be installed', async () => {
    const fail = (error: Error) => async () => Promise.reject(error);
    expect((await run(3, fail(new Error('disk')))).sweeps).toBe(3);
    expect((await run(3, fail(new ConfigError('no driver')))).sweeps).toBe(1);
  });
});
