/**
 * What is still to be asked for, handed out in order; nothing is queued beyond what is under way.
 * @param wants whether an index belongs to this queue and has no outcome yet
 */
export function createQueue(size: number, wants: (index: number) => boolean) {
  const again: number[] = [];
  const taken = new Set<number>();
  let next = 0;
  const takeInOrder = (count: number): number[] => {
    const found = again.splice(0, count);
    for (; next < size && found.length < count; next += 1) {
      if (wants(next) && !taken.delete(next)) found.push(next);
    }
    return found;
  };
  const takeDistant = (count: number): number[] => {
    const found: number[] = [];
    for (let index = Math.floor((next + size) / 2); index < size && found.length < count; index += 1) {
      if (wants(index) && !taken.has(index)) found.push(index);
    }
    // The scan in order passes over them later.
    for (const index of found) taken.add(index);
    return found;
  };
  return {
    /** Up to `count` indexes; none when there are no more. @param isDistant from the middle of what is left */
    take: (count: number, isDistant = false): number[] => {
      const distant = isDistant ? takeDistant(count) : [];
      return distant.length > 0 ? distant : takeInOrder(count);
    },
    /** They come again, before the others. */
    putBack: (indexes: readonly number[]) => {
      again.push(...indexes);
    },
  };
}
