import { describe, expect, it } from 'vitest';
import { BoundError, NotFoundError, ThrottledError, UpstreamError } from '../../../src/core/errors.js';
import { createProductCache } from '../../../src/core/lookup/product-cache.js';
import { createProductLookup, type LookupOptions } from '../../../src/core/lookup/product-lookup.js';
import type { Detail } from '../../../src/core/product/product.js';
import type { CallOptions, Connection, ManyAnswers } from '../../../src/core/provider.js';
import { acme, createProvider, createTestUpstream } from '../../helpers/acme.js';

interface AskedCall {
  readonly ids: readonly string[];
  readonly options: CallOptions;
  readonly answer: (answers: ManyAnswers) => void;
  readonly fail: (error: Error) => void;
}

/** A lookup over a source whose calls are answered by hand. */
function setUp(connection: Partial<Connection> = {}) {
  const world = { nowMs: 1000, asleepMs: 0 };
  const clock = { now: () => world.nowMs + world.asleepMs, monotonicNow: () => world.nowMs };
  const calls: AskedCall[] = [];
  const ask = (ids: readonly string[], options: CallOptions) =>
    new Promise<ManyAnswers>((answer, fail) => calls.push({ ids, options, answer, fail }));
  const upstream = createTestUpstream(createProvider('acme', acme), {
    getProduct: async ({ id }, _detail, options) => {
      const answer = (await ask([id], options)).get(id);
      if (!answer || answer instanceof Error) throw answer;
      return answer;
    },
    getProducts: (ids, _detail, options) =>
      ask(
        ids.map(({ id }) => id),
        options,
      ),
    idsPerCall: () => 100,
    ...connection,
  });
  const lookup = createProductLookup({
    record: () => undefined,
    ...clock,
    cache: createProductCache({ ...clock, ttlMs: 100, maxEntries: 10 }),
  });
  const toOptions = (changes: Partial<LookupOptions> = {}) =>
    ({ lane: 'interactive', detail: 'summary', ...changes }) as const;
  return {
    world,
    calls,
    getOne: async (id: string, changes?: Partial<LookupOptions>) => {
      const [found] = await lookup(upstream, [{ id }], toOptions(changes));
      if (!found || found instanceof Error) throw found;
      return found;
    },
    getMany: (ids: readonly string[], changes?: Partial<LookupOptions>) =>
      lookup(
        upstream,
        ids.map((id) => ({ id })),
        toOptions(changes),
      ),
  };
}

const facts = (id: string) => ({ id, title: 'a product', prices: [] });
const answers = (...ids: string[]): ManyAnswers => new Map(ids.map((id) => [id, facts(id)]));

describe('an answer', () => {
  it.each([
    ['about another product', { id: '2', title: 'another', prices: [] }, 'other_product'],
    [
      'that says nothing',
      { id: '1', prices: [], shop: {}, notes: [{ en: '', zh: '' }] },
      'interface_changed',
    ],
    [
      'with nothing but trimmings',
      { id: '1', prices: [], image: 'https://x.example/1.jpeg', promotions: ['cheap'] },
      'interface_changed',
    ],
    [
      'with nothing but a badge',
      { id: '1', prices: [], subsidy: true, shop: { selfOperated: false } },
      'interface_changed',
    ],
  ])('%s is none, and is asked for again', async (_, wrong, code) => {
    const { calls, getOne } = setUp();
    const first = getOne('1');
    calls[0]?.answer(new Map([['1', wrong]]));
    await expect(first).rejects.toMatchObject({ name: 'ResponseError', code });
    void getOne('1');
    expect(calls).toHaveLength(2);
  });

  it('may go by another id where the upstream answers so, or where another kind of id was asked for', async () => {
    const { calls, getOne } = setUp({ isSameProduct: ({ id }, facts) => facts.id === `main ${id}` });
    const first = getOne('1');
    calls[0]?.answer(new Map([['1', facts('main 1')]]));
    expect(await first).toMatchObject({ facts: { id: 'main 1' } });
    const second = getOne('2');
    calls[1]?.answer(new Map([['2', { ...facts('sign'), idType: 'sign' }]]));
    expect(await second).toMatchObject({ facts: { id: 'sign' } });
  });
});

describe('getOne', () => {
  it('makes one call for all who ask at once', async () => {
    const { calls, getOne } = setUp();
    const asked = Array.from({ length: 100 }, () => getOne('1'));
    calls[0]?.answer(answers('1'));
    expect(new Set((await Promise.all(asked)).map(({ cached }) => cached))).toEqual(new Set([false]));
    expect(calls).toHaveLength(1);
  });

  it('answers from memory until that is too old or fresh data is wanted', async () => {
    const { world, calls, getOne } = setUp();
    const first = getOne('1');
    calls[0]?.answer(answers('1'));
    expect(await first).toMatchObject({ cached: false, fetchedAtMs: 1000 });
    world.nowMs += 50;
    expect(await getOne('1')).toMatchObject({ cached: true, fetchedAtMs: 1000 });
    void getOne('1', { fresh: true });
    expect(calls).toHaveLength(2);
    world.nowMs += 51;
    void getOne('1');
    expect(calls).toHaveLength(2);
    calls[1]?.answer(answers('1'));
    await expect.poll(async () => (await getOne('1')).cached).toBe(true);
    world.nowMs += 101;
    void getOne('1');
    expect(calls).toHaveLength(3);
  });

  it('asks again after a night in which the machine slept', async () => {
    const { world, calls, getOne } = setUp();
    const first = getOne('1');
    calls[0]?.answer(answers('1'));
    await first;
    world.asleepMs = 14 * 3_600_000;
    void getOne('1');
    expect(calls).toHaveLength(2);
  });

  it('remembers "not found", and no other failure', async () => {
    const { calls, getOne } = setUp();
    const [missing, failed] = [getOne('1'), getOne('2')];
    calls[0]?.answer(new Map([['1', new NotFoundError('none')]]));
    calls[1]?.fail(new UpstreamError('down'));
    await expect(missing).rejects.toThrow(NotFoundError);
    await expect(failed).rejects.toThrow('down');
    await expect(getOne('1')).rejects.toThrow('none');
    expect(calls).toHaveLength(2);
    void getOne('2').catch(() => undefined);
    expect(calls).toHaveLength(3);
  });

  it('asks again after an answer that lacks parts for now', async () => {
    const { calls, getOne } = setUp();
    const first = getOne('1');
    calls[0]?.answer(new Map([['1', { ...facts('1'), incomplete: true }]]));
    expect(await first).toMatchObject({ cached: false, facts: { id: '1' } });
    const second = getOne('1');
    calls[1]?.answer(answers('1'));
    expect((await second).cached).toBe(false);
    expect((await getOne('1')).cached).toBe(true);
  });

  it('never takes one level of detail for another, or one kind of id', async () => {
    const cacheLevel = (detail: Detail, idCount: number) => `${detail}${idCount}`;
    const { calls, getOne, getMany } = setUp({ cacheLevel });
    void getOne('1', { detail: 'full' });
    void getOne('1', { detail: 'price' });
    void getMany(['1', '2'], { detail: 'price' });
    expect(calls.map(({ ids }) => ids)).toEqual([['1'], ['1'], ['1', '2']]);
  });

  it('gives up the call when the last caller has left', async () => {
    const { calls, getOne } = setUp();
    const [one, other] = [new AbortController(), new AbortController()];
    const left = getOne('1', { signal: one.signal }).catch((error: Error) => error.name);
    const stayed = getOne('1', { signal: other.signal }).catch((error: Error) => error.name);
    one.abort();
    expect(await left).toBe('CancelledError');
    expect(calls[0]?.options.signal?.aborted).toBe(false);
    other.abort();
    expect(await stayed).toBe('CancelledError');
    expect(calls[0]?.options.signal?.aborted).toBe(true);
  });
});

describe('getMany', () => {
  it('asks with one call, and only for what is neither known nor under way', async () => {
    const { calls, getOne, getMany } = setUp();
    const known = getOne('1');
    calls[0]?.answer(answers('1'));
    await known;
    const underWay = getOne('2');
    const many = getMany(['1', '2', '3', '4']);
    expect(calls.map(({ ids }) => ids)).toEqual([['1'], ['2'], ['3', '4']]);
    calls[1]?.answer(answers('2'));
    calls[2]?.answer(answers('4', '3'));
    expect(await many).toMatchObject([
      { facts: { id: '1' }, cached: true },
      { facts: { id: '2' }, cached: false },
      { facts: { id: '3' }, cached: false },
      { facts: { id: '4' }, cached: false },
    ]);
    await underWay;
    expect(await getOne('3')).toMatchObject({ cached: true });
  });

  it('sends nothing when everything is known', async () => {
    const { calls, getOne, getMany } = setUp();
    const known = getOne('1');
    calls[0]?.answer(answers('1'));
    await known;
    expect(await getMany(['1'])).toMatchObject([{ cached: true }]);
    expect(calls).toHaveLength(1);
  });

  it("keeps an id's failure to itself", async () => {
    const { calls, getMany } = setUp();
    const many = getMany(['1', '2', '3', '4']);
    calls[0]?.answer(
      new Map([...answers('1'), ['2', new NotFoundError('none')], ['3', new UpstreamError('down')]]),
    );
    expect(await many).toMatchObject([
      { facts: { id: '1' } },
      { name: 'NotFoundError' },
      { name: 'UpstreamError', message: 'down' },
      { name: 'ResponseError', message: expect.stringMatching(/leaves out the id 4/) },
    ]);
  });

  it('fails for every id of a call that fails', async () => {
    const { calls, getMany } = setUp();
    const many = getMany(['1', '2']);
    calls[0]?.fail(new UpstreamError('down'));
    expect(await many).toMatchObject([{ message: 'down' }, { message: 'down' }]);
  });

  it('continues as long as anyone waits for one of its ids', async () => {
    const { calls, getOne, getMany } = setUp();
    const controller = new AbortController();
    const many = getMany(['1', '2'], { signal: controller.signal });
    const joined = getOne('2');
    controller.abort();
    expect(await many).toMatchObject([{ name: 'CancelledError' }, { name: 'CancelledError' }]);
    expect(calls[0]?.options.signal?.aborted).toBe(false);
    calls[0]?.answer(answers('1', '2'));
    expect(await joined).toMatchObject({ facts: { id: '2' } });
  });

  it('is overtaken by an interactive caller until it holds its permit', async () => {
    const { calls, getOne, getMany } = setUp();
    const batch = getMany(['1', '2'], { lane: 'batch' });
    const chat = getOne('1');
    expect(calls).toHaveLength(2);
    calls[0]?.options.onPermit?.();
    const late = getOne('2');
    expect(calls).toHaveLength(2);
    calls[1]?.answer(answers('1'));
    calls[0]?.answer(answers('1', '2'));
    expect(await Promise.all([chat, late, batch])).toMatchObject([
      { facts: { id: '1' } },
      { facts: { id: '2' } },
      [{ facts: { id: '1' } }, { facts: { id: '2' } }],
    ]);
  });

  it('asks by itself for an id that was overtaken, when what overtook it is refused', async () => {
    const { calls, getOne, getMany } = setUp();
    const batch = getMany(['1', '2'], { lane: 'batch' });
    const chat = getOne('1');
    calls[1]?.fail(new ThrottledError('paused'));
    await expect(chat).rejects.toThrow('paused');
    calls[0]?.answer(answers('1', '2'));
    expect(await batch).toMatchObject([{ facts: { id: '1' } }, { facts: { id: '2' } }]);
    const chats = ['3', '4'].map((id) => getMany([id], { lane: 'batch' }));
    const overtaking = getOne('3');
    calls[4]?.fail(new ThrottledError('paused'));
    await expect(overtaking).rejects.toThrow('paused');
    expect(calls[2]?.options.signal?.aborted).toBe(true);
    expect(calls[5]?.ids).toEqual(['3']);
    calls[5]?.answer(answers('3'));
    calls[3]?.answer(answers('4'));
    expect(await Promise.all(chats)).toMatchObject([[{ facts: { id: '3' } }], [{ facts: { id: '4' } }]]);
  });

  it.each([
    ['a pause', new ThrottledError('paused')],
    ['the end of its own budget', new BoundError('enough')],
  ])('asks for what it had left to another caller, when that one is refused for %s', async (_, refusal) => {
    const { calls, getOne, getMany } = setUp();
    const chat = getOne('1');
    const alone = getMany(['1'], { lane: 'batch' });
    const batch = getMany(['1', '2'], { lane: 'batch' });
    expect(calls.map(({ ids }) => ids)).toEqual([['1'], ['2']]);
    calls[0]?.fail(refusal);
    await expect(chat).rejects.toThrow(refusal.message);
    await expect.poll(() => calls[2]?.ids).toEqual(['1']);
    calls[2]?.answer(answers('1'));
    calls[1]?.answer(answers('2'));
    expect(await alone).toMatchObject([{ facts: { id: '1' } }]);
    expect(await batch).toMatchObject([{ facts: { id: '1' } }, { facts: { id: '2' } }]);
  });

  it('tells a caller once of a call that several ids wait for, and each who joins', async () => {
    const { calls, getOne, getMany } = setUp();
    const told: string[] = [];
    const many = getMany(['1', '2', '3'], { onWait: (waitMs) => told.push(`many ${waitMs}`) });
    calls[0]?.options.onWait?.(4000);
    const one = getOne('2', { onWait: (waitMs) => told.push(`one ${waitMs}`) });
    const hasty = getMany(['1', '3'], {
      onWait: () => {
        throw new ThrottledError('no time');
      },
    });
    expect(await hasty).toMatchObject([{ message: 'no time' }, { message: 'no time' }]);
    calls[0]?.answer(answers('1', '2', '3'));
    await Promise.all([many, one]);
    expect(told).toEqual(['many 4000', 'one 4000']);
  });
});
