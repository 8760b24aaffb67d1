import type { RecordedKind, SeriesKey } from '../../../prices/observation.js';
import { toSummary } from '../../../prices/summary.js';
import type { TrackName } from '../../../prices/timeline.js';
import type { DroppedSeries, HistoryStore, SegmentPlace, Series } from '../../history/history-store.js';
import {
  nameSeries,
  type SeriesAddition,
  toAddition,
  toAdditions,
  toKey,
} from '../../history/merge-series.js';
import type { Database, RunStatement } from '../database.js';
import * as sql from './history-statements.js';
import { packTracks, unpackTracks } from './pack-tracks.js';
import { toRecords, toText } from './records.js';

/** What one statement takes in or gives: well within its time, also where each of them was looked at each hour for years. */
const MAX_SERIES = 100;
const PAGE = 100;
const PRUNED_AT_ONCE = 1000;

export interface PostgresHistoryOptions {
  readonly database: Database;
  /** Whether it is what a sandbox made up: real history never meets it. */
  readonly isMadeUp: boolean;
  /** Names the folder whose inbox is folded: segments of two machines may have one name. */
  readonly machine: string;
}

/** The history that the machines of a fleet share. */
export function createPostgresHistory(options: PostgresHistoryOptions): Omit<HistoryStore, 'close'> {
  const { database, isMadeUp, machine } = options;
  return {
    add: (observations, read) => add(toAdditions(observations.map(toKept)), options, read),
    addSeries: (series) => add(series.map(toKept).map(toAddition), options),
    getOffset: async (segment) => {
      const rows = await database.run<{ readonly read_to: number }>(sql.GET_SEGMENT, [machine, segment]);
      return rows[0]?.read_to ?? 0;
    },
    removeSegment: async (segment) => void (await database.run(sql.REMOVE_SEGMENT, [machine, segment])),
    listSeries: async (platform, id) =>
      (await database.run<sql.SeriesRow>(sql.LIST, [isMadeUp, platform, toText(id)])).map(toSeries),
    listDropped: async (sinceMinute, minShare, limit) =>
      (await database.run<sql.FactsRow>(sql.LIST_DROPPED, [isMadeUp, sinceMinute, minShare, limit])).map(
        toDropped,
      ),
    listSeen: async (sinceMinute) =>
      (await database.run<sql.FactsRow>(sql.LIST_SEEN, [isMadeUp, sinceMinute])).map((row) => ({
        ...toKey(row),
        lastMinute: row.last,
      })),
    listAll: () => listAll(options),
    removeProduct: async (platform, id) =>
      (await database.run(sql.REMOVE_PRODUCT, [isMadeUp, platform, toText(id)])).length,
    removePoint: (key, name, minute) =>
      database.inTransaction((run) => removePoint(run, isMadeUp, { key, name, minute })),
    prune: (beforeMinute) => prune(beforeMinute, options),
  };
}

/**
 * In parts, each a transaction: the same observation twice changes nothing, so that what was cut off is added again. How far
 * the segment is read is said when all are there.
 */
async function add(
  additions: readonly SeriesAddition[],
  { database, isMadeUp, machine }: PostgresHistoryOptions,
  read?: SegmentPlace,
): Promise<void> {
  for (let at = 0; at < additions.length; at += MAX_SERIES) {
    const part = additions.slice(at, at + MAX_SERIES);
    // What another machine has changed by then is merged again.
    for (let left = part; left.length > 0; ) left = await addPart(database, isMadeUp, left);
  }
  if (read) await database.run(sql.PUT_SEGMENT, [machine, read.segment, read.offset]);
}

/** No row is locked while points are merged. @returns what others were faster with */
async function addPart(
  { run, inTransaction }: Database,
  isMadeUp: boolean,
  additions: readonly SeriesAddition[],
): Promise<SeriesAddition[]> {
  const rows = await run<sql.SeriesRow>(sql.READ, [isMadeUp, toRecords(additions.map(({ key }) => key))]);
  const known = new Map(rows.map((row) => [nameSeries(row), row]));
  const merged = additions.flatMap((one) => merge(known.get(nameSeries(one.key)), one));
  if (merged.length === 0) return [];
  const kept = await inTransaction((within) => put(within, isMadeUp, merged));
  const isOpen = new Set(merged.map(nameSeries));
  for (const key of kept) isOpen.delete(nameSeries(key));
  return additions.filter(({ key }) => isOpen.has(nameSeries(key)));
}

/** @returns the keys of those that are as they were read, and were written by that */
async function put(run: RunStatement, isMadeUp: boolean, merged: readonly MergedRow[]): Promise<SeriesKey[]> {
  const values = [isMadeUp, toRecords(merged)];
  await run(sql.LOCK, [isMadeUp, toRecords(merged.map(toKey))]);
  const replaced = await run<SeriesKey>(sql.REPLACE, values);
  const added = await run<SeriesKey>(sql.ADD, values);
  return [...replaced, ...added];
}

/** @returns nothing where the addition changes nothing */
function merge(row: sql.SeriesRow | undefined, { key, addTo }: SeriesAddition): MergedRow[] {
  const known = row ? { ...toSeries(row), lastMinute: row.last } : { tracks: new Map(), lastMinute: 0 };
  const { title, tracks } = addTo(known);
  const isSame = [...tracks].every(([name, points]) => known.tracks.get(name) === points);
  return row && isSame && (title ?? null) === row.title
    ? []
    : [toRow(key, { title, tracks, version: row?.version })];
}

/** With texts as they come back, so that they are found again. */
const toKept = <T extends SeriesKey>(one: T): T => ({
  ...one,
  id: toText(one.id),
  sku: toText(one.sku),
  source: toText(one.source),
});

interface MergedRow extends Omit<sql.FactsRow, 'title' | 'kind' | 'shown' | 'before' | 'changed'> {
  readonly title: string | undefined;
  readonly kind: string | undefined;
  readonly shown: number | undefined;
  readonly before: number | undefined;
  readonly changed: number | undefined;
  readonly tracks: string;
  /** The version of the row that it replaces; absent for a new row. */
  readonly version?: number;
}

function toRow(
  key: SeriesKey,
  { title, tracks, version }: Pick<Series, 'title' | 'tracks'> & Pick<MergedRow, 'version'>,
): MergedRow {
  const { shownFen, shownKind, beforeFen, changedMinute, lastMinute } = toSummary(tracks);
  return {
    ...toKey(key),
    ...{ version, title, shown: shownFen, kind: shownKind, before: beforeFen, changed: changedMinute },
    last: lastMinute,
    tracks: `\\x${packTracks(tracks).toString('hex')}`,
  };
}

async function* listAll({ database, isMadeUp }: PostgresHistoryOptions): AsyncGenerator<Series> {
  let last: readonly string[] = ['', '', '', ''];
  for (;;) {
    const rows = await database.run<sql.SeriesRow>(sql.LIST_PAGE, [isMadeUp, ...last, PAGE]);
    yield* rows.map(toSeries);
    const end = rows.at(-1);
    if (!end) return;
    last = [end.platform, end.id, end.sku, end.source];
  }
}

async function prune(beforeMinute: number, { database, isMadeUp }: PostgresHistoryOptions): Promise<number> {
  for (let gone = 0; ; ) {
    const rows = await database.run(sql.PRUNE, [isMadeUp, beforeMinute, PRUNED_AT_ONCE]);
    gone += rows.length;
    if (rows.length < PRUNED_AT_ONCE) return gone;
  }
}

interface NamedPoint {
  readonly key: SeriesKey;
  readonly name: TrackName;
  readonly minute: number;
}

/** A series without any point goes too. @returns whether there was such a point */
async function removePoint(
  run: RunStatement,
  isMadeUp: boolean,
  { key, name, minute }: NamedPoint,
): Promise<boolean> {
  const keys = toRecords([toKey(key)]);
  await run(sql.LOCK, [isMadeUp, keys]);
  const [row] = await run<sql.SeriesRow>(sql.READ, [isMadeUp, keys]);
  if (!row) return false;
  const { title, tracks } = toSeries(row);
  const points = tracks.get(name) ?? [];
  const left = points.filter((point) => point.minute !== minute);
  if (left.length === points.length) return false;
  const kept = new Map(tracks);
  if (left.length > 0) kept.set(name, left);
  else kept.delete(name);
  const rest = toRecords([toRow(row, { title, tracks: kept, version: row.version })]);
  if (kept.size > 0) await run(sql.REPLACE, [isMadeUp, rest]);
  else await run(sql.REMOVE, [isMadeUp, keys]);
  return true;
}

const toSeries = (row: sql.SeriesRow): Series => ({
  ...toKey(row),
  title: row.title ?? undefined,
  tracks: unpackTracks(row.tracks),
});

const toDropped = (row: sql.FactsRow): DroppedSeries => ({
  ...toKey(row),
  title: row.title ?? undefined,
  shownFen: row.shown ?? undefined,
  shownKind: (row.kind ?? undefined) as RecordedKind | undefined,
  beforeFen: row.before ?? undefined,
  changedMinute: row.changed ?? undefined,
  lastMinute: row.last,
});
