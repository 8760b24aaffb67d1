import { ConfigError } from '../../errors.js';
import type { RecordedKind, SeriesKey } from '../../prices/observation.js';
import { toSummary } from '../../prices/summary.js';
import { TRACK_NAMES, type TrackName, type Tracks } from '../../prices/timeline.js';
import { type Point, packPoints, unpackPoints } from '../../prices/track.js';
import type { DroppedSeries, HistoryStore, Series } from './history-store.js';
import { type SeriesAddition, toAddition, toAdditions } from './merge-series.js';
import type { SqliteDriver, SqlRow, SqlValue } from './sqlite-driver.js';

const VERSION = 1;
const SCHEMA = `
CREATE TABLE IF NOT EXISTS series (
  no INTEGER PRIMARY KEY, platform TEXT NOT NULL, id TEXT NOT NULL, sku TEXT NOT NULL, source TEXT NOT NULL,
  title TEXT, shown INTEGER, kind TEXT, before INTEGER, changed INTEGER, last INTEGER NOT NULL,
  UNIQUE (platform, id, sku, source));
CREATE INDEX IF NOT EXISTS series_dropped ON series (changed, shown, before) WHERE before > shown AND sku = '';
DROP INDEX IF EXISTS series_changed;
CREATE INDEX IF NOT EXISTS series_last ON series (last);
CREATE TABLE IF NOT EXISTS track (
  series INTEGER NOT NULL, name INTEGER NOT NULL, points BLOB NOT NULL, PRIMARY KEY (series, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segment (name TEXT PRIMARY KEY, offset INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA user_version = ${VERSION};`;

/** The history in one SQLite file, shared by all processes of this machine. */
export function createSqliteStore(driver: SqliteDriver): HistoryStore {
  assertKnownVersion(driver);
  const inTransaction = createTransactions(driver);
  // A disk would be waited for with each table.
  inTransaction(() => driver.exec(SCHEMA));
  const sql = prepareStatements(driver);
  return {
    add: async (observations, read) =>
      inTransaction(() => {
        for (const addition of toAdditions(observations)) addToSeries(sql, addition);
        if (read) sql.putSegment.run(read.segment, read.offset);
      }),
    addSeries: async (series) =>
      inTransaction(() => {
        for (const one of series) addToSeries(sql, toAddition(one));
      }),
    getOffset: async (segment) => Number(sql.getSegment.all(segment)[0]?.['offset'] ?? 0),
    removeSegment: async (segment) => void sql.removeSegment.run(segment),
    listSeries: async (platform, id) =>
      inTransaction(() => sql.listSeries.all(platform, id).map((row) => toSeries(sql, row)), 'DEFERRED'),
    listDropped: async (sinceMinute, minShare, limit) =>
      sql.listDropped.all(sinceMinute, minShare, limit).map(toDropped),
    listSeen: async (sinceMinute) =>
      sql.listSeen.all(sinceMinute).map((row) => ({ ...toKey(row), lastMinute: Number(row['last']) })),
    listAll: async function* () {
      let last = 0;
      // By pages, so that nobody who writes waits for a long reading.
      for (let rows = sql.listPage.all(last); rows.length > 0; rows = sql.listPage.all(last)) {
        for (const row of rows) yield toSeries(sql, row);
        last = Number(rows.at(-1)?.['no']);
      }
    },
    removeProduct: async (platform, id) =>
      inTransaction(() => {
        sql.removeTracks.run(platform, id);
        return sql.removeSeries.run(platform, id);
      }),
    removePoint: async (key, name, minute) => inTransaction(() => removePoint(sql, key, name, minute)),
    prune: async (beforeMinute) =>
      inTransaction(() => {
        sql.pruneTracks.run(beforeMinute);
        return sql.pruneSeries.run(beforeMinute);
      }),
    close: async () => driver.close(),
  };
}

/** @throws ConfigError for a table that a newer version of this program made */
function assertKnownVersion({ prepare }: SqliteDriver): void {
  const version = Number(prepare('PRAGMA user_version').all()[0]?.['user_version'] ?? 0);
  if (version <= VERSION) return;
  throw new ConfigError(
    'The price history was written by a newer version of bijia. Update this installation, or set BIJIA_HISTORY=0.',
    { code: 'history_newer' },
  );
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements({ prepare }: SqliteDriver) {
  return {
    findSeries: prepare(
      'SELECT no, title, last FROM series WHERE platform=? AND id=? AND sku=? AND source=?',
    ),
    addSeries: prepare(
      'INSERT INTO series (platform, id, sku, source, last) VALUES (?, ?, ?, ?, 0) RETURNING no, title, last',
    ),
    putSummary: prepare('UPDATE series SET title=?, shown=?, kind=?, before=?, changed=?, last=? WHERE no=?'),
    listTracks: prepare('SELECT name, points FROM track WHERE series=?'),
    putTrack: prepare('INSERT OR REPLACE INTO track (series, name, points) VALUES (?, ?, ?)'),
    removeTrack: prepare('DELETE FROM track WHERE series=? AND name=?'),
    listSeries: prepare('SELECT * FROM series WHERE platform=? AND id=? ORDER BY no'),
    listPage: prepare('SELECT * FROM series WHERE no > ? ORDER BY no LIMIT 500'),
    listSeen: prepare("SELECT platform, id, sku, source, last FROM series WHERE last >= ? AND sku=''"),
    // The index alone says which they are.
    listDropped: prepare(
      `SELECT series.* FROM series JOIN (
        SELECT no, (before - shown) * 1.0 / before AS share FROM series
        WHERE before > shown AND sku = '' AND changed >= ? AND share >= ? ORDER BY share DESC LIMIT ?
      ) AS largest ON largest.no = series.no ORDER BY largest.share DESC`,
    ),
    removeTracks: prepare(
      'DELETE FROM track WHERE series IN (SELECT no FROM series WHERE platform=? AND id=?)',
    ),
    removeSeries: prepare('DELETE FROM series WHERE platform=? AND id=?'),
    pruneTracks: prepare('DELETE FROM track WHERE series IN (SELECT no FROM series WHERE last < ?)'),
    pruneSeries: prepare('DELETE FROM series WHERE last < ?'),
    removeOne: prepare('DELETE FROM series WHERE no=?'),
    getSegment: prepare('SELECT offset FROM segment WHERE name=?'),
    putSegment: prepare('INSERT OR REPLACE INTO segment (name, offset) VALUES (?, ?)'),
    removeSegment: prepare('DELETE FROM segment WHERE name=?'),
  };
}

/** Runs work in one transaction: all of it counts, or nothing. */
export function createTransactions(driver: SqliteDriver) {
  return <T>(work: () => T, mode: 'IMMEDIATE' | 'DEFERRED' = 'IMMEDIATE'): T => {
    driver.exec(`BEGIN ${mode}`);
    try {
      const result = work();
      driver.exec('COMMIT');
      return result;
    } catch (error) {
      rollBack(driver);
      throw error;
    }
  };
}

/**
 * A full disk has ended the transaction already, and leaves the file as long as it had grown until it is read again. What went
 * wrong first is what counts.
 */
function rollBack(driver: SqliteDriver): void {
  for (const sql of ['ROLLBACK', 'SELECT 1 FROM sqlite_schema']) {
    try {
      driver.exec(sql);
    } catch {}
  }
}

function addToSeries(sql: Statements, { key, addTo }: SeriesAddition): void {
  const values: SqlValue[] = [key.platform, key.id, key.sku, key.source];
  const row = sql.findSeries.all(...values)[0] ?? sql.addSeries.all(...values)[0] ?? {};
  const no = Number(row['no']);
  const known = { title: toTitle(row), tracks: readTracks(sql, no), lastMinute: Number(row['last']) };
  const { title, tracks } = addTo(known);
  for (const [name, points] of tracks) {
    if (points !== known.tracks.get(name))
      sql.putTrack.run(no, TRACK_NAMES.indexOf(name), packPoints(points));
  }
  putSummary(sql, no, title, tracks);
}

function putSummary(sql: Statements, no: number, title: SqlValue | undefined, tracks: Tracks): void {
  const { shownFen, shownKind, beforeFen, changedMinute, lastMinute } = toSummary(tracks);
  const values = [title, shownFen, shownKind, beforeFen, changedMinute, lastMinute, no];
  sql.putSummary.run(...values.map((value) => value ?? null));
}

function readTracks(sql: Statements, no: number): Tracks {
  const tracks = new Map<TrackName, readonly Point[]>();
  for (const { name, points } of sql.listTracks.all(no)) {
    const track = TRACK_NAMES[Number(name)];
    if (track && points instanceof Uint8Array) tracks.set(track, unpackPoints(points));
  }
  return tracks;
}

function toKey(row: SqlRow): SeriesKey {
  const read = (name: string) => String(row[name] ?? '');
  return { platform: read('platform'), id: read('id'), sku: read('sku'), source: read('source') };
}

const toTitle = (row: SqlRow) => (typeof row['title'] === 'string' ? row['title'] : undefined);
const toNumber = (value: SqlValue | undefined) => (typeof value === 'number' ? value : undefined);

function toSeries(sql: Statements, row: SqlRow): Series {
  return { ...toKey(row), title: toTitle(row), tracks: readTracks(sql, Number(row['no'])) };
}

function toDropped(row: SqlRow): DroppedSeries {
  return {
    ...toKey(row),
    title: toTitle(row),
    shownFen: toNumber(row['shown']),
    shownKind: (row['kind'] ?? undefined) as RecordedKind | undefined,
    beforeFen: toNumber(row['before']),
    changedMinute: toNumber(row['changed']),
    lastMinute: Number(row['last']),
  };
}

/** A series without any point goes too. @returns whether there was such a point */
function removePoint(sql: Statements, key: SeriesKey, name: TrackName, minute: number): boolean {
  const row = sql.findSeries.all(key.platform, key.id, key.sku, key.source)[0];
  const no = Number(row?.['no']);
  const tracks: Tracks = row ? readTracks(sql, no) : new Map();
  const points = tracks.get(name) ?? [];
  const left = points.filter(({ minute: own }) => own !== minute);
  if (!row || left.length === points.length) return false;
  const kept = new Map(tracks);
  if (left.length > 0) {
    kept.set(name, left);
    sql.putTrack.run(no, TRACK_NAMES.indexOf(name), packPoints(left));
  } else {
    kept.delete(name);
    sql.removeTrack.run(no, TRACK_NAMES.indexOf(name));
  }
  if (kept.size > 0) putSummary(sql, no, row['title'], kept);
  else sql.removeOne.run(no);
  return true;
}
