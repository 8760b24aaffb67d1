import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBurstList } from '../../../src/core/permits/permit-burst.js';
import { createPermits } from '../../../src/core/permits/permit-keeper.js';
import type { PermitStore } from '../../../src/core/permits/permit-store.js';
import { toTiming } from '../../../src/core/permits/permit-timing.js';
import type { Lane, Permit, Permits } from '../../../src/core/permits/permits.js';
import { createFolderStore } from '../../../src/core/state/folder/permit-folder.js';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.js';
import { createMemoryStores } from '../../helpers/permit-memory.js';
import { createQuotaJudge } from '../../helpers/quota-judge.js';

/** One call; lengths as parts of the window. */
interface PlannedCall {
  readonly at: number;
  readonly process: number;
  readonly lane: Lane;
  readonly batch: number;
  readonly expectedCalls: number | undefined;
  readonly batchFirst: boolean;
  /** How long the process sleeps between the permit and the send. */
  readonly sleep: number;
  readonly wayThere: number;
  readonly wayBack: number;
  /** `lost`: its process dies before it notes the answer. */
  readonly end: 'answered' | 'lost';
}

const WINDOW_MS = 24;
const TIMEOUT = 1 / 4;

/** The extremes are where a limiter fails: a slow way there before a fast one. */
const way = fc.oneof(fc.constantFrom(0, TIMEOUT / 2), fc.double({ min: 0, max: TIMEOUT / 2, noNaN: true }));

const plannedCall = fc.record<PlannedCall>({
  at: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 4, noNaN: true })),
  process: fc.nat({ max: 2 }),
  lane: fc.constantFrom<Lane>('interactive', 'batch'),
  batch: fc.nat({ max: 2 }),
  expectedCalls: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
  batchFirst: fc.boolean(),
  sleep: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    fc.constantFrom(0.01, 1.3),
    fc.double({ min: 0, max: 3, noNaN: true }),
  ),
  wayThere: way,
  wayBack: way,
  end: fc.oneof({ weight: 3, arbitrary: fc.constant('answered' as const) }, fc.constant('lost' as const)),
});

type OpenStore = (pid: number) => PermitStore;

async function play(clock: FakeClock, openStore: OpenStore, calls: number, plan: readonly PlannedCall[]) {
  const limit = { calls, windowMs: WINDOW_MS };
  const options = { limit, callTimeoutMs: TIMEOUT * WINDOW_MS, clock };
  const judge = createQuotaJudge(limit);
  const processes = [1, 2, 3].map((pid) => createPermits(options, openStore(pid)));
  // A signal for each wait: one for all would gather their listeners.
  const pass = (parts: number) => clock.wait(parts * WINDOW_MS, new AbortController().signal);
  let ended = 0;
  const makeCall = async (call: PlannedCall, permits: Permits) => {
    await pass(call.at);
    const { lane, expectedCalls, batchFirst } = call;
    const permit = await permits.acquire({ lane, expectedCalls, batchFirst, batchId: `${call.batch}` });
    await pass(call.sleep);
    if (permit.isFresh()) {
      await pass(call.wayThere);
      judge.arrive(clock.nowUs());
      await pass(call.wayBack);
      if (call.end === 'answered') await permit.answered();
    } else {
      await permit.giveBack();
    }
    ended += 1;
  };
  for (const call of plan) void makeCall(call, processes[call.process] ?? expect.fail());
  // A call alone may take a window, its lease and its sleep; batches may use half of a tiny quota only.
  const longestWindows = 8 + (plan.length / Math.ceil(calls / 2)) * 2 + 3 * plan.length;
  for (let window = 0; window < longestWindows && ended < plan.length; window += 1)
    await clock.advance(WINDOW_MS);
  for (const permits of processes) await permits.close();
  return { violations: judge.violations(), unserved: plan.length - ended };
}

/** People who come within a window of a list that goes out at once. */
interface Visit {
  readonly calls: number;
  readonly expectedCalls: number;
  readonly batchFirst: boolean;
  /** When each comes, and to which process; as parts of the window. */
  readonly people: readonly { readonly at: number; readonly process: number }[];
  readonly concurrency: number;
  readonly ways: readonly number[];
}

/** In thousandths, because doubles are drawn near 0 most of the time. */
const person = fc.record({
  at: fc.integer({ min: 0, max: 1000 }).map((part) => part / 1000),
  process: fc.nat({ max: 2 }),
});

const visit: fc.Arbitrary<Visit> = fc.integer({ min: 7, max: 20 }).chain((calls) =>
  fc.record<Visit>({
    calls: fc.constant(calls),
    expectedCalls: fc
      .integer({ min: calls - 9, max: 3 * calls })
      .filter((expectedCalls) => isBurstList({ calls, expectedCalls })),
    batchFirst: fc.boolean(),
    // Often as many as there is room for: that one permit is missing shows when they come one by one.
    people: fc.oneof(
      fc.array(person, { minLength: 3, maxLength: 3 }),
      fc.array(person, { minLength: 1, maxLength: calls - 3 }),
    ),
    concurrency: fc.integer({ min: 1, max: 32 }),
    ways: fc.array(way, { minLength: 1, maxLength: 8 }),
  }),
);

/** How long each person waits, in the order in which they come, milliseconds. */
async function playVisit(clock: FakeClock, openStore: OpenStore, plan: Visit) {
  const { calls, expectedCalls, batchFirst, concurrency, ways } = plan;
  const limit = { calls, windowMs: WINDOW_MS };
  const judge = createQuotaJudge(limit);
  const options = { limit, callTimeoutMs: TIMEOUT * WINDOW_MS, clock };
  const processes = [1, 2, 3].map((pid) => createPermits(options, openStore(pid)));
  let sent = 0;
  const exchange = async (permit: Permit) => {
    const wayMs = (ways[sent % ways.length] ?? 0) * WINDOW_MS;
    sent += 1;
    await clock.wait(wayMs);
    judge.arrive(clock.nowUs());
    await clock.wait(wayMs);
    await permit.answered();
  };
  let left = expectedCalls;
  const pull = async () => {
    for (; left > 0; ) {
      left -= 1;
      await exchange(
        (await processes[0]?.acquire({ lane: 'batch', expectedCalls, batchFirst })) ?? expect.fail(),
      );
    }
  };
  const people = plan.people.toSorted((one, other) => one.at - other.at);
  const waitsMs: number[] = [];
  const come = async ({ at, process }: Visit['people'][number], place: number) => {
    await clock.wait(at * WINDOW_MS);
    const askedUs = clock.nowUs();
    const permit = await (processes[process] ?? expect.fail()).acquire({ lane: 'interactive' });
    waitsMs[place] = (clock.nowUs() - askedUs) / 1000;
    await exchange(permit);
  };
  const work = Promise.all([...Array.from({ length: concurrency }, pull), ...people.map(come)]);
  let isOver = false;
  void work.then(() => {
    isOver = true;
  });
  for (let window = 0; window < 40 && !isOver; window += 1) await clock.advance(WINDOW_MS);
  for (const permits of processes) await permits.close();
  return { waitsMs, violations: judge.violations(), isOver };
}

const stores: readonly [
  string,
  number,
  (calls: number, clock: FakeClock) => { open: OpenStore; drop: () => void },
][] = [
  [
    'memory',
    150,
    (calls, clock) => {
      const timing = toTiming({ calls, windowMs: WINDOW_MS }, TIMEOUT * WINDOW_MS);
      return { open: createMemoryStores(timing, clock), drop: () => undefined };
    },
  ],
  [
    'folder',
    40,
    (calls, clock) => {
      const folder = mkdtempSync(join(tmpdir(), 'bijia-permits-'));
      const limit = { calls, windowMs: WINDOW_MS };
      const callTimeoutMs = TIMEOUT * WINDOW_MS;
      return {
        open: (pid) => createFolderStore({ folder, limit, callTimeoutMs, clock, pid }),
        drop: () => rmSync(folder, { recursive: true }),
      };
    },
  ],
];

describe.each(stores)('permits in a %s', (_, numRuns, createStore) => {
  it('keep every window within the quota and serve everybody, no matter who asks when', async () => {
    const cases = fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.array(plannedCall, { minLength: 1, maxLength: 40 }),
      async (calls, plan) => {
        const clock = createFakeClock();
        const { open, drop } = createStore(calls, clock);
        const { violations, unserved } = await play(clock, open, calls, plan);
        drop();
        expect({ violations, unserved }).toEqual({ violations: 0, unserved: 0 });
      },
    );
    await fc.assert(cases, { numRuns });
  });

  it('let three people go at once beside a list that goes out at once, and everybody when its first calls are back', async () => {
    const { holdUs } = toTiming({ calls: 1, windowMs: WINDOW_MS }, 0);
    const cases = fc.asyncProperty(visit, async (plan) => {
      const clock = createFakeClock();
      const { open, drop } = createStore(plan.calls, clock);
      const { waitsMs, violations, isOver } = await playVisit(clock, open, plan);
      drop();
      expect({ violations, isOver, people: waitsMs.length }).toEqual({
        ...{ violations: 0, isOver: true, people: plan.people.length },
      });
      // The clock counts whole microseconds.
      const longestCallUs = 2 * Math.ceil(Math.max(...plan.ways) * WINDOW_MS * 1000);
      expect(Math.max(...waitsMs)).toBeLessThanOrEqual((holdUs + longestCallUs) / 1000);
      if (!plan.batchFirst) expect(Math.max(...waitsMs.slice(0, 3))).toBe(0);
    });
    await fc.assert(cases, { numRuns });
  });
});
