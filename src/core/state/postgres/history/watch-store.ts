import type { Watch, WatchState } from '../../../prices/watch.js';
import type { NewWatchRow, WatchTable } from '../../history/watch-store.js';
import type { Database, RunStatement } from '../database.js';
import { toRecords } from './records.js';
import * as sql from './watch-statements.js';

/** Muted until the place is resumed: farther away than any clock. */
const PAUSED = Number.MAX_SAFE_INTEGER;
/** What one transaction takes in. */
const MAX_WATCHES = 500;
const PAGE = 2000;

/** Watches that the machines of a fleet share. Rows are locked in one order: watches, products, looks, alerts. */
export function createWatchTable({ run, inTransaction }: Database): WatchTable {
  return {
    put: async (rows) => {
      for (let at = 0; at < rows.length; at += MAX_WATCHES) {
        const part = rows.slice(at, at + MAX_WATCHES);
        await inTransaction((within) => putWatches(within, part));
      }
    },
    list: (owner) => listWatches(run, owner),
    listOf: async ({ platform, id, source }) =>
      (await run<sql.WatchRow>(sql.LIST_OF, [platform, id, source])).map(toWatch),
    remove: async (ids, owner) =>
      inTransaction(async (within) => {
        const gone = toIds(await within<{ readonly id: string }>(sql.REMOVE_WATCHES, [ids, owner]));
        await removeTraces(within, gone);
        await within(sql.REMOVE_DUE_ALERTS, [gone]);
        return ids.filter((id) => gone.includes(id));
      }),
    mute: async (id, owner, untilMs) =>
      (await run(sql.MUTE, [untilMs === undefined ? null : Math.round(untilMs), id, owner])).length > 0,
    removeOwner: async (owner) =>
      inTransaction(async (within) => {
        await removeTraces(within, toIds(await within(sql.REMOVE_WATCHES_OF, [owner])));
        await within(sql.REMOVE_ALERTS_OF, [owner]);
      }),
    movePlace: async (from, to) =>
      inTransaction(async (within) => {
        await within(sql.MOVE_WATCHES, [from, to]);
        await within(sql.MOVE_ALERTS, [from, to]);
      }),
    noteReported: async (prices) => {
      const rows = [...prices].map(([id, fen]) => ({ id, fen }));
      await inTransaction((within) => within(sql.NOTE_REPORTED, [toRecords(rows)]));
    },
    pausePlace: async (to) => void (await inTransaction((within) => within(sql.PAUSE, [to, PAUSED]))),
    resumePlace: async (to) => void (await inTransaction((within) => within(sql.RESUME, [to, PAUSED]))),
  };
}

/** By pages, each well within the time of a statement. */
async function listWatches(run: RunStatement, owner: string | undefined): Promise<Watch[]> {
  const watches: Watch[] = [];
  for (;;) {
    const rows = await run<sql.WatchRow>(sql.LIST_PAGE, [watches.at(-1)?.id ?? '', owner ?? null, PAGE]);
    watches.push(...rows.map(toWatch));
    if (rows.length < PAGE) return watches;
  }
}

const toIds = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

/** What the judge remembers stays where the rule does. */
async function putWatches(run: RunStatement, given: readonly NewWatchRow[]): Promise<void> {
  // The last of several that are one and the same.
  const rows = [...new Map(given.map((row) => [row.watch.id, row])).values()];
  const ids = rows.map(({ watch }) => watch.id).sort();
  const known = new Map(
    (await run<sql.WatchRow>(sql.LOCK_WATCHES, [ids])).map((row) => [row.id, toWatch(row)]),
  );
  await run(sql.PUT_WATCHES, [toRecords(rows.map(({ watch }) => toRow(watch, known.get(watch.id))))]);
  const before = await run<Product>(sql.REMOVE_WATCHED, [ids]);
  const products = toRecords(rows.flatMap(listProducts));
  await run(sql.PUT_WATCHED, [products]);
  await run(sql.PUT_LOOKS, [products]);
  if (before.length > 0) await removeLooks(run, before);
}

function toRow(given: Watch, known: Watch | undefined): object {
  const isSame = known && JSON.stringify(known.rule) === JSON.stringify(given.rule);
  const watch = isSame && known.state.looks > 0 ? { ...given, ...toKept(known) } : given;
  const { id, owner, to, state, title, reportedFen, mutedUntilMs: _, ...body } = watch;
  return {
    ...{ id, owner, place: to, body: JSON.stringify(body), state: JSON.stringify(state), title },
    ...{ isReported: reportedFen !== undefined, reported: reportedFen ?? null },
  };
}

const toKept = ({ state, createdMs, title, reportedFen }: Watch) => ({
  state,
  createdMs,
  title,
  reportedFen,
});

function listProducts({ watch, dueMs }: NewWatchRow): object[] {
  return watch.products.map((product) => ({
    ...{ platform: product.platform, id: product.id, source: watch.source ?? '', watch: watch.id },
    ...{ product: JSON.stringify(product), due: dueMs },
  }));
}

interface Product {
  readonly platform: string;
  readonly id: string;
  readonly source: string;
}

/** @param ids of watches that are gone */
async function removeTraces(run: RunStatement, ids: readonly string[]): Promise<void> {
  const products = await run<Product>(sql.REMOVE_WATCHED, [ids]);
  if (products.length > 0) await removeLooks(run, products);
}

/** Those that nobody watches any more. */
async function removeLooks(run: RunStatement, products: readonly Product[]): Promise<void> {
  const keys = toRecords(products);
  await run(sql.LOCK_LOOKS, [keys]);
  await run(sql.REMOVE_LOOKS, [keys]);
}

function toWatch(row: sql.WatchRow): Watch {
  return {
    ...(JSON.parse(row.body) as Omit<Watch, 'id' | 'owner' | 'to' | 'state'>),
    ...{ id: row.id, owner: row.owner, to: row.place, state: JSON.parse(row.state) as WatchState },
    ...(row.title !== null && { title: row.title }),
    ...(row.is_reported && { reportedFen: row.reported }),
    ...(row.muted !== null && { mutedUntilMs: row.muted }),
  };
}
