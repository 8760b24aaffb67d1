import type { Clock } from '../../src/core/clock.js';
import type { HeldPermit } from '../../src/core/permits/held-permit.js';
import { type Freeze, isAfter } from '../../src/core/permits/permit-freeze.js';
import { createPermits, type PermitOptions } from '../../src/core/permits/permit-keeper.js';
import { getReturnUs, PermitLedger } from '../../src/core/permits/permit-ledger.js';
import type { PermitStore } from '../../src/core/permits/permit-store.js';
import { type Timing, toTiming } from '../../src/core/permits/permit-timing.js';
import type { Permits } from '../../src/core/permits/permits.js';

/** Permits of one process, forgotten when it ends: for tests and simulations. */
export function createMemoryPermits(options: PermitOptions): Permits {
  const timing = toTiming(options.limit, options.callTimeoutMs);
  const openStore = createMemoryStores(timing, options.clock);
  return createPermits(options, openStore(1));
}

/** One memory for several simulated processes: returns the store of a process. */
export function createMemoryStores(timing: Timing, clock: Clock): (pid: number) => PermitStore {
  const memory: Memory = {
    permits: new PermitLedger(timing),
    newest: -1,
    waiting: new Map(),
    freeze: undefined,
    lastInteractiveUs: undefined,
  };
  return (pid) => createMemoryStore(memory, timing, clock, pid);
}

interface Memory {
  readonly permits: PermitLedger;
  newest: number;
  readonly waiting: Map<number, number>;
  freeze: Freeze | undefined;
  lastInteractiveUs: number | undefined;
}

function createMemoryStore(memory: Memory, timing: Timing, clock: Clock, pid: number): PermitStore {
  const change = (number: number, facts: Partial<HeldPermit>): void => {
    const held = memory.permits.get(number);
    if (held) memory.permits.put({ ...held, ...facts });
  };
  return {
    pid,
    look: async () => ({
      permits: memory.permits,
      newest: memory.newest,
      nowUs: clock.nowUs(),
      readyAtUs: 0,
      waitingElsewhere: [...memory.waiting].reduce(
        (sum, [who, count]) => (who === pid ? sum : sum + count),
        0,
      ),
      freeze: memory.freeze,
      ...(memory.lastInteractiveUs !== undefined && { lastInteractiveUs: memory.lastInteractiveUs }),
    }),
    claim: async (view, kind) => {
      const number = view.newest + 1;
      if (memory.newest !== number - 1) return undefined;
      const nowUs = clock.nowUs();
      const held: HeldPermit = { number, acquiredUs: nowUs, kind, pid, holdUs: timing.holdUs };
      memory.permits.put(held);
      memory.newest = number;
      for (const old of memory.permits) {
        if (old.number > number - 2 * timing.calls || getReturnUs(old, timing) > nowUs) break;
        memory.permits.remove(old.number);
      }
      if (kind === 'i') memory.lastInteractiveUs = nowUs;
      return held;
    },
    answer: async (number) => change(number, { answeredUs: clock.nowUs() }),
    giveBack: async (number) => change(number, { void: true }),
    announce: async (waiting) => {
      memory.waiting.set(pid, waiting);
    },
    freeze: async (freeze) => {
      memory.freeze = freeze;
    },
    forgive: async (acquiredUs) => {
      if (memory.freeze && isAfter(memory.freeze, acquiredUs))
        memory.freeze = { ...memory.freeze, strikes: 0 };
    },
  };
}
