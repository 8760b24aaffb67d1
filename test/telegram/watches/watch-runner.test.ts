import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/core/index.js';
import { runWatches, type WatchRunnerOptions } from '../../../src/telegram/watches/watch-runner.js';

/** Rounds until the clock has been asked so often. */
async function run(rounds: number, sweep: () => Promise<unknown>) {
  const stop = new AbortController();
  const seen = {
    posts: 0,
    waits: [] as number[],
    sweeps: 0,
    places: [] as boolean[],
  };
  const watches = {
    sweep: async () => {
      seen.sweeps += 1;
      return sweep();
    },
    deliver: async (isOurs: (to: string) => boolean) => {
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
    core: { watches } as unknown as WatchRunnerOptions['core'],
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    send: async () => [],
    signal: stop.signal,
    wait: async (ms) => {
      if (seen.waits.push(ms) >= rounds) stop.abort();
    },
  });
  return seen;
}

describe('the rounds of price alerts', () => {
  it('come once a minute until the bot ends, and serve the chats of Telegram alone', async () => {
    const seen = await run(2, async () => undefined);
    expect(seen.waits).toEqual([60_000, 60_000]);
    expect(seen.posts).toBe(2);
    expect(seen.places).toEqual([true, false, false, true, false, false]);
  });

  it('continue after one that failed, and end where something has to be installed', async () => {
    const fail = (error: Error) => async () => Promise.reject(error);
    expect((await run(3, fail(new Error('disk')))).sweeps).toBe(3);
    expect((await run(3, fail(new ConfigError('no driver')))).sweeps).toBe(1);
  });
});
