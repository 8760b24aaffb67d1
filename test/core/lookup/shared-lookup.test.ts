import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  ConfigError,
  NotFoundError,
  StateError,
  UpstreamError,
} from '../../../src/core/errors.js';
import { createProductCache } from '../../../src/core/lookup/product-cache.js';
import { createProductLookup, type LookupOptions } from '../../../src/core/lookup/product-lookup.js';
import { createSharedLookup } from '../../../src/core/lookup/shared-lookup.js';
import type { Connection, ManyAnswers } from '../../../src/core/provider.js';
import type { AnswerStore } from '../../../src/core/state/state.js';
import { acme, createProvider, createTestUpstream } from '../../helpers/acme.js';
import { createFakeClock, settle } from '../../helpers/fake-clock.js';
import { defineAnswerStoreCases } from '../../helpers/state/answer-store-cases.js';
import { createMemoryAnswers } from '../../helpers/state/memory-answers.js';

const TTL_MS = 60_000;
const LEASE_MS = 16_000;

/** Machines that share answers; their upstream answers when the test says so. */
function setUp() {
  const clock = createFakeClock();
  const openAnswers = createMemoryAnswers(clock.now, { ttlMs: TTL_MS, leaseMs: LEASE_MS });
  const calls: {
    readonly ids: readonly string[];
    readonly answer: (answers: ManyAnswers | Error) => void;
  }[] = [];
  let members = 0;
  const openMachine = (change: Partial<AnswerStore> = {}, connection: Partial<Connection> = {}) => {
    members += 1;
    const upstream = createTestUpstream(createProvider('acme', acme), {
      getProduct: () => expect.fail('ids are asked for together'),
      getProducts: (ids) =>
        new Promise<ManyAnswers>((resolve, reject) =>
          calls.push({
            ids: ids.map(({ id }) => id),
            answer: (answers) => (answers instanceof Error ? reject(answers) : resolve(answers)),
          }),
        ),
      idsPerCall: () => 100,
      ...connection,
    });
    const cache = createProductCache({ ...clock, ttlMs: TTL_MS, maxEntries: 100 });
    const lookup = createSharedLookup({
      ...{ cache, clock, answers: { ...openAnswers(members), ...change } },
      lookup: createProductLookup({ ...clock, cache, record: () => undefined }),
    });
    return {
      upstream,
      get: (ids: readonly string[], changes: Partial<LookupOptions> = {}) =>
        lookup(
          upstream,
          ids.map((id) => ({ id })),
          { lane: 'interactive', detail: 'summary', ...changes },
        ),
    };
  };
  return { clock, calls, openMachine };
}

const facts = (id: string) => ({ id, title: `product ${id}`, prices: [] });
const answer = (...ids: string[]): ManyAnswers => new Map(ids.map((id) => [id, facts(id)]));

describe('answers of simulated machines', () => {
  const clock = createFakeClock();
  const open = createMemoryAnswers(clock.now, { ttlMs: TTL_MS, leaseMs: LEASE_MS });
  let members = 0;
  defineAnswerStoreCases(() => {
    members += 1;
    return open(members);
  });
});

describe('what one machine has learnt', () => {
  it('is asked by no other machine while it is young, since the first one told them', async () => {
    const { clock, calls, openMachine } = setUp();
    const [one, other] = [openMachine(), openMachine()];
    const first = one.get(['1', '2']);
    await settle();
    calls[0]?.answer(answer('1', '2'));
    await first;
    expect(await other.get(['2', '1'])).toMatchObject([
      { cached: true, facts: facts('2') },
      { cached: true, facts: facts('1') },
    ]);
    expect(calls).toHaveLength(1);
    await clock.advance(TTL_MS + 1);
    void other.get(['1']);
    await settle();
    expect(calls).toHaveLength(2);
  });

  it('is told from memory beside ids that have to be asked for, where an upstream says less of several', async () => {
    const { calls, openMachine } = setUp();
    const cacheLevel = (_: string, idCount: number) => (idCount > 1 ? 'several' : 'one');
    const machine = openMachine({}, { cacheLevel });
    const first = machine.get(['1', '2']);
    await settle();
    calls[0]?.answer(answer('1', '2'));
    await first;
    const second = machine.get(['1', '3']);
    await settle();
    expect(calls.slice(1).map(({ ids }) => ids)).toEqual([['3']]);
    calls[1]?.answer(answer('3'));
    expect(await second).toMatchObject([{ cached: true }, { cached: false }]);
  });

  it('may be that there is no such product', async () => {
    const { calls, openMachine } = setUp();
    const first = openMachine().get(['1']);
    await settle();
    calls[0]?.answer(
      new Map([['1', new NotFoundError('There is none.', { code: 'not_found', facts: { id: '1' } })]]),
    );
    await first;
    const [found] = await openMachine().get(['1']);
    expect(found).toMatchObject({ name: 'NotFoundError', message: 'There is none.', facts: { id: '1' } });
    expect(calls).toHaveLength(1);
  });

  it('is said to be made up on every machine where it was made up on one', async () => {
    const { calls, openMachine } = setUp();
    const [one, other] = [openMachine(), openMachine()];
    one.upstream.markSandbox();
    const first = one.get(['1']);
    await settle();
    calls[0]?.answer(answer('1'));
    await first;
    expect(other.upstream.isSandbox).toBeUndefined();
    await other.get(['1']);
    expect(other.upstream.isSandbox).toBe(true);
  });

  it('is not a failure: the next one asks again', async () => {
    const { calls, openMachine } = setUp();
    const first = openMachine().get(['1']);
    await settle();
    calls[0]?.answer(new UpstreamError('broken'));
    expect((await first)[0]).toMatchObject({ name: 'UpstreamError' });
    void openMachine().get(['1']);
    await settle();
    expect(calls).toHaveLength(2);
  });

  it('is asked for again where fresh data is wanted, and told to the others', async () => {
    const { calls, openMachine } = setUp();
    const first = openMachine().get(['1']);
    await settle();
    calls[0]?.answer(answer('1'));
    await first;
    const second = openMachine().get(['1'], { fresh: true });
    await settle();
    calls[1]?.answer(new Map([['1', { ...facts('1'), title: 'newer' }]]));
    await second;
    expect((await openMachine().get(['1']))[0]).toMatchObject({ facts: { title: 'newer' } });
    expect(calls).toHaveLength(2);
  });
});

describe('what one machine is asking', () => {
  it('the others wait for', async () => {
    const { clock, calls, openMachine } = setUp();
    const first = openMachine().get(['1']);
    await settle();
    const second = openMachine().get(['1', '2']);
    await settle();
    expect(calls.map(({ ids }) => ids)).toEqual([['1'], ['2']]);
    calls[0]?.answer(answer('1'));
    calls[1]?.answer(answer('2'));
    await first;
    await clock.advance(500);
    expect(await second).toMatchObject([{ facts: facts('1') }, { facts: facts('2') }]);
    expect(calls).toHaveLength(2);
  });

  it('is asked by another when its process has died', async () => {
    const { clock, calls, openMachine } = setUp();
    // A process that was killed neither renews nor lands.
    void openMachine({ renew: async () => undefined }).get(['1']);
    await settle();
    const second = openMachine().get(['1']);
    await clock.advance(LEASE_MS - 1000);
    expect(calls).toHaveLength(1);
    await clock.advance(2000);
    calls[1]?.answer(answer('1'));
    await settle();
    expect(await second).toMatchObject([{ facts: facts('1') }]);
  });

  it('is waited for as long as its process lives and waits for a permit', async () => {
    const { clock, calls, openMachine } = setUp();
    void openMachine().get(['1'], { lane: 'batch' });
    await settle();
    void openMachine().get(['1'], { lane: 'batch' });
    await clock.advance(10 * LEASE_MS);
    expect(calls).toHaveLength(1);
  });

  it('is not waited for by who has left', async () => {
    const { clock, openMachine } = setUp();
    void openMachine().get(['1']);
    await settle();
    const leaving = new AbortController();
    const second = openMachine().get(['1'], { signal: leaving.signal });
    await settle();
    leaving.abort();
    await clock.advance(1);
    expect((await second)[0]).toMatchObject({ name: 'CancelledError' });
  });
});

describe('between permit and call', () => {
  /** Machines whose calls wait for a permit that the test gives; `left` are the ids of those that left. */
  function setUpPermits() {
    const clock = createFakeClock();
    const openAnswers = createMemoryAnswers(clock.now, { ttlMs: TTL_MS, leaseMs: LEASE_MS });
    const waiting: (() => void)[] = [];
    const left: string[][] = [];
    let members = 0;
    const openMachine = () => {
      members += 1;
      const upstream = createTestUpstream(createProvider('acme', acme), {
        getProduct: () => expect.fail('ids are asked for together'),
        getProducts: async (ids, _, { isNeeded }) => {
          await new Promise<void>((resolve) => waiting.push(resolve));
          if (isNeeded && !(await isNeeded()))
            throw new CancelledError(undefined, { code: 'answered_elsewhere' });
          left.push(ids.map(({ id }) => id));
          return answer(...ids.map(({ id }) => id));
        },
        idsPerCall: () => 100,
      });
      const cache = createProductCache({ ...clock, ttlMs: TTL_MS, maxEntries: 100 });
      const lookup = createSharedLookup({
        ...{ cache, clock, answers: openAnswers(members) },
        lookup: createProductLookup({ ...clock, cache, record: () => undefined }),
      });
      return (ids: readonly string[], changes: Partial<LookupOptions> = {}) =>
        lookup(
          upstream,
          ids.map((id) => ({ id })),
          { lane: 'interactive', detail: 'summary', ...changes },
        );
    };
    return { clock, waiting, left, openMachine };
  }

  it('the answer is looked for again: what a person has had, a batch of another machine takes', async () => {
    const { waiting, left, openMachine } = setUpPermits();
    const [askBatch, askPerson] = [openMachine(), openMachine()];
    const batch = askBatch(['1'], { lane: 'batch' });
    await settle();
    const person = askPerson(['1']);
    await settle();
    waiting[1]?.();
    expect(await person).toMatchObject([{ facts: facts('1') }]);
    waiting[0]?.();
    expect(await batch).toMatchObject([{ facts: facts('1'), cached: true }]);
    expect(left).toEqual([['1']]);
  });

  it('who finds another at it waits for that one', async () => {
    const { clock, waiting, left, openMachine } = setUpPermits();
    const [askBatch, askPerson] = [openMachine(), openMachine()];
    const batch = askBatch(['1'], { lane: 'batch' });
    await settle();
    const person = askPerson(['1']);
    await settle();
    waiting[0]?.();
    await clock.advance(600);
    expect(left).toEqual([]);
    waiting[1]?.();
    await person;
    await clock.advance(300);
    expect(await batch).toMatchObject([{ facts: facts('1') }]);
    expect(left).toEqual([['1']]);
  });

  it('who joined such a call in its own process, to have a new answer, asks by itself', async () => {
    const { waiting, left, openMachine } = setUpPermits();
    const [askBatch, askPerson] = [openMachine(), openMachine()];
    const batch = askBatch(['1'], { lane: 'batch' });
    await settle();
    const fresh = askBatch(['1'], { lane: 'batch', fresh: true });
    const person = askPerson(['1']);
    await settle();
    waiting[1]?.();
    await person;
    waiting[0]?.();
    await settle();
    waiting[2]?.();
    expect(await batch).toMatchObject([{ facts: facts('1') }]);
    expect(await fresh).toMatchObject([{ facts: facts('1') }]);
    expect(left).toEqual([['1'], ['1']]);
  });
});

it('an answer is heard of at once by who waits for it on another machine', async () => {
  const { calls, openMachine } = setUp();
  const first = openMachine().get(['1']);
  await settle();
  const second = openMachine().get(['1']);
  await settle();
  calls[0]?.answer(answer('1'));
  await first;
  // No time passes.
  expect(await second).toMatchObject([{ facts: facts('1') }]);
});

it.each([
  new StateError('The shared database cannot be reached.'),
  new ConfigError('The database refuses the password.'),
])(
  'a machine that cannot use the shared answers asks by itself: whether it may is for the permits to say',
  async (error) => {
    const { calls, openMachine } = setUp();
    const board = () => Promise.reject(error);
    const asked = openMachine({ board }).get(['1']);
    await settle();
    calls[0]?.answer(answer('1'));
    expect(await asked).toMatchObject([{ cached: false, facts: facts('1') }]);
  },
);
