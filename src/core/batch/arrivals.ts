import type { JournalFollower } from './journal/journal-follower.js';
import type { ListPlaces } from './list-places.js';
import type { RowPlace } from './output/row-index.js';

/** Up to where rows were told. */
export interface ToldRows {
  /** How many there were, where none of them has been answered again since. */
  readonly told: number;
  /** Of the last one; -1 where there was none. */
  readonly place: number;
  /** Of the last one: lines that ask for the same share a place. */
  readonly line: number;
}

/** Where a row of a job stands whose answers still come. */
export interface ArrivedPlace extends RowPlace {
  /** See `Row`. */
  readonly place: number;
  /** The first line that asks for the same. */
  readonly firstLine: number;
}

export interface ArrivedPart {
  readonly places: readonly ArrivedPlace[];
  /** How many rows stand before them. */
  readonly before: number;
  /** How many rows have arrived, and how many there are. */
  readonly arrived: number;
  readonly rowCount: number;
  /** By reference. */
  readonly counts: ReturnType<JournalFollower['counts']>;
}

/**
 * The rows of a list in the order in which their answers came: those first for which nothing has to be asked, then those of each
 * answer. Kept in memory, in some 45 bytes a row, so that a page costs no more than what has come since the last one and what it
 * shows.
 *
 * Example: lines 1 and 3 ask for the same, which is answered second: lines 2, 1, 3.
 */
export function createArrivals(list: ListPlaces, journal: JournalFollower) {
  const order = createOrder(list, journal);
  let isWhole = false;
  const refresh = async () => {
    const hadAll = isWhole;
    // What is found before it fails is not told again.
    isWhole = false;
    const found = await journal.refresh();
    if (!hadAll || !order.add(found)) order.build();
    isWhole = true;
  };
  let refreshing: Promise<void> = Promise.resolve();
  return {
    /** What stands behind the rows that were told, as far as it has come by now. */
    read: async (told: ToldRows, most: number): Promise<ArrivedPart> => {
      refreshing = refreshing.catch(() => undefined).then(refresh);
      await refreshing;
      const before = order.countUntil(told);
      const arrived = order.count();
      const { rowCount } = list;
      return { places: order.list(before, most), before, arrived, rowCount, counts: journal.counts() };
    },
  };
}

function createOrder(list: ListPlaces, journal: JournalFollower) {
  const order = new Uint32Array(list.rowCount);
  let count = 0;
  /** 1 for what stands in the order. */
  const entered = new Uint8Array(list.referenceCount);
  const placeAt = (row: number): number => journal.placeOf(list.referenceAt(row)) ?? 0;

  const enter = (row: number) => {
    order[count] = row;
    count += 1;
  };
  const enterAll = (references: Iterable<number>) => {
    for (const reference of references) {
      entered[reference] = 1;
      for (const row of list.rowsOf(reference)) enter(row);
    }
  };
  const enterUnasked = () => {
    for (let row = 0; row < list.rowCount; row += 1) {
      const reference = list.referenceAt(row);
      if (!list.isUnasked(row) || journal.placeOf(reference) !== undefined) continue;
      if (reference >= 0) entered[reference] = 1;
      enter(row);
    }
  };

  /** Whether these stand behind all others: a failure may have given way, and a runner may write that was thought dead. */
  const areNext = (found: readonly number[]): boolean => {
    let last = count > 0 ? placeAt(order[count - 1] ?? 0) : 0;
    return found.every((reference) => {
      const place = journal.placeOf(reference) ?? 0;
      const isNext = entered[reference] === 0 && place > last;
      last = place;
      return isNext;
    });
  };

  const compare = (at: number, { place, line }: ToldRows): number => {
    const row = order[at] ?? 0;
    return placeAt(row) - place || list.lineAt(row) - line;
  };

  const toPlace = (row: number): ArrivedPlace => {
    const reference = list.referenceAt(row);
    const [first = row] = list.rowsOf(reference);
    const facts = { at: list.offsetAt(row), place: placeAt(row), firstLine: list.lineAt(first) };
    return { ...facts, answer: journal.lineOf(reference) };
  };

  return {
    count: () => count,
    build: () => {
      count = 0;
      entered.fill(0);
      enterUnasked();
      enterAll(listAnswered(list.referenceCount, journal));
    },
    /** @returns false where they do not follow those that are there */
    add: (references: readonly number[]): boolean => {
      if (!areNext(references)) return false;
      enterAll(references);
      return true;
    },
    /** How many rows stand up to one. A line may ask for the same twice: then only their number tells its rows apart. */
    countUntil: (told: ToldRows): number => {
      const isLast = told.told > 0 && told.told <= count && compare(told.told - 1, told) === 0;
      return isLast ? told.told : findFirst(count, (at) => compare(at, told) > 0);
    },
    list: (from: number, most: number) =>
      Array.from(order.subarray(from, Math.min(count, from + most)), toPlace),
  };
}

function listAnswered(referenceCount: number, { placeOf }: JournalFollower): Uint32Array {
  const answered = new Uint32Array(referenceCount);
  let count = 0;
  for (let reference = 0; reference < referenceCount; reference += 1) {
    if (placeOf(reference) === undefined) continue;
    answered[count] = reference;
    count += 1;
  }
  return answered.subarray(0, count).sort((a, b) => (placeOf(a) ?? 0) - (placeOf(b) ?? 0));
}

/** The first number below a count from which on all match; the count itself where none does. */
function findFirst(count: number, matches: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (matches(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
