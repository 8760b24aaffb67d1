import type { LimiterName } from './caller-plan.js';
import type { Figure } from './figure.js';
import type { Played, Scenario, Stage } from './stage.js';

const OTHERS: readonly LimiterName[] = ['bottleneck minTime', 'bottleneck reservoir'];

/** Makes a figure of one fact about what was played. */
export type Measure = (facts: Omit<Figure, 'value' | 'others'>, of: (played: Played) => number) => Figure;

/**
 * The same work by our limiter and then by the others, each with a quota of its own: ours are the figures that count.
 * @param atOnce for work so slow that nobody is in another's way
 */
export async function compare(
  stage: Stage,
  callers: Scenario['callers'],
  { atOnce = false }: { readonly atOnce?: boolean } = {},
): Promise<Measure> {
  const play = (limiter: LimiterName) => stage.play({ limiter, callers });
  const playing = play('bijia');
  if (!atOnce) await playing;
  const [ours, ...others] = await Promise.all([playing, ...OTHERS.map(play)]);
  return (facts, of) => ({
    ...facts,
    value: of(ours),
    others: Object.fromEntries(others.map((played, at) => [OTHERS[at], of(played)])),
  });
}
