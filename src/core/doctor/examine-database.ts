import type { DatabaseFacts, FleetMember } from '../state/state.js';
import { type Bilingual, sameInBoth } from '../words/bilingual.js';
import { say } from '../words/doctor.js';
import { type Check, toProblem } from './check.js';

const AREA = 'database';
const SERVER = say((words) => words.server);
const MACHINES = say((words) => words.machines);
/** Further apart, dates in logs and of jobs would not be in order; permits go by the server's clock alone. */
const MOST_APART_MS = 5000;
/** A permit keeps for half a second at least, and costs two trips. */
const MOST_TRIP_MS = 250;

/** The database that several machines share: that it cannot be used, or all there is to say of it. */
export async function examineDatabase(inspect: () => Promise<DatabaseFacts>): Promise<Check[]> {
  try {
    return toDatabaseChecks(await inspect());
  } catch (error) {
    return [toProblem(AREA, SERVER, error)];
  }
}

export function toDatabaseChecks(facts: DatabaseFacts): Check[] {
  const { serverVersion, cluster, timeline } = facts;
  const found = say(({ serverIs }) => serverIs(serverVersion, cluster, timeline));
  return [
    { area: AREA, name: SERVER, status: 'ok', found },
    toWayCheck(facts),
    ...toTripChecks(facts),
    toTablesCheck(facts),
    toQueueCheck(facts),
    toDurabilityCheck(facts),
    toClockCheck(facts),
    toQuarantineCheck(facts),
    ...toMemberChecks(facts.members),
    ...toContentChecks(facts),
  ];
}

function toWayCheck({ isPrivate }: DatabaseFacts): Check {
  const base = { area: AREA, name: say((words) => words.connection) };
  if (isPrivate) return { ...base, status: 'ok', found: say((words) => words.isPrivate) };
  const advice = say((words) => words.checkCertificate);
  return { ...base, status: 'problem', found: say((words) => words.notPrivate), advice };
}

/** A permit that takes longer on its way than it keeps is never used. */
function toTripChecks({ tripMs }: DatabaseFacts): Check[] {
  if (tripMs <= MOST_TRIP_MS) return [];
  const found = say(({ tripIs }) => tripIs(Math.round(tripMs)));
  const advice = say((words) => words.bringNearer);
  return [{ area: AREA, name: say((words) => words.connection), status: 'problem', found, advice }];
}

function toTablesCheck({ schema, schemaFound, schemaNewest }: DatabaseFacts): Check {
  const found = say(({ tablesOf }) => tablesOf(schema, schemaFound, schemaNewest));
  const base = { area: AREA, name: say((words) => words.tables), found };
  if (schemaFound === schemaNewest) return { ...base, status: 'ok' };
  const advice = say(({ migrate, update }) => (schemaFound < schemaNewest ? migrate : update));
  return { ...base, status: 'problem', advice };
}

function toQueueCheck({ queue }: DatabaseFacts): Check {
  const base = { area: AREA, name: say((words) => words.queue) };
  if (!queue) {
    const found = say((words) => words.noQueue);
    return { ...base, status: 'problem', found, advice: say((words) => words.installQueue) };
  }
  const found = say(({ queueTablesOf }) => queueTablesOf(queue.found, queue.newest));
  if (queue.found >= queue.newest) return { ...base, status: 'ok', found };
  return { ...base, status: 'problem', found, advice: say((words) => words.migrate) };
}

function toDurabilityCheck({ fsync, synchronousCommit }: DatabaseFacts): Check {
  const name = say((words) => words.durability);
  const settings = `fsync ${fsync}, synchronous_commit ${synchronousCommit}`;
  const isDurable = fsync === 'on' && synchronousCommit !== 'off';
  const found = say((words) => (isDurable ? words.durable : words.notDurable)(settings));
  if (isDurable) return { area: AREA, name, status: 'ok', found };
  return { area: AREA, name, status: 'problem', found, advice: say((words) => words.setDurable) };
}

function toClockCheck({ clockAheadMs }: DatabaseFacts): Check {
  const seconds = Math.abs(clockAheadMs / 1000).toFixed(1);
  const found = say(({ serverClock }) => serverClock(seconds, clockAheadMs >= 0));
  const base = { area: AREA, name: say((words) => words.clock), found };
  if (Math.abs(clockAheadMs) <= MOST_APART_MS) return { ...base, status: 'ok' };
  return { ...base, status: 'problem', advice: say((words) => words.syncBoth) };
}

function toQuarantineCheck({ quarantineMs, isQuarantineAhead }: DatabaseFacts): Check {
  const name = say((words) => words.quarantine);
  if (quarantineMs <= 0) {
    if (isQuarantineAhead)
      return { area: AREA, name, status: 'info', found: say((words) => words.firstCallWaits) };
    return { area: AREA, name, status: 'ok', found: say((words) => words.callsMayLeave) };
  }
  const seconds = Math.ceil(quarantineMs / 1000);
  return { area: AREA, name, status: 'info', found: say(({ noCallLeaves }) => noCallLeaves(seconds)) };
}

/** Who is there, and what they should have in common. */
function toMemberChecks(members: readonly FleetMember[]): Check[] {
  if (members.length === 0) return [];
  const found = say(({ memberOf }) =>
    members.map((one) => memberOf(one.name, one.version, one.processes)).join(', '),
  );
  const { otherKeys, otherQuotas, otherVersions } = {
    otherKeys: new Set(members.map(({ keyMark }) => keyMark)).size > 1,
    otherQuotas: listQuotas(members).find((quotas) => quotas.size > 1),
    otherVersions: new Set(members.map(({ version }) => version)).size > 1,
  };
  const toCheck = (name: Bilingual, advice: Bilingual, status: Check['status'] = 'problem'): Check => ({
    ...{ area: AREA, name: MACHINES, status, found: name, advice },
  });
  return [
    { area: AREA, name: MACHINES, status: 'info', found },
    ...(otherKeys
      ? [
          toCheck(
            say((words) => words.otherKeys),
            say((words) => words.oneKey),
          ),
        ]
      : []),
    ...(otherQuotas
      ? [
          toCheck(
            say((words) => words.otherQuotas([...otherQuotas])),
            say((words) => words.oneQuota),
          ),
        ]
      : []),
    ...(otherVersions
      ? [
          toCheck(
            say((words) => words.otherVersions),
            say((words) => words.oneVersion),
            'info',
          ),
        ]
      : []),
  ];
}

/** What the machines take for the quota of each key. */
function listQuotas(members: readonly FleetMember[]): ReadonlySet<string>[] {
  const groups = [...new Set(members.flatMap(({ quotas }) => Object.keys(quotas)))];
  return groups.map((group) => new Set(members.flatMap(({ quotas }) => quotas[group] ?? [])));
}

function toContentChecks({ tables }: DatabaseFacts): Check[] {
  if (tables.length === 0) return [];
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  const filled = tables.filter(({ rows }) => rows > 0);
  const contents = filled.map(({ name, rows }) => `${name} ${rows}`).join(', ');
  const found = sameInBoth(`${Math.ceil(bytes / 2 ** 20)} MB: ${contents}`);
  return [{ area: AREA, name: say((words) => words.contents), status: 'info', found }];
}
