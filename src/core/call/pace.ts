import type Bottleneck from 'bottleneck';
import type { AcquireOptions, Lane, Permit } from '../permits/permits.js';
import { createSlots, type Slots } from './slots.js';

/** Acquires a permit so that calls leave at least an interval apart. */
export type PacedAcquire = (options: AcquireOptions) => Promise<Permit>;

/**
 * For upstreams that count bursts: one may refuse a hundred calls in a second that it takes in a minute. The permits say
 * how many calls leave in a window, this how far apart they are, in this process.
 *
 * The turn comes after the permit, and one call of a lane at a time waits for it: a permit that waited behind thirty others
 * would be too old to be sent with. So a batch that waits for the quota does not hold up a chat, which goes first.
 * bottleneck measures by the wall clock: set back while calls wait, they wait that much longer.
 */
export function createPace(intervalMs: number, acquire: PacedAcquire): PacedAcquire {
  const loadTurns = createLoad({ minTime: intervalMs });
  const queues: Readonly<Record<Lane, Slots>> = {
    interactive: createSlots(1),
    batch: createSlots(1),
  };
  const acquirePaced = async (options: AcquireOptions): Promise<Permit> => {
    const permit = await acquire(options);
    const turns = await loadTurns();
    await turns.schedule({ priority: options.lane === 'interactive' ? 0 : 9 }, async () => undefined);
    if (permit.isFresh()) return permit;
    await permit.giveBack();
    return acquire(options);
  };
  return (options) => queues[options.lane].schedule(() => acquirePaced(options));
}

/** A limiter of bottleneck's, loaded with the first job: most commands have none. */
function createLoad(options: Bottleneck.ConstructorOptions): () => Promise<Bottleneck> {
  let loading: Promise<Bottleneck> | undefined;
  return () => {
    loading ??= import('bottleneck').then(({ default: Limiter }) => new Limiter(options));
    return loading;
  };
}
