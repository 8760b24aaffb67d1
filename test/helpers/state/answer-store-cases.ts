import { expect, it } from 'vitest';
import type { AnswerStore } from '../../../src/core/state/state.js';

/** What every store of shared answers promises. @param open the store of a member of its own */
export function defineAnswerStoreCases(open: () => AnswerStore): void {
  let count = 0;
  const newKey = () => {
    count += 1;
    return `key ${count}`;
  };
  const kindOf = async (store: AnswerStore, key: string, lane: 'interactive' | 'batch' = 'interactive') =>
    (await store.board([key], lane))[0]?.kind;

  it('lets one member ask and the others wait, then gives the answer to all', async () => {
    const [one, other] = [open(), open()];
    const key = newKey();
    expect(await kindOf(one, key)).toBe('leads');
    expect(await kindOf(other, key)).toBe('follows');
    await one.land(key, '{"title":"商品"}');
    expect(await other.board([key], 'batch')).toEqual([{ kind: 'known', body: '{"title":"商品"}' }]);
  });

  it('lets one of many lead who come at once', async () => {
    const key = newKey();
    const kinds = await Promise.all(Array.from({ length: 6 }, () => kindOf(open(), key)));
    expect(kinds.filter((kind) => kind === 'leads')).toHaveLength(1);
  });

  it('answers in the order of the keys', async () => {
    const [one, other] = [open(), open()];
    const [first, second, third] = [newKey(), newKey(), newKey()];
    await one.board([third, first], 'batch');
    await one.land(third, 'known');
    const boarded = await other.board([first, second, third], 'batch');
    expect(boarded.map(({ kind }) => kind)).toEqual(['follows', 'leads', 'known']);
  });

  it('is asked by the next one when there is nothing to share', async () => {
    const [one, other] = [open(), open()];
    const key = newKey();
    await kindOf(one, key);
    await one.land(key, undefined);
    expect(await kindOf(other, key)).toBe('leads');
  });

  it('lets a person take over what a batch waits to ask, until its call leaves', async () => {
    const [batch, person, other] = [open(), open(), open()];
    const [waiting, departed] = [newKey(), newKey()];
    await batch.board([waiting, departed], 'batch');
    await batch.depart([departed]);
    expect(await kindOf(other, waiting, 'batch')).toBe('follows');
    expect(await kindOf(person, waiting)).toBe('leads');
    expect(await person.board([departed], 'interactive')).toEqual([{ kind: 'follows', hasDeparted: true }]);
    // What the batch says now of a key that is no longer its own changes nothing.
    await batch.land(waiting, undefined);
    expect(await kindOf(other, waiting)).toBe('follows');
  });

  it('says of a call that is about to leave whether all it asks for is known, or led by others', async () => {
    const [batch, person] = [open(), open()];
    const [taken, own] = [newKey(), newKey()];
    await batch.board([taken, own], 'batch');
    expect(await batch.depart([own])).toBe(true);
    await person.board([taken], 'interactive');
    expect(await batch.depart([taken])).toBe(false);
    expect(await batch.depart([taken, own])).toBe(true);
    await person.land(taken, 'known');
    expect(await batch.depart([taken])).toBe(false);
    expect(await person.depart([newKey()])).toBe(true);
  });

  it('lets who waits hear of an answer, and of a key that nobody leads any more', async () => {
    const [one, other] = [open(), open()];
    const [answered, given] = [newKey(), newKey()];
    await one.board([answered, given], 'batch');
    for (const [key, body] of [
      [answered, 'known'],
      [given, undefined],
    ] as const) {
      const leaving = new AbortController();
      const heard = other.hear(['another key', key], leaving.signal);
      // A first listener may be woken to look for what it missed; nothing is there for this one yet.
      await one.renew([key]);
      await one.land(key, body);
      await heard;
      leaving.abort();
    }
  });

  it('lets who waits leave', async () => {
    const leaving = new AbortController();
    const heard = open().hear([newKey()], leaving.signal);
    leaving.abort();
    await heard;
  });
}
