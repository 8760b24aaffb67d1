import { expect, it } from 'vitest';
import { ConfigError } from '../../../../src/core/errors.js';
import type { Database } from '../../../../src/core/state/postgres/database.js';
import { inspectDatabase } from '../../../../src/core/state/postgres/inspect.js';
import { NEWEST_MIGRATION } from '../../../../src/core/state/postgres/migrations.js';

const SETTINGS = { url: 'postgres://bijia@127.0.0.1/bijia', schema: 'bijia' };
const SERVER = { version: '15.1', fsync: 'on', committed: 'on', cluster: '7', timeline: 1, tables: [] };
const FLEET = { members: [], left_ms: 0, ahead: false };

/** A server so far away that each answer takes some milliseconds, more where it sleeps. */
function createFarDatabase(trips: readonly number[]) {
  const asked: string[] = [];
  let nowMs = 0;
  const query = async (text: string) => {
    nowMs += trips[asked.length] ?? 800;
    asked.push(text);
    const row = text.includes('server_version') ? { ...SERVER, now_ms: nowMs } : FLEET;
    return { rows: [row] };
  };
  const client = { query, on: () => undefined, release: () => undefined };
  const database = { withClient: (work: (with_: unknown) => unknown) => work(client) };
  const clock = { now: () => nowMs, monotonicNow: () => nowMs };
  return { asked, clock, database: database as unknown as Database };
}

it('asks few questions of a server that may be far away, and tells the shortest of their times', async () => {
  const { asked, clock, database } = createFarDatabase([900, 800, 850]);
  const facts = await inspectDatabase(database, SETTINGS, clock, async () => undefined);
  expect(facts).toMatchObject({ schemaFound: NEWEST_MIGRATION, tripMs: 800, isQuarantineAhead: false });
  // The last one is the queue's.
  expect(asked.length).toBeLessThanOrEqual(4);
});

it('knows the version of tables that it cannot use from the check of the connection, and leaves them alone', async () => {
  const { asked, clock, database } = createFarDatabase([]);
  const refuse = async () => {
    throw new ConfigError('Older.', { code: 'old_schema', facts: { found: 4, newest: NEWEST_MIGRATION } });
  };
  const facts = await inspectDatabase(database, SETTINGS, clock, refuse);
  expect(facts).toMatchObject({ schemaFound: 4, members: [], quarantineMs: 0, isQuarantineAhead: true });
  expect(asked.some((text) => text.includes('quota'))).toBe(false);
});

it('does not take a refusal for a version', async () => {
  const { clock, database } = createFarDatabase([]);
  const refuse = () => Promise.reject(new ConfigError('No.', { code: 'database_refused' }));
  await expect(inspectDatabase(database, SETTINGS, clock, refuse)).rejects.toMatchObject({
    code: 'database_refused',
  });
});
