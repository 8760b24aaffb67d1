import type { RecordedKind } from './observation.js';
import { getLastMinute, listStretches, type Stretch, type Tracks } from './timeline.js';

/** What is kept next to a series, so that drops over millions of products are found without reading their points. */
export interface Summary {
  /** The price shown last, while the product could be bought; absent where there never was one. */
  readonly shownFen?: number;
  readonly shownKind?: RecordedKind;
  /** The different price before it, of the same variant. */
  readonly beforeFen?: number;
  /** When the shown price became what it is: minutes since 1970. */
  readonly changedMinute?: number;
  /** When anything was seen last. */
  readonly lastMinute: number;
}

/** What the tracks come to: the present price, the one before it, and since when. */
export function toSummary(tracks: Tracks): Summary {
  const stretches = listStretches(tracks);
  const lastMinute = getLastMinute(tracks);
  const last = stretches.at(-1);
  if (!last) return { lastMinute };
  let index = stretches.length - 1;
  while (stretches[index - 1]?.fen === last.fen) index -= 1;
  const current = stretches[index] ?? last;
  const before = stretches[index - 1];
  return {
    shownFen: last.fen,
    shownKind: last.kind,
    beforeFen: before && isSameVariant(before, current) ? before.fen : undefined,
    changedMinute: current.first,
    lastMinute,
  };
}

/** Another SKU that is cheaper is a cheaper variant, not a lower price. */
function isSameVariant(one: Stretch, other: Stretch): boolean {
  const known = one.cheapestSku !== undefined && other.cheapestSku !== undefined;
  return !known || one.cheapestSku === other.cheapestSku;
}
