import { BijiaError, ConfigError, StateError } from '../../errors.js';

/** Why a database that is there now and then cannot be used at the moment. */
export type Absence = 'away' | 'starting' | 'standby' | 'crowded' | 'slow' | 'read_only';

const ADVICE: Readonly<Record<Absence, string>> = {
  away: 'Try again in a moment; if it stays away, see whether the server runs and BIJIA_DATABASE_URL leads to it.',
  starting: 'The server is starting or stopping; try again in a moment.',
  standby:
    'BIJIA_DATABASE_URL leads to a standby, which takes no writes: promote it, or give the address of the primary.',
  crowded:
    'The server has no connection left: lower BIJIA_DATABASE_POOL on the machines, or raise max_connections.',
  slow: 'No answer within BIJIA_DATABASE_TIMEOUT. Try again in a moment; if it goes on, see whether the server is overloaded and BIJIA_DATABASE_URL leads to it.',
  read_only:
    'The server takes no writes (default_transaction_read_only, or it became a standby). Everything goes on by itself when it does.',
};

/** For a database that will be there again without anybody changing a setting here. */
export function createAbsenceError(reason: Absence, detail: string, cause?: unknown): StateError {
  return new StateError(
    `The shared database cannot be reached; no call is made without it. ${ADVICE[reason]}`,
    { detail, facts: { reason }, cause },
  );
}

/** SQLSTATEs of a server that will serve in a while. */
const ABSENCES: readonly (readonly [RegExp, Absence])[] = [
  [/^57P0[1-5]$/, 'starting'],
  [/^53300$/, 'crowded'],
  [/^(57014|55P03)$/, 'slow'],
  [/^25006$/, 'read_only'],
  [/^(08\w{3}|53\w{3}|40\w{3}|58\w{3}|XX000)$/, 'away'],
];

const DISK_FULL = '53100';

/** SQLSTATEs that only a person can change. */
const REFUSALS: Readonly<Record<string, string>> = {
  '28P01': 'The database refuses the password. Check BIJIA_DATABASE_URL.',
  '28000':
    'The database refuses this user, or accepts it only from other addresses or over TLS. Check BIJIA_DATABASE_URL (sslmode=verify-full) and pg_hba.conf of the server.',
  '3D000': 'The database does not exist. Check BIJIA_DATABASE_URL, or create it.',
  '3F000': 'The schema does not exist. Run: bijia db migrate',
  '42501':
    'This user may not do that in the database. Let it own the schema, or allow it to create tables there.',
};

/** Errors of TLS by which Node refuses a server. */
const UNTRUSTED =
  /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS|^ERR_SSL|ERR_OSSL|HOSTNAME_MISMATCH/;

/** What the driver and poolers say in words alone. */
const SAYINGS: readonly (readonly [RegExp, (detail: string, cause: unknown) => ConfigError])[] = [
  [/does not support SSL/, createNoTlsError],
  [/unsupported startup parameter/, createPoolerError],
  [/^SASL|SCRAM|password (must be|is required)|no password/i, createNoPasswordError],
];

/** Turns what the driver throws into a sentence for the operator; never the address, which may hold a password. */
export function toStateError(error: unknown): BijiaError {
  if (error instanceof BijiaError) return error;
  const state = readCode(error);
  const said = error instanceof Error ? error.message : String(error);
  const detail = said.includes(state) ? said : `${state} ${said}`;
  return (
    toRefusal(state, said, detail, error) ??
    toPassing(state, said, detail, error) ??
    createAbsenceError('away', detail, error)
  );
}

function toRefusal(state: string, said: string, detail: string, cause: unknown): ConfigError | undefined {
  const refused = REFUSALS[state];
  if (refused) {
    return new ConfigError(refused, { code: 'database_refused', detail, facts: { reason: state }, cause });
  }
  // A server answers with its own codes; what has none of them comes from the driver.
  const saying =
    !isSqlState(state) || state === '08P01' ? SAYINGS.find(([words]) => words.test(said)) : undefined;
  if (saying) return saying[1](detail, cause);
  return !isSqlState(state) && UNTRUSTED.test(state) ? createUntrustedError(detail, cause) : undefined;
}

function toPassing(state: string, said: string, detail: string, cause: unknown): StateError | undefined {
  if (state === DISK_FULL) {
    return new StateError(
      'The disk of the shared database is full; no call is made without it. Make room there: everything goes on by itself.',
      { code: 'state_full', detail, cause },
    );
  }
  const absence = ABSENCES.find(([states]) => states.test(state))?.[1];
  if (absence) return createAbsenceError(absence, detail, cause);
  if (/timeout/i.test(said) && !isSqlState(state)) return createAbsenceError('slow', detail, cause);
  if (!isSqlState(state)) return undefined;
  return new StateError(
    'The shared database refused a statement; no call is made without it. Run: bijia doctor',
    {
      code: 'state_refused',
      detail,
      cause,
    },
  );
}

function createUntrustedError(detail: string, cause: unknown): ConfigError {
  return new ConfigError(
    'The certificate of the database is not trusted. Name the certificate of its authority with sslrootcert=… in BIJIA_DATABASE_URL, and use the host name that the certificate is for.',
    { code: 'database_untrusted', detail, cause },
  );
}

function createNoTlsError(detail: string, cause: unknown): ConfigError {
  return new ConfigError(
    'The database does not offer encryption, which sslmode asks for. Set ssl = on on the server; where it runs on this machine, leave sslmode out.',
    { code: 'database_without_tls', detail, cause },
  );
}

function createNoPasswordError(detail: string, cause: unknown): ConfigError {
  return new ConfigError('The database asks for a password. Check BIJIA_DATABASE_URL.', {
    ...{ code: 'database_refused', detail, facts: { reason: 'password' }, cause },
  });
}

/** For what stands between bijia and the server and gives each statement another connection. */
export function createPoolerError(detail?: string, cause?: unknown): ConfigError {
  return new ConfigError(
    'BIJIA_DATABASE_URL leads to a connection pooler. bijia keeps few connections and needs them whole: give the address of the server itself.',
    { code: 'pooled_database', detail, cause },
  );
}

const isSqlState = (state: string): boolean => /^[0-9A-Z]{5}$/.test(state) && /\d/.test(state);

function readCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Whether the server ended a transaction that stood in the way of another one: the same again may pass. */
export const isKnot = (error: unknown): boolean =>
  error instanceof BijiaError && /^40(001|P01)$/.test(readCode(error.cause));

/** Everything but a statement that the server refused on a connection that goes on. */
export function isConnectionLost(error: unknown): boolean {
  const state = readCode(error);
  return !isSqlState(state) || /^(57P0[1-5]|08\w{3}|25P0[23])$/.test(state);
}
