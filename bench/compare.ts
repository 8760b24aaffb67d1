import type { LimiterName } from './caller-plan.js';
import type { Figure } from './figure.js';
import type { Played, Scenario, Stage } from './stage.js';

const OTHERS: readonly LimiterName[] = ['bottleneck minTime', 'bottleneck reservoir'];

/** Makes a figure of one fact about what was played. */
export type Measure = (facts: Omit<Figure, 'value' | 'others'>, of: (played: Played) => number) => Figure;

/** The same work by our limiter and then by the others, each with a quota of its own: ours are the figures that count. */
export async function compare(stage: Stage, callers: Scenario['callers']): Promise<Measure> {
  const play = (limiter: LimiterName) => stage.play({ limiter, callers });
  const ours = await play('bijia');
  const others = await Promise.all(OTHERS.map(play));
  return (facts, of) => ({
    ...facts,
    value: of(ours),
    others: Object.fromEntries(others.map((played, at) => [OTHERS[at], of(played)])),
  });
}
