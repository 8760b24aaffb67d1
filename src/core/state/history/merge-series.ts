import type { Observation, SeriesKey } from '../../prices/observation.js';
import { addObservations, addTracks, getLastMinute, type Tracks } from '../../prices/timeline.js';
import type { Series } from './history-store.js';

/** What a table knows of a series before more is added. */
interface KnownSeries {
  readonly title?: string;
  readonly tracks: Tracks;
  /** When anything was seen last; 0 where nothing was. */
  readonly lastMinute: number;
}

/** More of one series. */
export interface SeriesAddition {
  readonly key: SeriesKey;
  readonly addTo: (known: KnownSeries) => Pick<KnownSeries, 'title' | 'tracks'>;
}

/** Several looks at one product are one addition: its points are unpacked once. */
export function toAdditions(observations: readonly Observation[]): SeriesAddition[] {
  const groups = new Map<string, [Observation, ...Observation[]]>();
  for (const observation of observations) {
    const name = nameSeries(observation);
    const group = groups.get(name);
    if (group) group.push(observation);
    else groups.set(name, [observation]);
  }
  return [...groups.values()].map((own) => {
    const { title, minute } = own.reduce((one, other) => (other.minute > one.minute ? other : one));
    return {
      key: toKey(own[0]),
      addTo: (known) => ({
        title: chooseTitle(known, title, minute),
        tracks: addObservations(known.tracks, own),
      }),
    };
  });
}

/** All that another table knows of a series. */
export const toAddition = (series: Series): SeriesAddition => ({
  key: toKey(series),
  addTo: (known) => ({
    title: chooseTitle(known, series.title, getLastMinute(series.tracks)),
    tracks: addTracks(known.tracks, series.tracks),
  }),
});

/** The title that was seen last. */
const chooseTitle = (known: KnownSeries, title: string | undefined, minute: number): string | undefined =>
  minute >= known.lastMinute ? (title ?? known.title) : (known.title ?? title);

export const toKey = ({ platform, id, sku, source }: SeriesKey): SeriesKey => ({ platform, id, sku, source });

/** Tells series apart. */
export const nameSeries = ({ platform, id, sku, source }: SeriesKey): string =>
  JSON.stringify([platform, id, sku, source]);
