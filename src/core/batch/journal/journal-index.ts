import { OUTCOMES, type Outcome } from '../../errors.js';

/** Where the line of an entry is. */
export interface LinePlace {
  /** Number of the segment. */
  readonly segment: number;
  readonly offset: number;
  /** Bytes, without the line feed. */
  readonly length: number;
}

/** What is known of each reference, in 15 bytes apiece. */
export type JournalIndex = ReturnType<typeof createJournalIndex>;

/** @param size how many references there are; grows when it is not known */
export function createJournalIndex(size: number | undefined) {
  let capacity = size ?? 256;
  let outcomes = new Uint8Array(capacity);
  let segments = new Uint16Array(capacity);
  let lengths = new Uint32Array(capacity);
  let offsets = new Float64Array(capacity);
  const totals = new Map<Outcome, number>();
  let count = 0;

  const grow = (index: number) => {
    const smaller = { outcomes, segments, lengths, offsets };
    capacity = Math.max(capacity * 2, index + 1);
    outcomes = new Uint8Array(capacity);
    outcomes.set(smaller.outcomes);
    segments = new Uint16Array(capacity);
    segments.set(smaller.segments);
    lengths = new Uint32Array(capacity);
    lengths.set(smaller.lengths);
    offsets = new Float64Array(capacity);
    offsets.set(smaller.offsets);
  };
  const outcomeAt = (index: number): Outcome | undefined => OUTCOMES[(outcomes[index] ?? 0) - 1];
  const tally = (outcome: Outcome, step: number) => {
    totals.set(outcome, (totals.get(outcome) ?? 0) + step);
    count += step;
  };

  return {
    /** @returns undefined when nothing is recorded */
    outcomeAt,
    placeAt: (index: number) =>
      outcomeAt(index) && {
        segment: segments[index] ?? 0,
        offset: offsets[index] ?? 0,
        length: lengths[index] ?? 0,
      },
    /** How many have an outcome. */
    count: () => count,
    counts: () => Object.fromEntries(totals),
    /**
     * The first line of a reference counts, also when two runners wrote one each; only a recorded failure of the
     * upstream gives way to any later line.
     * @returns whether this one counts
     */
    record: (index: number, outcome: Outcome, { segment, offset, length }: LinePlace): boolean => {
      if (size !== undefined && index >= size) return false;
      if (index >= capacity) grow(index);
      const known = outcomeAt(index);
      if (known !== undefined && known !== 'upstream_error') return false;
      if (known !== undefined) tally(known, -1);
      tally(outcome, 1);
      outcomes[index] = OUTCOMES.indexOf(outcome) + 1;
      segments[index] = segment;
      offsets[index] = offset;
      lengths[index] = length;
      return true;
    },
  };
}
