import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../src/core/clock.js';
import { openBotFolder } from '../../src/core/state/folder/bot/bot-folder.js';
import { createLanguages } from '../../src/telegram/people/languages.js';
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

it('a pipe in the place of the file is named instead of read', () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  expect(() => createSeenUpdates(path, fail)).toThrow(path);
});

it('a link that leads nowhere is named before any update is lost to it', () => {
  const path = join(folder, 'updates');
  symlinkSync('/nowhere/at/all', path);
  expect(() => createSeenUpdates(path, fail)).toThrow(`${path} cannot be used (a link that leads nowhere)`);
});

describe('daily use', () => {
  it('is counted by user, kept over a restart and forgotten with the day in China', async () => {
    let nowMs = NOW_MS;
    const open = () => {
      const state = openBotFolder(folder, () => nowMs, fail);
      const access = { isAdmin: (id: number | undefined) => id === 9 };
      return { ...createUsage({ store: state.usage, dailyCalls: 10, access }), flush: state.flush };
    };
    const usage = open();
    const count = async (user: number, calls: number) => (await usage.reserve(user, calls)).spend(calls);
    await count(1, 4);
    await count(1, 1);
    await count(2, 20);
    expect(await Promise.all([1, 2, 3, 9].map((user) => usage.left(user)))).toEqual([
      5,
      0,
      10,
      Number.POSITIVE_INFINITY,
    ]);
    await usage.flush();
    expect(await open().spent(1)).toBe(5);
    expect(await open().total()).toBe(25);
    nowMs = Date.parse('2025-11-22T15:59:59Z');
    expect(await usage.spent(1)).toBe(5);
    nowMs += 1000;
    expect(await usage.spent(1)).toBe(0);
  });
});

describe('languages', () => {
  it('are the one chosen, else the one of the user’s Telegram', async () => {
    const open = () => openBotFolder(folder, () => NOW_MS, fail);
    const state = open();
    const languages = createLanguages(state);
    expect(await languages.get({ id: 1, language_code: 'en' })).toBe('en');
    await languages.choose(1, 'zh');
    await state.flush();
    expect(await createLanguages(open()).get({ id: 1, language_code: 'en' })).toBe('zh');
    expect(await languages.get(undefined)).toBe('zh');
  });
});

describe('tasks', () => {
  it('are waited for, then asked to end, then left behind by name', async () => {
    const errors: string[] = [];
    const tasks = createTasks(createClock(), (name) => errors.push(name));
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
