import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPermits } from '../../../src/core/permits/permit-keeper.js';
import type { PermitStore } from '../../../src/core/permits/permit-store.js';
import { toTiming } from '../../../src/core/permits/permit-timing.js';
import type { Lane, Permits } from '../../../src/core/permits/permits.js';
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
    const permit = await permits.acquire({ lane: call.lane, batchId: `${call.batch}` });
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
});
