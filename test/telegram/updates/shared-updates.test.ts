import { Bot } from 'grammy';
import type { Update } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import { type BotFleet, createClock, type KeptUpdate, StateError } from '../../../src/core/index.js';
import type { BotContext } from '../../../src/telegram/bot-context.js';
import { createTasks } from '../../../src/telegram/tasks.js';
import { createSharedUpdates } from '../../../src/telegram/updates/shared-updates.js';

const GUEST = 5;
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const createUpdate = (update_id: number, chat = GUEST): Update => {
  const user = { id: chat, is_bot: false, first_name: 'Ann' };
  return {
    update_id,
    message: {
      ...{ message_id: update_id, date: 1, text: String(update_id) },
      ...{ chat: { id: chat, type: 'private', first_name: 'Ann' }, from: user },
    },
  };
};

/** A machine whose fleet is a list; `ours`: chats that are this machine's. */
function openMachine({ isOurs = true } = {}) {
  const waiting: KeptUpdate[] = [];
  const done: number[] = [];
  const world = { handled: [] as number[], waiting, done, failures: 0, hold: Promise.resolve() };
  const assertThere = () => {
    if (world.failures === 0) return;
    world.failures -= 1;
    throw new StateError('away');
  };
  const fleet: BotFleet = {
    member: 1,
    isGone: async () => false,
    keep: async (update) => {
      assertThere();
      waiting.push(update);
      return isOurs;
    },
    begin: async (chat, before) => {
      assertThere();
      if (before !== undefined) done.push(before);
      const at = waiting.findIndex((one) => one.chat === chat);
      return waiting.splice(at, at < 0 ? 0 : 1)[0];
    },
    finish: async (id) => void done.push(id),
    join: () => expect.fail('not asked for'),
  };
  const bot = new Bot<BotContext>('1:a', { botInfo: { id: 1 } as never });
  bot.use(async ({ update }) => {
    await world.hold;
    world.handled.push(update.update_id);
  });
  const tasks = createTasks(createClock(), (_, error) => expect.fail(String(error)));
  const access = { isAllowed: async ({ userId }: { userId?: number }) => userId === GUEST };
  const updates = createSharedUpdates({ fleet, bot, tasks, access, log });
  const drain = () => tasks.drain({ graceMs: 5000, limitMs: 5000 });
  return Object.assign(world, { updates, drain });
}

describe('updates that several machines share', () => {
  it('are handled one after the other, and said to be done', async () => {
    const machine = openMachine();
    for (const id of [1, 2, 3]) await machine.updates.take(createUpdate(id));
    await machine.drain();
    expect([machine.handled, machine.done]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('of a stranger are never kept', async () => {
    const machine = openMachine();
    await machine.updates.take(createUpdate(1, 99));
    await machine.drain();
    expect([machine.handled, machine.done]).toEqual([[1], []]);
  });

  it('of another machine’s chat are left to it, until they become this one’s', async () => {
    const machine = openMachine({ isOurs: false });
    await machine.updates.take(createUpdate(1));
    await machine.drain();
    expect(machine.handled).toEqual([]);
    machine.updates.serve(GUEST);
    await machine.drain();
    expect(machine.handled).toEqual([1]);
  });

  it('are not confirmed while the database is away, and begun when it is back', async () => {
    const machine = openMachine();
    machine.failures = 1;
    await expect(machine.updates.take(createUpdate(1))).rejects.toBeInstanceOf(StateError);
    await machine.updates.take(createUpdate(1));
    machine.failures = 1;
    await machine.drain();
    expect(machine.handled).toEqual([1]);
  });

  it('that wait when the bot ends are left to the others', async () => {
    const machine = openMachine();
    let release = () => {};
    machine.hold = new Promise((resolve) => {
      release = resolve;
    });
    await machine.updates.take(createUpdate(1));
    await machine.updates.take(createUpdate(2));
    machine.updates.stop();
    release();
    await machine.drain();
    expect([machine.handled, machine.done, machine.waiting.length]).toEqual([[1], [1], 1]);
  });
});
