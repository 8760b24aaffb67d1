import type { DatabaseFacts } from '../state/state.js';
import { type Check, toProblem } from './check.js';

const AREA = 'database';
/** Further apart, dates in logs and of jobs would not be in order; permits go by the server's clock alone. */
const MOST_APART_MS = 5000;

/** The database that several machines share. */
export async function* examineDatabase(inspect: () => Promise<DatabaseFacts>): AsyncGenerator<Check> {
  try {
    const facts = await inspect();
    yield { area: AREA, name: 'server', status: 'ok', found: `PostgreSQL ${facts.serverVersion}` };
    yield examineTables(facts);
    yield examineDurability(facts);
    yield examineClock(facts);
    yield examineWay(facts);
    if (facts.quarantineMs > 0) yield describeQuarantine(facts);
  } catch (error) {
    yield toProblem(AREA, 'server', error);
  }
}

function examineTables({ schemaFound, schemaNewest }: DatabaseFacts): Check {
  const found = `version ${schemaFound}, this program's is ${schemaNewest}`;
  const base = { area: AREA, name: 'tables', found };
  if (schemaFound === schemaNewest) return { ...base, status: 'ok' };
  const advice = schemaFound < schemaNewest ? 'Run: bijia db migrate' : 'Update this installation of bijia.';
  return { ...base, status: 'problem', advice };
}

function examineDurability({ isDurable }: DatabaseFacts): Check {
  const base = { area: AREA, name: 'durability' };
  if (isDurable) return { ...base, status: 'ok', found: 'what it acknowledges survives a crash' };
  return {
    ...base,
    status: 'problem',
    found: 'fsync or synchronous_commit is off: a crash can lose permits that are in use',
    advice: 'Set both to on in postgresql.conf and restart the server.',
  };
}

function examineClock({ clockAheadMs }: DatabaseFacts): Check {
  const seconds = Math.abs(clockAheadMs / 1000).toFixed(1);
  const found = `this machine is ${seconds} s ${clockAheadMs >= 0 ? 'ahead of' : 'behind'} the server`;
  const base = { area: AREA, name: 'clock', found };
  if (Math.abs(clockAheadMs) <= MOST_APART_MS) return { ...base, status: 'ok' };
  return { ...base, status: 'problem', advice: 'Synchronise both machines with NTP.' };
}

function examineWay({ isPrivate }: DatabaseFacts): Check {
  const base = { area: AREA, name: 'encryption' };
  if (isPrivate)
    return { ...base, status: 'ok', found: 'on this machine, or with a certificate that is checked' };
  const advice =
    'Add sslmode=verify-full to BIJIA_DATABASE_URL, and sslrootcert=… for a certificate of your own.';
  return { ...base, status: 'problem', found: 'the certificate of the server is not checked', advice };
}

function describeQuarantine({ quarantineMs }: DatabaseFacts): Check {
  const seconds = Math.ceil(quarantineMs / 1000);
  const found = `no call leaves for ${seconds} s: the database does not know what was sent before`;
  return { area: AREA, name: 'quarantine', status: 'info', found };
}
