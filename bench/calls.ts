import type { LimiterName } from './caller-plan.js';
import type { Figure } from './figure.js';
import { createGate } from './gate.js';
import { median } from './median.js';
import type { Part } from './part.js';
import { openStage, type Played } from './stage.js';

/** So many that the compiler has seen everything long before the second half, which is what counts. */
const CALLS = 3000;
const ROUNDS = 3;

export const calls: Part = {
  name: 'calls',
  describe: () => `${CALLS.toLocaleString('en-US')} calls of one batch, medians of ${ROUNDS} rounds by turns`,
  run: async () => [...(await measureWide()), ...(await measureNarrow())],
};

/** A quota that holds nothing up: what is measured is the work for each call, with all of them in use at once. */
async function measureWide(): Promise<Figure[]> {
  const { ours, theirs } = await playByTurns({ calls: 100_000, windowMs: 1000 });
  return [
    ...describe(
      'at 100,000 calls a second: time',
      'ms',
      ours,
      theirs,
      ({ seconds }) => (seconds * 1e3) / CALLS,
      1.3,
    ),
    ...describe('  processor time', 'ms', ours, theirs, toWarmMs),
  ];
}

/** A quota that is always used up: looks, waits and returns belong to each call. */
async function measureNarrow(): Promise<Figure[]> {
  const { ours, theirs } = await playByTurns({ calls: 100, windowMs: 250 });
  return describe('at 100 calls in 250 ms: processor time', 'ms', ours, theirs, toWarmMs, 1.2);
}

const toWarmMs = ({ warmCpuUs }: Played) => warmCpuUs / (CALLS / 2) / 1000;

const OTHER: LimiterName = 'bottleneck reservoir';

async function playByTurns(quota: { readonly calls: number; readonly windowMs: number }) {
  const stage = await openStage({ quota, gate: createGate() });
  const play = (limiter: LimiterName) => stage.play({ limiter, callers: [{ batch: { calls: CALLS } }] });
  const ours: Played[] = [];
  const theirs: Played[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await play('bijia'));
      theirs.push(await play(OTHER));
    }
    return { ours, theirs };
  } finally {
    await stage.close();
  }
}

/** One figure, and how it stands to the other's of the same round. */
function describe(
  name: string,
  unit: 'ms',
  ours: readonly Played[],
  theirs: readonly Played[],
  of: (played: Played) => number,
  atMost?: number,
): Figure[] {
  const ratios = ours.map((played, round) => of(played) / of(theirs[round] ?? played));
  return [
    { name, unit, value: median(ours.map(of)), others: { [OTHER]: median(theirs.map(of)) } },
    { name: `  beside ${OTHER}`, unit: '×', value: median(ratios), ...(atMost !== undefined && { atMost }) },
  ];
}
