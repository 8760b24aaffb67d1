import type { LimiterName } from './caller-plan.js';
import type { Figure } from './figure.js';
import type { Played, Scenario, Stage } from './stage.js';

const OTHERS: readonly LimiterName[] = ['bottleneck minTime', 'bottleneck reservoir'];

/** Makes a figure of one fact about what was played. */
export type Measure = (facts: Omit<Figure, 'value' | 'others'>, of: (played: Played) => number) => Figure;

/** The same work by all limiters at once, each with a quota of its own. */
export async function compare(stage: Stage, callers: Scenario['callers']): Promise<Measure> {
  const play = (limiter: LimiterName) => stage.play({ limiter, callers });
  const [ours, ...others] = await Promise.all([play('bijia'), ...OTHERS.map(play)]);
  return createMeasure(ours, others);
}

/** One limiter after the other: for what depends on who else is at work. */
export async function compareInTurn(stage: Stage, callers: Scenario['callers']): Promise<Measure> {
  const ours = await stage.play({ limiter: 'bijia', callers });
  const others: Played[] = [];
  for (const limiter of OTHERS) others.push(await stage.play({ limiter, callers }));
  return createMeasure(ours, others);
}

function createMeasure(ours: Played, others: readonly Played[]): Measure {
  return (facts, of) => ({
    ...facts,
    value: of(ours),
    others: Object.fromEntries(others.map((played, at) => [OTHERS[at], of(played)])),
  });
}
