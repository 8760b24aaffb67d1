import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createLanguages } from '../../src/telegram/people/languages.js';
import { createStateFile } from '../../src/telegram/people/state-file.js';
import { createUsage } from '../../src/telegram/people/usage.js';
import { createTasks } from '../../src/telegram/tasks.js';
import { createSeenUpdates } from '../../src/telegram/updates/seen-updates.js';
import { NOW_MS } from '../helpers/telegram/products.js';

const fail = (error: unknown) => {
  throw error;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-bot-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('seen updates', () => {
  it('are entered once, also after a restart', () => {
    const path = join(folder, 'updates');
    const seen = createSeenUpdates(path, fail);
    expect([seen.enter(5), seen.enter(5), seen.enter(6)]).toEqual([true, false, true]);
    const again = createSeenUpdates(path, fail);
    expect([again.enter(5), again.enter(7)]).toEqual([false, true]);
  });

  it('stay a bounded file however often the bot starts', () => {
    const path = join(folder, 'updates');
    for (let id = 0; id < 9000; id += 1000) {
      const seen = createSeenUpdates(path, fail);
      for (let next = id; next < id + 1000; next += 1) seen.enter(next);
    }
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThanOrEqual(4001);
    expect(createSeenUpdates(path, fail).enter(8999)).toBe(false);
  });

  it('stay a bounded file, and a torn line does no harm', () => {
    const path = join(folder, 'updates');
    const seen = createSeenUpdates(path, fail);
    for (let id = 0; id < 10_000; id += 1) seen.enter(id);
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThanOrEqual(4001);
    expect(seen.enter(9999)).toBe(false);
    writeFileSync(path, '1\n2\nx3');
    expect(createSeenUpdates(path, fail).enter(3)).toBe(true);
  });
});

describe('a pipe in the place of a file', () => {
  it.each([
    ['seen updates', (path: string) => createSeenUpdates(path, fail)],
    ['a value', (path: string) => createStateFile({ path, parse: z.int().parse, initial: 0, onError: fail })],
  ])('is named instead of read: %s', (_what, open) => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    expect(() => open(path)).toThrow(path);
  });
});

it('a link that leads nowhere is named before any update is lost to it', () => {
  const path = join(folder, 'updates');
  symlinkSync('/nowhere/at/all', path);
  expect(() => createSeenUpdates(path, fail)).toThrow(`${path} cannot be used (a link that leads nowhere)`);
});

describe('daily use', () => {
  it('is counted by user, kept over a restart and forgotten with the day in China', async () => {
    let nowMs = NOW_MS;
    const open = () =>
      createUsage({
        folder,
        dailyCalls: 10,
        access: { isAdmin: (id) => id === 9 },
        now: () => nowMs,
        onError: fail,
      });
    const usage = open();
    usage.count(1, 4);
    usage.count(1);
    usage.count(2, 20);
    expect([usage.left(1), usage.left(2), usage.left(3), usage.left(9)]).toEqual([
      5,
      0,
      10,
      Number.POSITIVE_INFINITY,
    ]);
    await usage.flush();
    expect(open().spent(1)).toBe(5);
    expect(open().total()).toBe(25);
    nowMs = Date.parse('2025-11-22T15:59:59Z');
    expect(usage.spent(1)).toBe(5);
    nowMs += 1000;
    expect(usage.spent(1)).toBe(0);
  });
});

describe('a reservation', () => {
  it('takes calls off what is left until they are made or not needed', async () => {
    const access = { isAdmin: () => false };
    const usage = createUsage({ folder, dailyCalls: 10, access, now: () => NOW_MS, onError: fail });
    const reservation = usage.reserve(1, 4);
    expect([usage.left(1), usage.spent(1), usage.left(2)]).toEqual([6, 0, 10]);
    reservation.spend();
    expect([usage.left(1), usage.spent(1)]).toEqual([6, 1]);
    reservation.release();
    expect([usage.left(1), usage.spent(1)]).toEqual([9, 1]);
    reservation.spend();
    expect([usage.left(1), usage.spent(1)]).toEqual([8, 2]);
    await usage.flush();
  });
});

describe('a small file of state', () => {
  const open = (path: string, onError = fail) =>
    createStateFile({
      path,
      parse: (json) => z.object({ a: z.int() }).parse(json),
      initial: { a: 0 },
      onError,
    });

  it('that makes no sense is set aside and said, never overwritten', () => {
    const path = join(folder, 'usage.json');
    writeFileSync(path, '{"a":');
    const said: unknown[] = [];
    expect(open(path, (error) => void said.push(error) as never).get()).toEqual({ a: 0 });
    expect(String(said)).toContain('.broken');
    expect(readFileSync(`${path}.broken`, 'utf8')).toBe('{"a":');
  });

  it('that cannot be read is not taken for absent', () => {
    const path = join(folder, 'usage.json');
    mkdirSync(path);
    expect(() => open(path)).toThrow(/usage\.json cannot be used \(not a regular file\)/);
  });
});

describe('languages', () => {
  it('are the one chosen, else the one of the user’s Telegram', async () => {
    const languages = createLanguages(folder, fail);
    expect(languages.find({ id: 1, language_code: 'en' })).toBe('en');
    languages.choose(1, 'zh');
    await languages.flush();
    expect(createLanguages(folder, fail).find({ id: 1, language_code: 'en' })).toBe('zh');
    expect(languages.find(undefined)).toBe('zh');
  });
});

describe('tasks', () => {
  it('are waited for, then asked to end, then left behind by name', async () => {
    const errors: string[] = [];
    const tasks = createTasks((name) => errors.push(name));
    const log: string[] = [];
    tasks.start('quick', async () => void log.push('quick'));
    tasks.start('broken', () => Promise.reject(new Error('no')));
    tasks.start(
      'patient',
      (signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            log.push('told');
            resolve();
          });
        }),
    );
    tasks.start('stuck', () => new Promise(() => {}));
    await expect(tasks.track('mine', Promise.reject(new Error('seen')))).rejects.toThrow('seen');
    expect(tasks.size()).toBe(2);
    expect(await tasks.drain({ graceMs: 20, limitMs: 40 })).toEqual(['stuck']);
    expect(log).toEqual(['quick', 'told']);
    expect(errors).toEqual(['broken']);
  });
});
