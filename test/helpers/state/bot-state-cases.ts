import { afterEach, expect, it } from 'vitest';
import * as z from 'zod';
import type { BotState } from '../../../src/core/state/bot-state.js';

const LIST = z.array(z.string());

/** What every store of a bot promises. @param openBot the bot's next process: of each case's own bot, by its name */
export function defineBotStateCases(openBot: (bot: string) => Promise<BotState>): void {
  const opened: BotState[] = [];
  const open = async (bot: string) => {
    const state = await openBot(bot);
    opened.push(state);
    return state;
  };
  afterEach(async () => {
    for (const state of opened.splice(0)) await state.flush();
  });
  const openList = (state: BotState) =>
    state.openDocument<string[]>({ name: 'list', parse: (json) => LIST.parse(json), initial: [] });

  it('keeps a document over processes, and each change of it', async () => {
    const first = await open('document');
    const list = openList(first);
    expect(await list.read()).toEqual([]);
    await Promise.all(['a', 'b', 'c'].map((text) => list.change((known) => [...known, text])));
    expect([...(await list.read())].sort()).toEqual(['a', 'b', 'c']);
    await first.flush();
    const again = openList(await open('document'));
    expect([...(await again.read())].sort()).toEqual(['a', 'b', 'c']);
    await again.change((known) => known.filter((text) => text !== 'b'));
    expect([...(await again.read())].sort()).toEqual(['a', 'c']);
  });

  it('leaves a document alone that an edit hands back', async () => {
    const list = openList(await open('unchanged'));
    await list.change(() => ['a']);
    const value = await list.read();
    await list.change((known) => known);
    expect(await list.read()).toBe(value);
  });

  it('counts the calls of each user, over processes', async () => {
    const first = await open('count');
    const [one, two] = [await first.usage.reserve(1, 5, 10), await first.usage.reserve(2, 1, 10)];
    one.spend(4);
    one.spend();
    // More than were set aside were made all the same.
    two.spend(20);
    await Promise.all([one.release(), two.release()]);
    expect(await first.usage.read(1)).toEqual({ made: 5, reserved: 0 });
    expect(await first.usage.read(2)).toEqual({ made: 20, reserved: 0 });
    await first.flush();
    const { usage } = await open('count');
    expect([await usage.read(1), await usage.read(3)]).toEqual([
      { made: 5, reserved: 0 },
      { made: 0, reserved: 0 },
    ]);
    expect(await usage.total()).toBe(25);
  });

  it('sets aside what is left and no more, and frees what was not needed', async () => {
    const { usage } = await open('reserve');
    const first = await usage.reserve(1, 6, 10);
    const second = await usage.reserve(1, 6, 10);
    const third = await usage.reserve(1, 6, 10);
    expect([first.calls, second.calls, third.calls]).toEqual([6, 4, 0]);
    first.spend(2);
    await first.release();
    expect(await usage.read(1)).toEqual({ made: 2, reserved: 4 });
    expect((await usage.reserve(1, 6, 10)).calls).toBe(4);
    expect((await usage.reserve(2, 7, Number.POSITIVE_INFINITY)).calls).toBe(7);
    expect((await usage.reserve(2, 0, 10)).calls).toBe(0);
  });

  it('never lets many at once pass the limit together', async () => {
    const { usage } = await open('at once');
    const all = await Promise.all(Array.from({ length: 8 }, () => usage.reserve(1, 3, 10)));
    expect(all.reduce((sum, { calls }) => sum + calls, 0)).toBe(10);
  });
}
