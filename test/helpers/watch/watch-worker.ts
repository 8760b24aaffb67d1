// A runner of price alerts on one machine of a fleet: it looks and tells until it is killed, and writes a dot after each round. Its
// parent says what products cost, and takes what is told. Arguments: folder, address of the database, address of the parent.
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { StateError } from '../../../src/core/errors.js';
import { openFleetWatches } from './fleet-watches.js';

const [folder = '', databaseUrl = '', parent = ''] = process.argv.slice(2);
/** Less than its parent keeps the database away, and many times what a busy machine needs. */
const TIMEOUT_MS = 5000;
const { watches } = openFleetWatches({ folder, databaseUrl, parent, timeoutMs: TIMEOUT_MS });

for (;;) {
  try {
    await watches.sweep();
    await watches.deliver(
      () => true,
      async (alerts) => {
        const body = JSON.stringify(alerts.map(({ id }) => id));
        await fetch(`${parent}/alerts`, { method: 'POST', body });
        return 'sent';
      },
    );
  } catch (error) {
    if (!(error instanceof StateError)) {
      process.stderr.write(`${inspect(error)}\n`);
      process.exit(1);
    }
  }
  process.stdout.write('.');
  await sleep(20);
}
