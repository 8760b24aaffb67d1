// A process that notes prices as fast as a busy one would and reads them now and then, until it is killed: with each line in
// its file it says so on stdout. Arguments: folder, the id of its product; of a machine of a fleet also the address of the database,
// and from which minute on it notes prices of the product that all of them note.
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { StateError } from '../../src/core/errors.js';
import type { Observation } from '../../src/core/prices/observation.js';
import { createInbox, foldInbox } from '../../src/core/state/history/inbox.js';
import { openHistoryStore } from '../../src/core/state/history/open-history-store.js';
import { openMachine } from './postgres/open-tables.js';

const [folder = '', id = '', databaseUrl, sharedFrom] = process.argv.slice(2);
/** As observations count: minutes since 1970. */
const FIRST_MINUTE = 29_000_000;
const LINES_AT_ONCE = 25;
const PAUSE_MS = 20;
/** Less than its parent keeps the database away, and many times what a busy machine needs. */
const TIMEOUT_MS = 5000;

// Who starts it may be gone before it is killed.
process.stdout.on('error', () => process.exit());

const fail = (error: unknown) => {
  process.stderr.write(`${inspect(error)}\n`);
  process.exit(1);
};

const inbox = createInbox({ folder: `${folder}/inbox`, pid: process.pid, now: Date.now, onFailure: fail });
const store = databaseUrl
  ? openMachine(databaseUrl, folder, { timeoutMs: TIMEOUT_MS })
  : await openHistoryStore(folder, { now: Date.now, tell: fail });
const note = (product: string, minute: number, sale: number) => {
  const observation: Observation = {
    ...{ platform: 'acme', id: product, sku: '', source: 'acme-api' },
    ...{ minute, prices: { sale } },
  };
  inbox.append(observation);
};
/** A database that is away is waited for: what was noted stays where it is. */
const failUnlessAway = (error: unknown) => {
  if (!(error instanceof StateError)) fail(error);
};
let count = 0;
for (;;) {
  for (let line = 0; line < LINES_AT_ONCE; line += 1) {
    count += 1;
    if (sharedFrom !== undefined) note('shared', Number(sharedFrom) + count, count);
    note(id, FIRST_MINUTE + count, count);
    process.stdout.write(`${count}\n`);
  }
  await foldInbox(`${folder}/inbox`, store).catch(failUnlessAway);
  await sleep(PAUSE_MS);
}
