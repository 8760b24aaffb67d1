import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenCache } from '../../../src/core/call/token-cache.js';
import { type Clock, createClock } from '../../../src/core/clock.js';
import {
  ConfigError,
  CredentialError,
  ThrottledError,
  UnreachableError,
  UpstreamError,
} from '../../../src/core/errors.js';
import { createRedactor } from '../../../src/core/logger.js';
import type { TokenGrant } from '../../../src/core/provider.js';
import { createProcesses } from '../../../src/core/state/process-identity.js';
import type { LockOptions } from '../../../src/core/state/process-lock.js';
import { createTokenFolder } from '../../../src/core/state/token-store.js';

const LIFE_MS = 1000;
/** The one file that holds a token. */
const findTokenFile = async () => (await readdir(folder)).find((file) => file.endsWith('.json')) ?? '';

/** The machine's clock as it will be. */
function createClockAhead(ms: number): Clock {
  const clock = createClock();
  return { ...clock, nowUs: () => clock.nowUs() + ms * 1000 };
}

const options = { lane: 'interactive' } as const;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-token-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An upstream whose refresh tokens work once. */
function setUp(lock: Partial<LockOptions> = {}) {
  const world = { nowMs: 1_000_000, granted: 0, asked: [] as (TokenGrant | undefined)[] };
  const redactor = createRedactor();
  const getToken = async (_: unknown, previous?: TokenGrant): Promise<TokenGrant> => {
    world.asked.push(previous);
    if (previous && previous.renewal !== `renewal-${world.granted}`) throw new Error('spent');
    world.granted += 1;
    return { token: `token-${world.granted}`, renewal: `renewal-${world.granted}`, lifeMs: LIFE_MS };
  };
  const openProcess = (get = getToken) =>
    createTokenCache({
      store: createTokenFolder({ folder, processes: createProcesses(), clock: createClock(), ...lock }),
      redactor,
      log: { warn: () => undefined },
      now: () => world.nowMs,
    })({ key: ['renewable'], renewsOnce: true, getToken: get });
  return { world, redactor, openProcess };
}

describe('a token with a renewal', () => {
  it('is renewed with what came with it, by whichever process asks next', async () => {
    const { world, openProcess } = setUp();
    const [a, b] = [openProcess(), openProcess()];
    expect(await a.get(options)).toBe('token-1');
    world.nowMs += LIFE_MS;
    expect(await b.get(options)).toBe('token-2');
    world.nowMs += LIFE_MS;
    expect(await a.get(options)).toBe('token-3');
    expect(world.asked.map((previous) => previous?.renewal)).toEqual([undefined, 'renewal-1', 'renewal-2']);
  });

  it('keeps its renewal when the upstream refuses it', async () => {
    const { openProcess } = setUp();
    const source = openProcess();
    await source.expire(await source.get(options));
    expect(await source.get(options)).toBe('token-2');
  });

  it('is renewed once when several processes are refused at once', async () => {
    const { world, openProcess } = setUp();
    const processes = [openProcess(), openProcess(), openProcess()];
    await Promise.all(processes.map((one) => one.get(options)));
    const renewed = await Promise.all(
      processes.map(async (one) => {
        await one.expire('token-1');
        return one.get(options);
      }),
    );
    expect(new Set(renewed)).toEqual(new Set(['token-2']));
    expect(world.granted).toBe(2);
  });

  it('is not lost when a late process expires the one before it', async () => {
    const { world, openProcess } = setUp();
    const [a, late] = [openProcess(), openProcess()];
    await Promise.all([a.get(options), late.get(options)]);
    await a.expire('token-1');
    await a.get(options);
    await late.expire('token-1');
    expect(await late.get(options)).toBe('token-2');
    expect(world.granted).toBe(2);
  });

  it('gives way to one that was granted in another way', async () => {
    const { world, openProcess } = setUp();
    const [a, b] = [openProcess(), openProcess()];
    await a.replace({ token: 'by hand', lifeMs: LIFE_MS, renewal: 'renewal-0' });
    expect([await a.get(options), await b.get(options)]).toEqual(['by hand', 'by hand']);
    world.nowMs += LIFE_MS;
    expect(await b.get(options)).toBe('token-1');
  });

  it('stays out of logs, with its renewal', async () => {
    const { redactor, openProcess } = setUp();
    await openProcess().get(options);
    expect(redactor.redact('token-1 renewal-1')).toBe('[redacted] [redacted]');
  });
});

describe('a renewal of which nobody knows whether it arrived', () => {
  const broken = () => Promise.reject(new UpstreamError('the connection broke'));

  it('is never sent again: the old token serves until it has run out, then a person has to log in', async () => {
    const { world, openProcess } = setUp();
    expect(await openProcess().get(options)).toBe('token-1');
    world.nowMs += 0.8 * LIFE_MS;
    expect(await openProcess(broken).get(options)).toBe('token-1');
    expect(await openProcess().get(options)).toBe('token-1');
    world.nowMs += LIFE_MS;
    await expect(openProcess().get(options)).rejects.toMatchObject({
      name: 'CredentialError',
      code: 'renewal_unknown',
      message: expect.stringContaining('bijia login'),
    });
    expect(world.asked).toHaveLength(1);
    await openProcess().replace({ token: 'by hand', lifeMs: LIFE_MS, renewal: 'renewal-1' });
    expect(await openProcess().get(options)).toBe('by hand');
    world.nowMs += LIFE_MS;
    expect(await openProcess().get(options)).toBe('token-2');
  });

  it('says at once that a person has to log in, where the old token has run out', async () => {
    const { world, openProcess } = setUp();
    await openProcess().get(options);
    world.nowMs += LIFE_MS;
    await expect(openProcess(broken).get(options)).rejects.toMatchObject({
      code: 'renewal_unknown',
      retryable: false,
      message: expect.stringContaining('bijia login'),
    });
  });

  it.each([
    new UnreachableError('no such host'),
    new CredentialError('refused'),
    new ThrottledError('too often'),
    new ConfigError('no such page'),
  ])('is known not to have worked after: %s', async (error) => {
    const { world, openProcess } = setUp();
    await openProcess().get(options);
    world.nowMs += LIFE_MS;
    await expect(openProcess(() => Promise.reject(error)).get(options)).rejects.toThrow(error.message);
    expect(await openProcess().get(options)).toBe('token-2');
  });

  it('is renewed when three quarters of its life are over, so that there is time to log in', async () => {
    const { world, openProcess } = setUp();
    const source = openProcess();
    await source.get(options);
    world.nowMs += 0.75 * LIFE_MS - 1;
    expect(await source.get(options)).toBe('token-1');
    world.nowMs += 1;
    expect(await source.get(options)).toBe('token-2');
  });
});

describe('the lock of a renewal', () => {
  it.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a folder', (path: string) => mkdir(path)],
    ['a dead link', (path: string) => symlink('/nowhere/at/all', path)],
    ['what an older version left', (path: string) => writeFile(path, 'of somebody')],
  ])('is free where %s stands in its place', async (_what, put) => {
    const { world, openProcess } = setUp();
    await openProcess().get(options);
    const name = await findTokenFile();
    await rm(join(folder, `${name}.lock-1`));
    await put(join(folder, `${name}.lock-1`));
    world.nowMs += LIFE_MS;
    expect(await openProcess().get(options)).toBe('token-2');
    expect((await readdir(folder)).sort()).toEqual([name, `${name}.lock-2`]);
  });

  it('is not waited for where a pipe stands in the place of the token: the sentence names it', async () => {
    const { openProcess } = setUp();
    await openProcess().get(options);
    const path = join(folder, await findTokenFile());
    await rm(path);
    execFileSync('mkfifo', [path]);
    await expect(openProcess().get(options)).rejects.toThrow(path);
  });

  it('is passed over when its process was stopped while it renewed', async () => {
    const stopped = setUp({ clock: { ...createClock(), repeat: () => () => undefined } });
    void stopped.openProcess(() => new Promise(() => undefined)).get(options);
    await expect.poll(() => readdir(folder)).toContainEqual(expect.stringMatching(/intent$/));
    const late = setUp({ stoppedMs: 1000, clock: createClockAhead(2000) }).openProcess();
    await expect(late.get(options)).rejects.toMatchObject({ code: 'renewal_unknown' });
  });
});
