import type { Observation, SeriesKey } from '../../prices/observation.js';
import type { Summary } from '../../prices/summary.js';
import type { TrackName, Tracks } from '../../prices/timeline.js';
import type { WatchStore } from './watch-store.js';

/** A series with all that is known of it. */
export interface Series extends SeriesKey {
  readonly title?: string;
  readonly tracks: Tracks;
}

/** A series whose shown price fell. */
export interface DroppedSeries extends SeriesKey, Summary {
  readonly title?: string;
}

/** When a series was seen last. */
export interface SeenSeries extends SeriesKey {
  readonly lastMinute: number;
}

/**
 * Where the history lies. Promises: what `add` has returned for stays, no matter which process is killed when; the same observation
 * twice changes nothing, and the order of observations does not matter.
 */
export interface HistoryStore {
  /**
   * Adds observations in one transaction, with how far a segment of the inbox is read by that.
   * @throws ConfigError when the disk is full or the table cannot be written
   */
  readonly add: (observations: readonly Observation[], read?: SegmentPlace) => Promise<void>;
  /** Adds all that another store knows of series. @throws as `add` */
  readonly addSeries: (series: readonly Series[]) => Promise<void>;
  /** How far a segment of the inbox has been read, in bytes; 0 for one that is not known. */
  readonly getOffset: (segment: string) => Promise<number>;
  /** Forgets a segment that has been removed. */
  readonly removeSegment: (segment: string) => Promise<void>;
  /** Every series of a product: one for each source and SKU. */
  readonly listSeries: (platform: string, id: string) => Promise<Series[]>;
  /**
   * The series whose shown price fell since then, whole products only, the largest drop first.
   * @param minShare 0 to 1: how much of the price before has to be gone
   */
  readonly listDropped: (sinceMinute: number, minShare: number, limit: number) => Promise<DroppedSeries[]>;
  /** The series that were seen since then, whole products only, and when they were seen last. */
  readonly listSeen: (sinceMinute: number) => Promise<SeenSeries[]>;
  /** Everything, in no order that matters. */
  readonly listAll: () => AsyncIterable<Series>;
  /** @returns how many series are gone */
  readonly removeProduct: (platform: string, id: string) => Promise<number>;
  /** @returns whether there was such a point */
  readonly removePoint: (key: SeriesKey, track: TrackName, minute: number) => Promise<boolean>;
  /** Removes the series that were seen last before then. @returns how many */
  readonly prune: (beforeMinute: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Everything that lies in one file. */
export interface HistoryTables extends HistoryStore {
  readonly watches: WatchStore;
  /** Whether the file turned out to be damaged and lies elsewhere now: a new one has to be opened. */
  readonly isSetAside: () => boolean;
}

export interface SegmentPlace {
  readonly segment: string;
  readonly offset: number;
}
