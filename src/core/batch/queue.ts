/** What is still to be asked for, handed out in order; nothing is queued beyond what is under way. */
export interface Queue {
  /** Up to `count` indexes; none when there are no more. */
  readonly take: (count: number) => number[];
  /** They come again, before the others. */
  readonly putBack: (indexes: readonly number[]) => void;
}

/** @param wants whether an index belongs to this queue */
export function createQueue(size: number, wants: (index: number) => boolean): Queue {
  const again: number[] = [];
  let next = 0;
  return {
    take: (count) => {
      const taken = again.splice(0, count);
      for (; next < size && taken.length < count; next += 1) {
        if (wants(next)) taken.push(next);
      }
      return taken;
    },
    putBack: (indexes) => {
      again.push(...indexes);
    },
  };
}
