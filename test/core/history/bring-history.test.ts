import { expect, it } from 'vitest';
import { bringHistory } from '../../../src/core/history/bring-history.js';
import type { HistoryTables } from '../../../src/core/state/history/history-store.js';
import { openHistoryStore } from '../../../src/core/state/history/open-history-store.js';
import { DAY, NOON, observe } from '../../helpers/history/observations.js';
import { openWorld, sweepLater, watchBelow } from '../../helpers/watch/world.js';

/** A shop, and the tables in which its prices and alerts lie. */
async function open() {
  const tables: HistoryTables[] = [];
  const world = await openWorld({}, async (folder, now) => {
    const opened = await openHistoryStore(folder, { now, tell: () => undefined });
    tables.push(opened);
    return opened;
  });
  await world.watches.list();
  return { world, tables: tables[0] ?? expect.fail() };
}

it('what one machine kept comes into what several share: prices, alerts, and what waits to be told, once', async () => {
  const [{ world: own, tables: from }, { world: shared, tables: to }] = [await open(), await open()];
  own.prices.set('1', 100_000).set('2', 100_000);
  const { watch } = await watchBelow(own, '1', 90_000);
  await watchBelow(own, '2', 90_000, 'telegram:7');
  await own.watches.mute((await own.watches.list('telegram:7'))[0]?.id ?? '', 'telegram:7', 5);
  own.prices.set('1', 80_000);
  await sweepLater(own);
  await from.add([observe({ id: '9', minute: NOON - DAY, prices: { sale: 7 }, cheapestSku: 'a' })]);
  for (const _ of [1, 2]) {
    expect(await bringHistory(from, to, own.nowMs)).toEqual({ series: 3, watches: 2, alerts: 1 });
  }
  expect(await to.listSeries('acme', '9')).toEqual(await from.listSeries('acme', '9'));
  expect(await shared.watches.list()).toEqual(await own.watches.list());
  const alerts = await shared.watches.listAlerts(0);
  expect(alerts).toMatchObject([{ alert: { watchId: watch.id }, status: 'due' }]);
});
