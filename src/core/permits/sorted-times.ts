/** What has left is cut off when it is so much, and half of all. */
const CUT_AT = 1024;

/** Moments in order, most of which come at the end and leave at the beginning. */
export function createSortedTimes() {
  let times: number[] = [];
  /** Those before it have left. */
  let start = 0;
  /** Where those begin that are later. */
  const getPlaceAfter = (limitUs: number): number => {
    let low = start;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] ?? 0) > limitUs) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    add: (atUs: number) => {
      times.splice(getPlaceAfter(atUs), 0, atUs);
    },
    /** One of those that are equal to it. */
    remove: (atUs: number) => {
      const place = getPlaceAfter(atUs) - 1;
      if (place < start || times[place] !== atUs) return;
      if (place > start) {
        times.splice(place, 1);
        return;
      }
      start += 1;
      if (start < CUT_AT || 2 * start < times.length) return;
      times = times.slice(start);
      start = 0;
    },
    countAfter: (limitUs: number) => times.length - getPlaceAfter(limitUs),
    /** The latest for 0, the one before it for 1; before all time where there are fewer. */
    getLatest: (place: number) => {
      const index = times.length - 1 - place;
      return index < start ? Number.NEGATIVE_INFINITY : (times[index] ?? Number.NEGATIVE_INFINITY);
    },
    /** The first one after that moment; after all time for none. */
    getNext: (limitUs: number) => times[getPlaceAfter(limitUs)] ?? Number.POSITIVE_INFINITY,
  };
}
