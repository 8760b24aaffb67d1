// A process that notes prices as fast as a busy one would and reads them now and then, until it is killed: with each line in
// its file it says so on stdout. Arguments: folder, the id of its product.
import { setTimeout as sleep } from 'node:timers/promises';
import { createInbox, foldInbox } from '../../src/core/state/history/inbox.js';
import { openHistoryStore } from '../../src/core/state/history/open-history-store.js';

const [folder = '', id = ''] = process.argv.slice(2);
/** As observations count: minutes since 1970. */
const FIRST_MINUTE = 29_000_000;
const LINES_AT_ONCE = 25;
const PAUSE_MS = 20;

// Who starts it may be gone before it is killed.
process.stdout.on('error', () => process.exit());

const fail = (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
};

const inbox = createInbox({ folder: `${folder}/inbox`, pid: process.pid, now: Date.now, onFailure: fail });
const store = await openHistoryStore(folder, { now: Date.now, tell: fail });
let count = 0;
for (;;) {
  for (let line = 0; line < LINES_AT_ONCE; line += 1) {
    count += 1;
    inbox.append({
      ...{ platform: 'acme', id, sku: '', source: 'acme-api' },
      minute: FIRST_MINUTE + count,
      prices: { sale: count },
    });
    process.stdout.write(`${count}\n`);
  }
  await foldInbox(`${folder}/inbox`, store).catch(fail);
  await sleep(PAUSE_MS);
}
