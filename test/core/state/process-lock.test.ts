import { execFileSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Processes } from '../../../src/core/state/process-identity.js';
import { findLockHolder, type LockOptions, tryLock, withLock } from '../../../src/core/state/process-lock.js';
import { createFolder } from '../../helpers/batch/reading.js';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.js';
import { createProcessWorld } from '../../helpers/process-world.js';

let folder: string;
let path: string;
let clock: FakeClock;
let world: ReturnType<typeof createProcessWorld>;
beforeEach(() => {
  folder = createFolder();
  path = join(folder, 'holder');
  clock = createFakeClock();
  world = createProcessWorld();
});

const as = (processes: Processes, options: Partial<LockOptions> = {}): LockOptions => ({
  processes,
  clock,
  ...options,
});

/** The lock, which has to be free. */
async function lock(processes: Processes) {
  const found = await tryLock(path, as(processes));
  if (!('release' in found)) throw new Error(`held by ${found.identity.pid}`);
  return found;
}

/** A holder touches its lock every two seconds. */
const TOUCH_EVERY_MS = 2000;

/** Files take real time, which a fake clock does not see: it goes on when a touch that was due has reached its file. */
const pass = async (ms: number, stepMs = 500) => {
  const getUntouchedMs = () => clock.nowUs() / 1000 - statSync(`${path}-1`).mtimeMs;
  for (let passed = 0; passed < ms; passed += stepMs) {
    await clock.advance(stepMs);
    await expect.poll(getUntouchedMs, { interval: 1 }).toBeLessThan(TOUCH_EVERY_MS);
  }
};

describe('tryLock', () => {
  it('names the process that has the lock', async () => {
    await lock(world.start(1));
    expect(await tryLock(path, as(world.start(2)))).toMatchObject({ identity: { pid: 1 }, isSeen: true });
    expect(await findLockHolder(path, as(world.start(3)))).toMatchObject({ identity: { pid: 1 } });
  });

  it('goes to one of many who find the last holder dead', async () => {
    await lock(world.start(1));
    world.kill(1);
    const attempts = await Promise.all(
      Array.from({ length: 20 }, (_, at) => tryLock(path, as(world.start(at + 2)))),
    );
    expect(attempts.filter((found) => 'release' in found)).toHaveLength(1);
  });

  it('takes nothing on an old view of the folder', async () => {
    const first = await lock(world.start(1));
    await first.release();
    const slow = world.start(2);
    const moments = new EventEmitter();
    const asked = once(moments, 'asked');
    const self = async () => {
      const goesOn = once(moments, 'goes on');
      moments.emit('asked');
      await goesOn;
      return slow.self();
    };
    // Has seen that number 1 is free, and sleeps before it takes number 2.
    const late = tryLock(path, as({ ...slow, self }));
    await asked;
    await (await lock(world.start(3))).release();
    await lock(world.start(4));
    moments.emit('goes on');
    expect(await late).toMatchObject({ identity: { pid: 4 } });
    expect(readdirSync(folder)).toEqual(['holder-3']);
  });

  it('never gives the last number again', async () => {
    for (let pid = 1; pid <= 3; pid += 1) await (await lock(world.start(pid))).release();
    expect(readdirSync(folder)).toEqual(['holder-3']);
  });

  it('takes a lock that a crash of the machine left unreadable', async () => {
    writeFileSync(join(folder, 'holder-4'), '');
    await lock(world.start(1));
    expect(readdirSync(folder)).toEqual(['holder-5']);
  });

  it.each([
    'holder-2 (copy)',
    'holder-9007199254740992',
    'holder--1',
    'holder-',
    'holder-1e400',
    'holder-x-1',
  ])('is not misled by a file called %s', async (name) => {
    writeFileSync(join(folder, name), '');
    await lock(world.start(1));
    expect(readdirSync(folder)).toContain('holder-1');
  });

  it.each(['folder', 'pipe'])('takes a lock in whose place a %s stands', async (what) => {
    if (what === 'folder') mkdirSync(join(folder, 'holder-1'));
    else execFileSync('mkfifo', [join(folder, 'holder-1')]);
    await lock(world.start(1));
    expect(readdirSync(folder)).toEqual(['holder-2']);
  });

  it('is released also where its folder is gone', async () => {
    const held = await lock(world.start(1));
    rmSync(folder, { recursive: true });
    await expect(held.release()).resolves.toBeUndefined();
  });
});

describe('a holder in another container', () => {
  it('is not taken for the process that has its pid here', async () => {
    await lock(world.start(7, 'pid:[1]'));
    const found = await tryLock(path, as(world.start(7, 'pid:[2]')));
    expect(found).toMatchObject({ identity: { pid: 7, namespace: 'pid:[1]' }, isSeen: false });
  });

  it('keeps its lock for as long as it touches it', async () => {
    const held = await lock(world.start(7, 'pid:[1]'));
    await pass(60_000);
    expect(await findLockHolder(path, as(world.start(7, 'pid:[2]')))).toBeDefined();
    expect(await held.isHeld()).toBe(true);
  });

  it('loses it when it has not touched it for ten seconds, and is told', async () => {
    const held = await lock(world.start(7, 'pid:[1]'));
    const other = world.start(7, 'pid:[2]');
    clock.jump(9900);
    expect(await findLockHolder(path, as(other))).toBeDefined();
    clock.jump(200);
    await lock(other);
    expect(await held.isHeld()).toBe(false);
  });

  it('is gone where its lock was touched in another boot', async () => {
    await lock(world.start(7, 'pid:[1]'));
    clock.jump(-5000);
    expect(await findLockHolder(path, as(world.start(7, 'pid:[2]')))).toBeUndefined();
  });

  it('of an older version, which names no container, is one of this', async () => {
    const { namespace: _, ...old } = await world.start(7).self();
    writeFileSync(join(folder, 'holder-1'), JSON.stringify(old));
    const here: Processes = {
      ...world.start(8),
      getLife: async (one) => (one.namespace === undefined ? 'alive' : 'gone'),
    };
    expect(await tryLock(path, as(here))).toMatchObject({ identity: { pid: 7 }, isSeen: true });
  });
});

describe('a holder that was stopped, as by Ctrl-Z', () => {
  it('keeps its lock where its work must not be done twice', async () => {
    await lock(world.start(1));
    clock.jump(1e9);
    expect(await findLockHolder(path, as(world.start(2)))).toBeDefined();
  });

  it('loses it where nobody can wait so long', async () => {
    await lock(world.start(1));
    clock.jump(29_000);
    expect(await findLockHolder(path, as(world.start(2), { stoppedMs: 30_000 }))).toBeDefined();
    clock.jump(2000);
    expect(await findLockHolder(path, as(world.start(2), { stoppedMs: 30_000 }))).toBeUndefined();
  });
});

describe('withLock', () => {
  it('does one work after the other, also after one that failed', async () => {
    const log: string[] = [];
    const work = (name: string, fails = false) =>
      withLock(path, as(world.start(1), { clock: { ...clock, wait: async () => undefined } }), async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`${name} ends`);
        if (fails) throw new Error('failed');
      });
    const done = await Promise.allSettled([work('a', true), work('b'), work('c')]);
    expect(done.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    for (let at = 0; at < log.length; at += 2) expect(log[at + 1]).toBe(log[at]?.replace('begins', 'ends'));
  });
});
