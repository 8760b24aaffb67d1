import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenCache } from '../../../src/core/call/token-cache.js';
import { createClock } from '../../../src/core/clock.js';
import {
  CredentialError,
  UnreachableError,
  UpstreamError,
  UpstreamTimeoutError,
} from '../../../src/core/errors.js';
import { createRedactor } from '../../../src/core/logger.js';
import { createProcesses } from '../../../src/core/state/process-identity.js';
import { createTokenFolder } from '../../../src/core/state/token-store.js';

const LIFE_MS = 7_200_000;
const MINUTE_MS = 60_000;
const options = { lane: 'interactive' } as const;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-token-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An upstream whose tokens work, but which grants none while it fails. */
function setUp(renewsOnce: boolean) {
  const world = { nowMs: 1_000_000, asked: 0, failure: undefined as Error | undefined };
  const warned: string[] = [];
  const openProcess = () =>
    createTokenCache({
      store: createTokenFolder({ folder, processes: createProcesses(), clock: createClock() }),
      redactor: createRedactor(),
      log: { warn: (message) => warned.push(message) },
      now: () => world.nowMs,
    })({
      key: ['outage'],
      renewsOnce,
      getToken: async () => {
        world.asked += 1;
        if (world.failure) throw world.failure;
        return { token: `token-${world.asked}`, renewal: `renewal-${world.asked}`, lifeMs: LIFE_MS };
      },
    });
  return { world, warned, openProcess };
}

describe.each([
  ['works once', true],
  ['works again and again', false],
])('while nobody grants tokens, and a renewal %s,', (_what, renewsOnce) => {
  it.each([
    new UpstreamTimeoutError('no answer'),
    new UpstreamError('status 503'),
    new UnreachableError('no such host'),
    new CredentialError('the refresh token is refused'),
  ])('calls go on with the present token until it has run out: %s', async (failure) => {
    const { world, warned, openProcess } = setUp(renewsOnce);
    const known = openProcess();
    expect(await known.get(options)).toBe('token-1');
    world.failure = failure;
    world.nowMs += LIFE_MS * 0.95;
    expect(await known.get(options)).toBe('token-1');
    expect(await openProcess().get(options)).toBe('token-1');
    expect(warned[0]).toContain('access token');
    world.nowMs += LIFE_MS * 0.05;
    await expect(known.get(options)).rejects.toThrow();
    await expect(openProcess().get(options)).rejects.toThrow();
  });

  it('what the upstream itself has refused serves no more', async () => {
    const { world, openProcess } = setUp(renewsOnce);
    const source = openProcess();
    await source.get(options);
    world.nowMs += LIFE_MS * 0.95;
    world.failure = new UnreachableError('no such host');
    await source.get(options);
    await source.expire('token-1');
    await expect(source.get(options)).rejects.toThrow('no such host');
  });

  it('a renewal is tried once a minute, so that calls do not wait for it one by one', async () => {
    const { world, openProcess } = setUp(renewsOnce);
    const source = openProcess();
    await source.get(options);
    world.nowMs += LIFE_MS * 0.95;
    world.failure = new UnreachableError('no such host');
    await source.get(options);
    world.nowMs += MINUTE_MS - 1;
    await source.get(options);
    expect(world.asked).toBe(2);
    world.failure = undefined;
    world.nowMs += 1;
    expect(await source.get(options)).toBe('token-3');
  });
});
