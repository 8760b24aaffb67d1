import { toSummary } from '../../../src/core/prices/summary.js';
import { addObservations, addTracks, getLastMinute } from '../../../src/core/prices/timeline.js';
import type { HistoryStore, Series } from '../../../src/core/state/history/history-store.js';

/** The promises of the store in the fewest lines: what the others are held against. */
export function createMemoryStore(): HistoryStore {
  const all = new Map<string, Series>();
  const segments = new Map<string, number>();
  const keyOf = (key: Omit<Series, 'tracks'>) => JSON.stringify([key.platform, key.id, key.sku, key.source]);
  const removeWhere = (isGone: (series: Series) => boolean) => {
    const gone = [...all].filter(([, series]) => isGone(series));
    for (const [key] of gone) all.delete(key);
    return gone.length;
  };
  return {
    add: async (observations, read) => {
      for (const observation of observations) {
        const { platform, id, sku, source } = observation;
        const key = keyOf(observation);
        const known = all.get(key);
        const tracks = addObservations(known?.tracks ?? new Map(), [observation]);
        const isNewest = observation.minute >= (known ? toSummary(known.tracks).lastMinute : 0);
        const title = isNewest ? (observation.title ?? known?.title) : (known?.title ?? observation.title);
        all.set(key, { platform, id, sku, source, title, tracks });
      }
      if (read) segments.set(read.segment, read.offset);
    },
    addSeries: async (series) => {
      for (const one of series) {
        const key = keyOf(one);
        const known = all.get(key);
        const isNewest = getLastMinute(one.tracks) >= getLastMinute(known?.tracks ?? new Map());
        const title = isNewest ? (one.title ?? known?.title) : (known?.title ?? one.title);
        all.set(key, { ...one, title, tracks: addTracks(known?.tracks ?? new Map(), one.tracks) });
      }
    },
    getOffset: async (segment) => segments.get(segment) ?? 0,
    removeSegment: async (segment) => void segments.delete(segment),
    listSeries: async (platform, id) =>
      [...all.values()].filter((one) => one.platform === platform && one.id === id),
    listDropped: async (sinceMinute, minShare, limit) => {
      const shareOf = ({ shownFen = 0, beforeFen = 0 }) => (beforeFen - shownFen) / beforeFen;
      return [...all.values()]
        .filter(({ sku }) => sku === '')
        .map(({ tracks, ...key }) => ({ ...key, ...toSummary(tracks) }))
        .filter(
          (one) => (one.beforeFen ?? 0) > (one.shownFen ?? 0) && (one.changedMinute ?? 0) >= sinceMinute,
        )
        .filter((one) => shareOf(one) >= minShare)
        .sort((a, b) => shareOf(b) - shareOf(a))
        .slice(0, limit);
    },
    listSeen: async (sinceMinute) =>
      [...all.values()]
        .map(({ platform, id, sku, source, tracks }) => ({ platform, id, sku, source, ...toSummary(tracks) }))
        .filter(({ sku, lastMinute }) => sku === '' && lastMinute >= sinceMinute),
    listAll: async function* () {
      yield* all.values();
    },
    removeProduct: async (platform, id) => removeWhere((one) => one.platform === platform && one.id === id),
    removePoint: async (key, name, minute) => {
      const series = all.get(keyOf(key));
      const points = series?.tracks.get(name) ?? [];
      const left = points.filter((point) => point.minute !== minute);
      if (!series || left.length === points.length) return false;
      const tracks = new Map(series.tracks);
      if (left.length > 0) tracks.set(name, left);
      else tracks.delete(name);
      if (tracks.size > 0) all.set(keyOf(key), { ...series, tracks });
      else all.delete(keyOf(key));
      return true;
    },
    prune: async (beforeMinute) => removeWhere(({ tracks }) => toSummary(tracks).lastMinute < beforeMinute),
    close: async () => undefined,
  };
}
