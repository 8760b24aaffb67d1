import type { DatabaseFacts } from '../state/state.js';
import { sameInBoth } from '../words/bilingual.js';
import { say } from '../words/doctor.js';
import { type Check, toProblem } from './check.js';

const AREA = 'database';
const SERVER = say((words) => words.server);
/** Further apart, dates in logs and of jobs would not be in order; permits go by the server's clock alone. */
const MOST_APART_MS = 5000;

/** The database that several machines share. */
export async function* examineDatabase(inspect: () => Promise<DatabaseFacts>): AsyncGenerator<Check> {
  try {
    const facts = await inspect();
    const found = sameInBoth(`PostgreSQL ${facts.serverVersion}`);
    yield { area: AREA, name: SERVER, status: 'ok', found };
    yield examineTables(facts);
    yield examineDurability(facts);
    yield examineClock(facts);
    yield examineWay(facts);
    if (facts.quarantineMs > 0) yield describeQuarantine(facts);
  } catch (error) {
    yield toProblem(AREA, SERVER, error);
  }
}

function examineTables({ schemaFound, schemaNewest }: DatabaseFacts): Check {
  const found = say(({ tablesOf }) => tablesOf(schemaFound, schemaNewest));
  const base = { area: AREA, name: say((words) => words.tables), found };
  if (schemaFound === schemaNewest) return { ...base, status: 'ok' };
  const advice = say(({ migrate, update }) => (schemaFound < schemaNewest ? migrate : update));
  return { ...base, status: 'problem', advice };
}

function examineDurability({ isDurable }: DatabaseFacts): Check {
  const base = { area: AREA, name: say((words) => words.durability) };
  if (isDurable) return { ...base, status: 'ok', found: say((words) => words.isDurable) };
  return {
    ...base,
    status: 'problem',
    found: say((words) => words.notDurable),
    advice: say((words) => words.setDurable),
  };
}

function examineClock({ clockAheadMs }: DatabaseFacts): Check {
  const seconds = Math.abs(clockAheadMs / 1000).toFixed(1);
  const found = say(({ serverClock }) => serverClock(seconds, clockAheadMs >= 0));
  const base = { area: AREA, name: say((words) => words.clock), found };
  if (Math.abs(clockAheadMs) <= MOST_APART_MS) return { ...base, status: 'ok' };
  return { ...base, status: 'problem', advice: say((words) => words.syncBoth) };
}

function examineWay({ isPrivate }: DatabaseFacts): Check {
  const base = { area: AREA, name: say((words) => words.encryption) };
  if (isPrivate) return { ...base, status: 'ok', found: say((words) => words.isPrivate) };
  const advice = say((words) => words.checkCertificate);
  return { ...base, status: 'problem', found: say((words) => words.notPrivate), advice };
}

function describeQuarantine({ quarantineMs }: DatabaseFacts): Check {
  const seconds = Math.ceil(quarantineMs / 1000);
  const found = say(({ noCallLeaves }) => noCallLeaves(seconds));
  return { area: AREA, name: say((words) => words.quarantine), status: 'info', found };
}
