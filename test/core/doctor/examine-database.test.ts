import { describe, expect, it } from 'vitest';
import { examineDatabase, toDatabaseChecks } from '../../../src/core/doctor/examine-database.js';
import { StateError } from '../../../src/core/errors.js';
import type { DatabaseFacts, FleetMember } from '../../../src/core/state/state.js';

const member: FleetMember = {
  ...{ name: 'host-a', version: '0.2.0', processes: 1, quotas: { key: '100/60s' }, keyMark: 'aa' },
};
const facts: DatabaseFacts = {
  ...{ serverVersion: '15.18', cluster: '7713', timeline: 1, fsync: 'on', synchronousCommit: 'on' },
  ...{ isPrivate: true, clockAheadMs: 12, tripMs: 0.6, schema: 'bijia', schemaFound: 5, schemaNewest: 5 },
  ...{ quarantineMs: 0, isQuarantineAhead: false },
  queue: { found: 9, newest: 9 },
  members: [member],
  tables: [
    { name: 'permit', rows: 100, bytes: 65_536 },
    { name: 'paid', rows: 0, bytes: 8192 },
  ],
};

const describeWith = (changes: Partial<DatabaseFacts>) => toDatabaseChecks({ ...facts, ...changes });
const listProblems = (changes: Partial<DatabaseFacts>) =>
  describeWith(changes).flatMap(({ status, found, advice }) =>
    status === 'problem' ? [`${found.en} ${advice?.en ?? ''}`] : [],
  );

describe('a database that several machines share', () => {
  it('is described whole where nothing is wrong', () => {
    expect(
      toDatabaseChecks(facts).map(({ name, status, found }) => `${status} ${name.en}: ${found.en}`),
    ).toEqual([
      'ok server: PostgreSQL 15.18; cluster 7713, timeline 1',
      'ok connection: direct; on this machine, or with a certificate that is checked',
      "ok tables: schema bijia, version 5; this program's is 5",
      "ok queue of jobs: tables of version 9; this program's is 9",
      'ok durability: fsync on, synchronous_commit on: what it acknowledges survives a crash',
      'ok clock: this machine is 0.0 s ahead of the server',
      'ok quarantine: none; calls may leave',
      'info machines: host-a (bijia 0.2.0, 1 process)',
      'info contents: 1 MB: permit 100',
    ]);
  });

  it.each<[string, Partial<DatabaseFacts>, RegExp]>([
    ['fsync is off', { fsync: 'off' }, /fsync off.*postgresql\.conf/],
    ['synchronous_commit is off', { synchronousCommit: 'off' }, /synchronous_commit off.*postgresql\.conf/],
    ['the tables are old', { schemaFound: 4 }, /bijia db migrate/],
    ['the tables are newer', { schemaFound: 6 }, /Update this installation/],
    ['the queue is old', { queue: { found: 8, newest: 9 } }, /bijia db migrate/],
    ['the queue has no package', { queue: undefined }, /npm install/],
    ['the way is long', { tripMs: 312.4 }, /312 ms for a question.*nearer/s],
    ['the clocks are apart', { clockAheadMs: -60_000 }, /60\.0 s behind.*NTP/],
    ['the way is open', { isPrivate: false }, /verify-full/],
    [
      'a machine has another key',
      { members: [member, { ...member, keyMark: null }] },
      /same BIJIA_DATABASE_KEY/,
    ],
    [
      'a machine has another quota',
      { members: [member, { ...member, quotas: { key: '50/60s' } }] },
      /100\/60s and 50\/60s.*same quota/,
    ],
  ])('says what to change where %s', (_, changes, problem) => {
    expect(listProblems(changes)).toEqual([expect.stringMatching(problem)]);
  });

  it('says for how long no call leaves, and that versions differ, which nobody has to change at once', () => {
    const checks = describeWith({ quarantineMs: 75_300, members: [member, { ...member, version: '0.3.0' }] });
    expect(checks.filter(({ status }) => status === 'problem')).toEqual([]);
    expect(checks.map(({ found }) => found.en).join('\n')).toMatch(/76 s[\s\S]*different versions/);
  });

  it('says that the next call waits, after a failover and for a key that nobody has used yet', () => {
    const [check] = describeWith({ isQuarantineAhead: true }).filter(({ name }) => name.en === 'quarantine');
    expect(check?.status).toBe('info');
    expect(check?.found.en).toMatch(/begins with the next call/);
  });

  it('takes settings of other keys for no difference', () => {
    expect(listProblems({ members: [member, { ...member, quotas: { other: '50/60s' } }] })).toEqual([]);
  });

  it('is one problem where it cannot be reached', async () => {
    const checks = await examineDatabase(() =>
      Promise.reject(new StateError('It is away.', { detail: 'refused' })),
    );
    expect(checks).toMatchObject([{ status: 'problem', found: { en: 'state unreachable (refused)' } }]);
  });
});
