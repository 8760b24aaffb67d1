import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock } from '../../../../src/core/clock.js';
import { ConfigError, ThrottledError } from '../../../../src/core/errors.js';
import type { PermitStore } from '../../../../src/core/permits/permit-store.js';
import type { Permits } from '../../../../src/core/permits/permits.js';
import { parsePermitFile } from '../../../../src/core/state/folder/permit-file.js';
import { createFolderPermits, createFolderStore } from '../../../../src/core/state/folder/permit-folder.js';
import { findRemoteFileSystem } from '../../../../src/core/state/local-folder.js';
import { createFakeClock, type FakeClock, settle } from '../../../helpers/fake-clock.js';

const fsErrors = vi.hoisted(() => ({
  link: undefined as string | undefined,
  statfsType: undefined as number | undefined,
}));
vi.mock('node:fs', async (load) => {
  const fs = await load<typeof import('node:fs')>();
  const linkSync: typeof fs.linkSync = (from, to) => {
    if (fsErrors.link) throw Object.assign(new Error(fsErrors.link), { code: fsErrors.link });
    fs.linkSync(from, to);
  };
  const statfsSync = (path: string) => {
    const stats = fs.statfsSync(path);
    return fsErrors.statfsType === undefined ? stats : { ...stats, type: fsErrors.statfsType };
  };
  return { ...fs, linkSync, statfsSync };
});

const LIMIT = { calls: 3, windowMs: 60_000 };
const TIMEOUT_MS = 15_000;
const HOLD_US = 60_250_000;
const LEASE_US = 16_000_000;
const INTERACTIVE = { lane: 'interactive' } as const;

let folder: string;
let clock: FakeClock;
let opened: Permits[];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'bijia-permits-')), 'group');
  clock = createFakeClock();
  opened = [];
  fsErrors.link = undefined;
  fsErrors.statfsType = undefined;
});
afterEach(async () => {
  for (const permits of opened) await permits.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

function openPermits(pid: number, limit = LIMIT): Permits {
  const permits = createFolderPermits({ folder, limit, callTimeoutMs: TIMEOUT_MS, clock, pid });
  opened.push(permits);
  return permits;
}

const openStore = (pid: number, limit = LIMIT): PermitStore =>
  createFolderStore({ folder, limit, callTimeoutMs: TIMEOUT_MS, clock, pid });

const listNumbers = () =>
  readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((one, other) => one - other);

const read = (name: string | number) => readFileSync(join(folder, String(name)), 'utf8');

function write(name: string | number, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, String(name)), text);
}

async function isServedNow(permits: Permits): Promise<boolean> {
  let served = false;
  const controller = new AbortController();
  permits.acquire({ ...INTERACTIVE, signal: controller.signal }).then(
    async (permit) => {
      served = true;
      await permit.giveBack();
    },
    () => undefined,
  );
  await settle();
  controller.abort();
  await settle();
  return served;
}

describe('a permit file', () => {
  it('tells who took it when, then when the answer came', async () => {
    const permits = openPermits(4711);
    const startUs = clock.nowUs();
    const permit = await permits.acquire(INTERACTIVE);
    expect(read(0)).toBe(`${startUs} i 4711 ${HOLD_US}\n`);
    await clock.advance(120);
    await permit.answered();
    expect(read(0)).toBe(`${startUs} i 4711 ${HOLD_US}\n${startUs + 120_000}\n`);
  });

  it('of a permit given back says so and stays', async () => {
    const permits = openPermits(4711);
    await (await permits.acquire({ lane: 'batch' })).giveBack();
    expect(read(0)).toBe(`${clock.nowUs()} b0 4711 ${HOLD_US}\n-\n`);
    expect((await openPermits(2).status()).inUse).toBe(0);
  });

  it('and its folder are readable by their owner only', async () => {
    await openPermits(1).acquire(INTERACTIVE);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, '0')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['5 i 1 9\n', { acquiredUs: 5, kind: 'i', pid: 1, holdUs: 9, answeredUs: undefined, void: false }],
    ['5 b 1 9\n7\n', { acquiredUs: 5, kind: 'b', pid: 1, holdUs: 9, answeredUs: 7, void: false }],
    ['5 b12 1 9\n-\n', { acquiredUs: 5, kind: 'b12', pid: 1, holdUs: 9, answeredUs: undefined, void: true }],
    ['5 i 1 9\n7', { acquiredUs: 5, kind: 'i', pid: 1, holdUs: 9, answeredUs: undefined, void: false }],
    ['', undefined],
    ['5 i 1 9', undefined],
    ['-5 i 1 9\n', undefined],
  ])('%j is read as it stands, half-written lines not at all', (text, record) => {
    expect(parsePermitFile(text)).toEqual(record);
  });
});

describe('numbers', () => {
  it('have no gaps and never go to two processes', async () => {
    const processes = [openPermits(1), openPermits(2), openPermits(3)];
    for (let call = 0; call < 12; call += 1) {
      const permit = await processes[call % 3]?.acquire(INTERACTIVE);
      await permit?.giveBack();
    }
    expect(listNumbers()).toEqual(Array.from({ length: 12 }, (_, number) => number));
  });

  it('go to the first who claims; the other looks again', async () => {
    const [one, other] = [openStore(1), openStore(2)];
    const [oneView, otherView] = [await one.look(), await other.look()];
    expect(await one.claim(oneView, 'i')).toMatchObject({ number: 0 });
    expect(await other.claim(otherView, 'i')).toBeUndefined();
    expect(read(0)).toContain(' i 1 ');
    expect(await other.claim(await other.look(), 'i')).toMatchObject({ number: 1 });
  });

  it('leave no private files behind', async () => {
    const [one, other] = [openStore(1), openStore(2)];
    const [oneView, otherView] = [await one.look(), await other.look()];
    await one.claim(oneView, 'i');
    await other.claim(otherView, 'i');
    expect(readdirSync(folder).filter((name) => name.startsWith('tmp'))).toEqual([]);
  });

  it('continue where links fail', async () => {
    fsErrors.link = 'EPERM';
    const [one, other] = [openStore(1), openStore(2)];
    const [oneView, otherView] = [await one.look(), await other.look()];
    expect(await one.claim(oneView, 'i')).toMatchObject({ number: 0 });
    expect(await other.claim(otherView, 'i')).toBeUndefined();
    expect(await other.claim(await other.look(), 'b1')).toMatchObject({ number: 1 });
    expect(listNumbers()).toEqual([0, 1]);
  });

  it('of files that are over are deleted from the lowest on; the newest 2Q stay', async () => {
    const permits = openPermits(1);
    for (let call = 0; call < 129; call += 1) {
      await (await permits.acquire(INTERACTIVE)).answered();
      if (call % 3 === 2) await clock.advance(61_000);
    }
    const numbers = listNumbers();
    expect(numbers).toEqual(
      Array.from({ length: numbers.length }, (_, index) => 129 - numbers.length + index),
    );
    expect(numbers.length).toBeGreaterThanOrEqual(6);
    expect(numbers.length).toBeLessThanOrEqual(6 + 32);
    await (await openPermits(2).acquire(INTERACTIVE)).answered();
    expect(listNumbers().at(-1)).toBe(129);
  });

  const getInode = (number: number) => statSync(join(folder, String(number))).ino;
  const take = async (permits: Permits, count: number) => {
    for (let call = 0; call < count; call += 1) {
      await (await permits.acquire(INTERACTIVE)).answered();
      if (call % 3 === 2) await clock.advance(61_000);
    }
  };

  it('get files that are over, written again', async () => {
    const permits = openPermits(1);
    await take(permits, 30);
    const old = new Set(listNumbers().map(getInode));
    await take(permits, 60);
    const reused = listNumbers().filter((number) => old.has(getInode(number)));
    expect(reused.length).toBeGreaterThan(10);
    for (const number of listNumbers()) {
      expect(read(number)).toMatch(/^\d+ i 1 60250000\n\d+\n$/);
      expect(statSync(join(folder, String(number))).nlink).toBe(1);
    }
    await permits.close();
    expect(readdirSync(join(folder, 'spare'))).toEqual([]);
  });

  it('never get the file of a call that has not ended: somebody may still write to it', async () => {
    const permits = openPermits(1);
    for (let call = 0; call < 30; call += 1) {
      await permits.acquire(INTERACTIVE);
      if (call % 3 === 2) await clock.advance(77_000);
    }
    const files = listNumbers().map((number) => openSync(join(folder, String(number)), 'r'));
    const old = new Set(files.map((file) => fstatSync(file).ino));
    await take(permits, 90);
    expect(listNumbers()[0]).toBeGreaterThan(30);
    expect(listNumbers().filter((number) => old.has(getInode(number)))).toEqual([]);
    for (const file of files) closeSync(file);
  });

  it('go on when somebody deletes what is kept for them', async () => {
    const [one, other] = [openPermits(1), openPermits(2)];
    await take(one, 66);
    expect(readdirSync(join(folder, 'spare'))).toHaveLength(1);
    rmSync(join(folder, 'spare'), { recursive: true });
    await take(one, 66);
    await take(other, 66);
    expect(listNumbers().at(-1)).toBe(197);
  });

  it('clear away what a process kept that took none for a minute', async () => {
    mkdirSync(join(folder, 'spare', '99-0'), { recursive: true });
    mkdirSync(join(folder, 'spare', '98-0'));
    write('spare/99-0/0', 'left');
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(join(folder, 'spare', '99-0'), longAgo, longAgo);
    await take(openPermits(1), 1);
    expect(readdirSync(join(folder, 'spare'))).toEqual(['98-0']);
  });

  it('of people are remembered when their files are deleted', async () => {
    const startUs = clock.nowUs();
    await (await openPermits(1).acquire(INTERACTIVE)).answered();
    expect(await openStore(2).look()).toMatchObject({ lastInteractiveUs: startUs });
    for (let call = 0; call < 65; call += 1) {
      await (await openPermits(3).acquire({ lane: 'batch' })).giveBack();
      if (call === 31) await clock.advance(61_000);
    }
    expect(existsSync(join(folder, '0'))).toBe(false);
    expect(await openStore(4).look()).toMatchObject({ lastInteractiveUs: startUs });
  });

  it('of permits in use are never deleted', async () => {
    const patient = openPermits(1, { calls: 3, windowMs: 600_000 });
    await (await patient.acquire(INTERACTIVE)).answered();
    const hasty = openPermits(2);
    for (let call = 0; call < 100; call += 1) await (await hasty.acquire(INTERACTIVE)).giveBack();
    expect(listNumbers()[0]).toBe(0);
  });

  it('private files of dead processes are deleted after a minute', async () => {
    write('tmp-99-0', 'dead');
    write('tmp-99-1', 'alive');
    utimesSync(join(folder, 'tmp-99-0'), new Date(Date.now() - 120_000), new Date(Date.now() - 120_000));
    await openPermits(1).acquire(INTERACTIVE);
    expect(readdirSync(folder).filter((name) => name.startsWith('tmp'))).toEqual(['tmp-99-1']);
  });
});

describe('a crowd', () => {
  it('is not served in one go: what else is due in the process comes in between', async () => {
    const limit = { calls: 100, windowMs: 1000 };
    const options = { folder, limit, callTimeoutMs: TIMEOUT_MS, clock: createClock() };
    const permits = createFolderPermits(options);
    opened.push(permits);
    let served = 0;
    const crowd = Array.from({ length: 50 }, async () => {
      await permits.acquire(INTERACTIVE);
      served += 1;
    });
    await settle();
    expect(served).toBeLessThan(crowd.length);
    await Promise.all(crowd);
  });
});

describe('a process that slept', () => {
  const fill = async (permits: Permits, count: number) => {
    for (let call = 0; call < count; call += 1) {
      await (await permits.acquire(INTERACTIVE)).answered();
      if (call % 3 === 2) await clock.advance(61_000);
    }
  };

  it('while others used and deleted its number takes nothing', async () => {
    const sleeper = openStore(1);
    const view = await sleeper.look();
    await fill(openPermits(2), 120);
    const lowest = listNumbers()[0] ?? 0;
    expect(lowest).toBeGreaterThan(1);
    expect(await sleeper.claim({ ...view, nowUs: clock.nowUs() }, 'i')).toBeUndefined();
    expect(listNumbers()[0]).toBe(lowest);
  });

  it('after its first look of a number later than 0 takes nothing either', async () => {
    await (await openPermits(3).acquire(INTERACTIVE)).answered();
    const sleeper = openStore(1);
    const view = await sleeper.look();
    await clock.advance(61_000);
    await fill(openPermits(2), 119);
    expect(existsSync(join(folder, '1'))).toBe(false);
    expect(await sleeper.claim({ ...view, nowUs: clock.nowUs() }, 'i')).toBeUndefined();
    expect(existsSync(join(folder, '1'))).toBe(false);
    const held = await sleeper.claim(await sleeper.look(), 'i');
    expect(held?.number).toBe(120);
  });

  it('between look and claim for longer than a sixtieth of the window looks again', async () => {
    const store = openStore(1);
    const view = await store.look();
    clock.jump(1001);
    expect(await store.claim(view, 'i')).toBeUndefined();
  });

  it('for longer than a window reads the folder again, whatever another sleeper left behind', async () => {
    const store = openStore(1);
    await store.look();
    await fill(openPermits(2), 120);
    // Left by a process that was killed before it could take back a number claimed in its sleep.
    write(0, `${clock.nowUs()} i 9 ${HOLD_US}\n`);
    const view = await store.look();
    expect(view.newest).toBe(119);
    expect(await store.claim(view, 'i')).toMatchObject({ number: 120 });
  });
});

describe('time', () => {
  it('until the window and its guard have passed since boot nothing is sent', async () => {
    clock = createFakeClock(5_000_000);
    const permits = openPermits(1);
    let toldMs = 0;
    let served = false;
    const onWait = (waitMs: number) => {
      toldMs = waitMs;
    };
    void permits.acquire({ ...INTERACTIVE, onWait }).then(() => {
      served = true;
    });
    await clock.advance((HOLD_US - 5_000_000) / 1000);
    expect({ toldMs, served }).toEqual({ toldMs: (HOLD_US - 5_000_000) / 1000 + 1, served: false });
    await clock.advance(1);
    expect(served).toBe(true);
  });

  it.each([
    ['a second ahead counts', 1_000_000, 3],
    ['further ahead is from another boot', 1_000_001, 0],
  ])('of a stamp %s', async (_, aheadUs, inUse) => {
    for (const number of [0, 1, 2]) write(number, `${clock.nowUs() + aheadUs} b 7 ${HOLD_US}\n`);
    expect((await openPermits(1).status()).inUse).toBe(inUse);
  });

  it.each([
    ['unanswered, until its lease and the hold are over', '', LEASE_US + HOLD_US],
    ['answered, until the hold is over', 'answered', 2_000_000 + HOLD_US],
    ['given back, not at all', '-\n', 0],
    ['of a process with a longer hold, until that is over', 'longer', LEASE_US + 2 * HOLD_US],
    ['of a process with a shorter hold, until ours is over', 'shorter', LEASE_US + HOLD_US],
  ])("another process's permit is in use, %s", async (_, end, returnsAfterUs) => {
    const startUs = clock.nowUs();
    const holdUs = { longer: 2 * HOLD_US, shorter: 1000 }[end] ?? HOLD_US;
    const lastLine = end === 'answered' ? `${startUs + 2_000_000}\n` : end === '-\n' ? end : '';
    write(0, `${startUs} b 7 ${holdUs}\n${lastLine}`);
    const permits = openPermits(1, { calls: 1, windowMs: 60_000 });
    clock.jump(returnsAfterUs / 1000 - 1);
    if (returnsAfterUs > 0) expect(await isServedNow(permits)).toBe(false);
    clock.jump(1);
    expect(await isServedNow(permits)).toBe(true);
  });

  it('of an answer in another process is seen', async () => {
    const [one, other] = [openPermits(1), openPermits(2)];
    const held = await one.acquire(INTERACTIVE);
    expect((await other.status()).inUse).toBe(1);
    await clock.advance(1000);
    await held.answered();
    await clock.advance(HOLD_US / 1000 - 1);
    expect((await other.status()).inUse).toBe(1);
    await clock.advance(1);
    expect((await other.status()).inUse).toBe(0);
  });

  it('of a permit without its line, left by a process that died where links fail, ends too', async () => {
    write(0, '');
    const permits = openPermits(1, { calls: 1, windowMs: 60_000 });
    expect(await isServedNow(permits)).toBe(false);
    await clock.advance((LEASE_US + HOLD_US) / 1000);
    expect(await isServedNow(permits)).toBe(true);
  });

  it('of a permit that cannot be read counts from when it was written, for each process that comes', async () => {
    const limit = { calls: 1, windowMs: 60_000 };
    write(0, 'spoiled');
    expect(await isServedNow(openPermits(1, limit))).toBe(false);
    const longAgo = Date.now() / 1000 - (LEASE_US + HOLD_US) / 1e6 - 1;
    utimesSync(join(folder, '0'), longAgo, longAgo);
    expect(await isServedNow(openPermits(2, limit))).toBe(true);
  });
});

describe('processes of one folder', () => {
  it('share a freeze, and a success ends the count of strikes', async () => {
    const limit = { calls: 5, windowMs: 60_000 };
    const [one, other] = [openPermits(1, limit), openPermits(2, limit)];
    const held = await one.acquire(INTERACTIVE);
    await one.throttled(held);
    expect(read('state')).toBe(`${clock.nowUs() + 60_000_000} 4 ${clock.nowUs()} 1\n`);
    await expect(other.acquire(INTERACTIVE)).rejects.toBeInstanceOf(ThrottledError);
    await clock.advance(61_000);
    other.succeeded(await other.acquire(INTERACTIVE));
    await settle();
    await one.throttled(await one.acquire(INTERACTIVE));
    expect(read('state')).toMatch(/ 1\n$/);
  });

  it('ignore a freeze of another boot', async () => {
    write('state', `${clock.nowUs() + 90_000_000} 1 ${clock.nowUs() + 30_000_000} 3\n`);
    expect(await openPermits(1).status()).toMatchObject({ effectiveCalls: 3, frozenForMs: 0 });
  });

  it('ignore a state file that makes no sense', async () => {
    write('state', 'half a li');
    expect((await openPermits(1).status()).effectiveCalls).toBe(3);
  });

  it('let no batch go before interactive callers of another, for as long as those live', async () => {
    const limit = { calls: 4, windowMs: 60_000 };
    const chat = openPermits(1, limit);
    const taken = await Promise.all([0, 1, 2, 3].map(() => chat.acquire(INTERACTIVE)));
    const waiting = [chat.acquire(INTERACTIVE), chat.acquire(INTERACTIVE)];
    await settle();
    expect(readdirSync(join(folder, 'waiting'))).toHaveLength(1);
    expect((await openStore(3, limit).look()).waitingElsewhere).toBe(2);
    await Promise.all(taken.map((permit) => permit.giveBack()));
    await Promise.all(waiting);
    await settle();
    expect(readdirSync(join(folder, 'waiting'))).toEqual([]);
  });

  it('forget who waited in a process that died', async () => {
    const dead = openStore(1);
    await dead.look();
    await dead.announce(40);
    const alive = openStore(2);
    expect((await alive.look()).waitingElsewhere).toBe(40);
    clock.jump(1001);
    expect((await alive.look()).waitingElsewhere).toBe(0);
    expect(readdirSync(join(folder, 'waiting'))).toEqual([]);
  });

  it('keep counting their own permits when somebody deletes the folder', async () => {
    const permits = openPermits(1);
    await (await permits.acquire(INTERACTIVE)).answered();
    await permits.acquire(INTERACTIVE);
    rmSync(folder, { recursive: true });
    await clock.advance(61_000 / 2);
    const third = await permits.acquire(INTERACTIVE).catch(() => permits.acquire(INTERACTIVE));
    expect(third.isFresh()).toBe(true);
    expect((await permits.status()).inUse).toBe(3);
    expect(listNumbers()).toEqual([0]);
  });
});

describe('a folder that cannot keep permits', () => {
  const acquireError = async () => {
    const error: unknown = await openPermits(1)
      .acquire(INTERACTIVE)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    return error instanceof ConfigError ? error.message : '';
  };

  it('because something else has its name is a ConfigError', async () => {
    writeFileSync(folder, 'a file');
    folder = join(folder, 'below');
    expect(await acquireError()).toMatch(/cannot be written \(ENOTDIR\).*BIJIA_STATE_DIR/);
  });

  it.each(['EROFS', 'EACCES', 'ENOSPC'])('because the file system says %s is a ConfigError', async (code) => {
    fsErrors.link = code;
    expect(await acquireError()).toMatch(new RegExp(`\\(${code}\\).*BIJIA_STATE_DIR`));
  });

  it.runIf(process.platform === 'linux')('because other machines write to it is a ConfigError', async () => {
    fsErrors.statfsType = 0x6969;
    expect(await acquireError()).toMatch(/NFS.*BIJIA_STATE_DIR/);
  });

  it.each([
    [0x6969, 'NFS'],
    [0xff534d42, 'SMB'],
    [0xff534d42 | 0, 'SMB'],
    [0xfe534d42, 'SMB'],
    [0x01021997, '9p'],
    [0xef53, undefined],
    [0x794c7630, undefined],
  ])('is known by its type %i: %s', (type, name) => {
    expect(findRemoteFileSystem(type)).toBe(name);
  });

  it('works again when the cause is gone', async () => {
    fsErrors.link = 'ENOSPC';
    const permits = openPermits(1);
    await expect(permits.acquire(INTERACTIVE)).rejects.toBeInstanceOf(ConfigError);
    fsErrors.link = undefined;
    await expect(permits.acquire(INTERACTIVE)).resolves.toBeDefined();
  });
});

describe('what somebody else put into the folder', () => {
  const acquire = async () => openPermits(1).acquire(INTERACTIVE);

  it.each(['9007199254740992', '99999999999999999999', '1e3', '-1', 'holder-2 (copy)'])(
    'is left alone when it has a name that no permit has: %s',
    async (name) => {
      await openStore(1).look();
      writeFileSync(join(folder, name), '');
      await acquire();
      expect(read(0)).toContain(' i 1 ');
    },
  );

  it('is said when its number leaves none for others', async () => {
    await openStore(1).look();
    writeFileSync(join(folder, '999999999999'), '');
    await expect(acquire()).rejects.toThrow('999999999999 cannot be used');
  });

  it.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a device', (path: string) => symlinkSync('/dev/zero', path)],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a dead link', (path: string) => symlinkSync('/nowhere/at/all', path)],
  ])('is named when %s stands in the place of a permit', async (_what, put) => {
    await openStore(1).look();
    put(join(folder, '0'));
    await expect(acquire()).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining(join(folder, '0')),
    });
  });

  it.each(['state', 'success', 'waiting'])(
    'is named when a pipe stands in the place of "%s"',
    async (name) => {
      await openStore(1).look();
      rmSync(join(folder, name), { recursive: true, force: true });
      execFileSync('mkfifo', [join(folder, name)]);
      // Only who was frozen looks at a success.
      writeFileSync(join(folder, name === 'state' ? 'success' : 'other'), '');
      await expect(acquire()).rejects.toThrow(join(folder, name));
    },
  );

  it('stops nobody for longer than an upstream asks for', async () => {
    await openStore(1).look();
    writeFileSync(join(folder, 'state'), `9007199254740991 1 ${clock.nowUs()} 3\n`);
    writeFileSync(join(folder, '0'), `${clock.nowUs()} i 7 9007199254740991\n`);
    const permits = openPermits(1);
    await permits.acquire(INTERACTIVE);
    expect((await permits.status()).inUse).toBe(2);
    await clock.advance((HOLD_US + LEASE_US) / 1000);
    expect((await permits.status()).inUse).toBe(0);
  });
});
