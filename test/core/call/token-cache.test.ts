import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenCache } from '../../../src/core/call/token-cache.js';
import { createClock } from '../../../src/core/clock.js';
import { CredentialError, UpstreamError } from '../../../src/core/errors.js';
import { createRedactor } from '../../../src/core/logger.js';
import { createProcesses } from '../../../src/core/state/process-identity.js';
import { createTokenFolder } from '../../../src/core/state/token-store.js';

/** The one file that holds a token. */
const findTokenFile = async () => (await readdir(folder)).find((file) => file.endsWith('.json')) ?? '';
const LIFE_MS = 7_200_000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-token-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function setUp() {
  const world = { nowMs: 1_000_000, fetched: 0, failure: undefined as Error | undefined };
  const redactor = createRedactor();
  const openProcess = () =>
    createTokenCache({
      store: createTokenFolder({ folder, processes: createProcesses(), clock: createClock() }),
      redactor,
      log: { warn: () => undefined },
      now: () => world.nowMs,
    })({
      key: ['https://gateway.example', 'key', 'top-secret'],
      getToken: async () => {
        world.fetched += 1;
        if (world.failure) throw world.failure;
        return { token: `token-${world.fetched}`, lifeMs: LIFE_MS };
      },
    });
  return { world, redactor, openProcess };
}
const options = { lane: 'interactive' } as const;

describe('createTokenCache', () => {
  it('fetches one token for all who ask at once, in all processes', async () => {
    const { world, openProcess } = setUp();
    const processes = [openProcess(), openProcess(), openProcess(), openProcess()];
    const tokens = await Promise.all(processes.flatMap((one) => [one.get(options), one.get(options)]));
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(world.fetched).toBe(1);
  });

  it('renews when 90 % of the life is over', async () => {
    const { world, openProcess } = setUp();
    const source = openProcess();
    await source.get(options);
    world.nowMs += LIFE_MS * 0.9 - 1;
    expect(await source.get(options)).toBe('token-1');
    world.nowMs += 1;
    expect(await source.get(options)).toBe('token-2');
  });

  it('renews a token that is dated in the future', async () => {
    const { world, openProcess } = setUp();
    const source = openProcess();
    await source.get(options);
    world.nowMs -= 3_600_000;
    expect(await source.get(options)).toBe('token-2');
  });

  it('renews once after an expiry answer, and takes what another process has renewed', async () => {
    const { world, openProcess } = setUp();
    const [a, b] = [openProcess(), openProcess()];
    await Promise.all([a.get(options), b.get(options)]);
    await a.expire('token-1');
    expect(await a.get(options)).toBe('token-2');
    await b.expire('token-1');
    expect(await b.get(options)).toBe('token-2');
    expect(world.fetched).toBe(2);
  });

  it('can try again after a failed renewal', async () => {
    const { world, openProcess } = setUp();
    const source = openProcess();
    world.failure = new UpstreamError('down');
    await expect(source.get(options)).rejects.toThrow('down');
    world.failure = new CredentialError('refused');
    await expect(source.get(options)).rejects.toThrow('refused');
    world.failure = undefined;
    expect(await source.get(options)).toBe('token-3');
  });

  it('names the variable to change where nothing can be written', async () => {
    const { openProcess } = setUp();
    await rm(folder, { recursive: true });
    await writeFile(folder, '');
    await expect(openProcess().get(options)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/cannot be written \(E\w+\).*BIJIA_STATE_DIR/),
    });
  });

  it('keeps the file to its owner, and key and secret out of it', async () => {
    const { openProcess } = setUp();
    await openProcess().get(options);
    const name = await findTokenFile();
    const path = join(folder, name);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(`${name} ${await readFile(path, 'utf8')}`).not.toMatch(/top-secret|gateway/);
  });

  it('reads a torn file as no token', async () => {
    const { openProcess } = setUp();
    await openProcess().get(options);
    const name = await findTokenFile();
    await writeFile(join(folder, name), '{"token":"tok');
    expect(await openProcess().get(options)).toBe('token-2');
  });

  it('takes a lock that a dead process left behind', async () => {
    const { openProcess } = setUp();
    const source = openProcess();
    await source.get(options);
    const name = await findTokenFile();
    const dead = { ...(await createProcesses().self()), startTime: '1' };
    await writeFile(join(folder, `${name}.lock-1`), JSON.stringify(dead));
    await source.expire('token-1');
    expect(await source.get(options)).toBe('token-2');
    expect((await readdir(folder)).filter((file) => file.endsWith('-1'))).toEqual([]);
  });

  it('lets an caller leave without spoiling the fetch for the others', async () => {
    const { openProcess } = setUp();
    const source = openProcess();
    const controller = new AbortController();
    const gone = source.get({ ...options, signal: controller.signal }).catch((error: Error) => error.name);
    const kept = source.get(options);
    controller.abort();
    expect(await gone).toBe('CancelledError');
    expect(await kept).toBe('token-1');
  });

  it('lets logs forget the token', async () => {
    const { redactor, openProcess } = setUp();
    const token = await openProcess().get(options);
    expect(redactor.redact(`access_token: ${token}`)).not.toContain(token);
  });
});
