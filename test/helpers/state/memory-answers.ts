import type { AnswerStore, Boarded } from '../../../src/core/state/state.js';

interface Row {
  body?: string;
  untilMs: number;
  member?: number;
  leaseMs: number;
  lane: string;
  hasDeparted: boolean;
}

/** What several simulated machines tell each other, on a clock that the test moves. */
export function createMemoryAnswers(
  now: () => number,
  { ttlMs, leaseMs }: { readonly ttlMs: number; readonly leaseMs: number },
): (member: number) => AnswerStore {
  const rows = new Map<string, Row>();
  const ears = new Set<(key: string) => unknown>();
  const own = (member: number, keys: readonly string[]) =>
    keys.flatMap((key) => {
      const row = rows.get(key);
      return row?.member === member ? [row] : [];
    });
  return (member) => ({
    leaseMs,
    board: async (keys, lane) =>
      keys.map((key): Boarded => {
        const row = rows.get(key);
        if (row?.body !== undefined && row.untilMs > now()) return { kind: 'known', body: row.body };
        const isLed = row?.body === undefined && row?.member !== undefined && row.leaseMs >= now();
        const givesWay = lane === 'interactive' && row?.lane === 'batch' && !row.hasDeparted;
        if (row && isLed && row.member !== member && !givesWay)
          return { kind: 'follows', hasDeparted: row.hasDeparted };
        rows.set(key, { untilMs: 0, member, leaseMs: now() + leaseMs, lane, hasDeparted: false });
        return { kind: 'leads' };
      }),
    depart: async (keys) => {
      for (const row of own(member, keys)) row.hasDeparted = true;
      const isElsewhere = (row: Row | undefined) =>
        row?.body === undefined
          ? row?.member !== undefined && row.member !== member && row.leaseMs >= now()
          : row.untilMs > now();
      return !keys.every((key) => isElsewhere(rows.get(key)));
    },
    hear: (keys, signal) =>
      new Promise((resolve) => {
        const end = () => {
          ears.delete(hear);
          resolve();
        };
        const hear = (key: string) => keys.includes(key) && end();
        ears.add(hear);
        signal.addEventListener('abort', end, { once: true });
      }),
    renew: async (keys) => {
      for (const row of own(member, keys)) row.leaseMs = now() + leaseMs;
    },
    land: async (key, body) => {
      const row = rows.get(key);
      if (body !== undefined)
        rows.set(key, { body, untilMs: now() + ttlMs, leaseMs: 0, lane: '', hasDeparted: true });
      else if (row?.member === member && row.body === undefined) rows.delete(key);
      for (const ear of [...ears]) ear(key);
    },
  });
}
