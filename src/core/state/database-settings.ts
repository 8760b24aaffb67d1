import { ConfigError, type ErrorOptions } from '../errors.js';
import {
  flagOn,
  optionalSecret,
  type Setting,
  type Settings,
  timeout,
  type ValuesOf,
  wholeNumber,
} from '../settings.js';
import { type DatabaseAddress, isLoopback, parseDatabaseAddress } from './database-address.js';

/** The PostgreSQL database that several machines share. */
export interface DatabaseSettings {
  readonly url: string;
  readonly schema: string;
  readonly pool: number;
  readonly timeoutMs: number;
  readonly key?: string;
}

const DEFAULT_SCHEMA = 'bijia';
const DEFAULT_POOL = 8;

/** @throws ConfigError; never repeats the address, which may hold a password */
function parseUrl(given: string): string {
  const parsed = parseDatabaseAddress(given);
  if (typeof parsed === 'string') throw new ConfigError(parsed);
  return given.trim();
}

/** It stands in statements as it is, and the queue's with `_queue` behind it: 63 characters at most. @throws ConfigError */
function parseSchema(given: string): string {
  const name = given.trim();
  if (/^[a-z_][a-z0-9_]{0,56}$/.test(name) && !name.startsWith('pg_')) return name;
  throw new ConfigError(
    "expects up to 57 lower-case letters, digits and _, such as bijia; names in pg_ are the server's",
  );
}

/** @throws ConfigError */
function parsePool(given: string): number {
  if (/^[1-9]\d{0,2}$/.test(given.trim())) return Number(given.trim());
  throw new ConfigError('expects a number of connections from 1 to 999, such as 8');
}

const schemaSetting: Setting<string> = {
  env: 'BIJIA_DATABASE_SCHEMA',
  about: 'Where the tables are in the database',
  example: DEFAULT_SCHEMA,
  parse: parseSchema,
  fallback: DEFAULT_SCHEMA,
};

/** For several machines; without an address the state folder of this machine is used. */
export const DATABASE_SETTINGS = {
  databaseUrl: {
    ...optionalSecret('BIJIA_DATABASE_URL', {
      about: 'PostgreSQL database that several machines share instead of the state folder',
      example: 'postgres://bijia@db.example.com/bijia?sslmode=verify-full',
    }),
    parse: parseUrl,
  },
  databaseKey: optionalSecret('BIJIA_DATABASE_KEY', {
    about: 'Encrypts the tokens in the database; the same long random text on every machine',
  }),
  databaseSchema: schemaSetting,
  databasePool: {
    ...wholeNumber('BIJIA_DATABASE_POOL', {
      about: 'Most connections to the database for each process',
      example: String(DEFAULT_POOL),
    }),
    parse: parsePool,
  },
  databaseTimeoutMs: timeout('BIJIA_DATABASE_TIMEOUT', '2s', {
    about: 'Longest time for one statement in the database',
  }),
  worker: flagOn('BIJIA_WORKER', {
    about:
      '0 leaves jobs and price checks of a shared database to bijia worker; else the bot, MCP and batch do them, too',
  }),
} satisfies Settings;

/**
 * @returns undefined where the state folder is used: no address is given, or everything is the embedded sandbox's
 * @throws ConfigError for an address off this machine without a key
 */
export function toDatabase(
  values: ValuesOf<typeof DATABASE_SETTINGS>,
  isSandbox: boolean,
): DatabaseSettings | undefined {
  const { databaseUrl: url, databaseKey: key, databaseSchema: schema, databaseTimeoutMs: timeoutMs } = values;
  if (url === undefined || isSandbox) return undefined;
  if (key === undefined && !isLoopback(getAddress(url))) {
    const problem: ErrorOptions = { code: 'no_database_key' };
    throw new ConfigError(
      'BIJIA_DATABASE_URL leads to another machine, so the tokens there have to be encrypted. Set BIJIA_DATABASE_KEY to a long random text, the same on every machine.',
      problem,
    );
  }
  return { url, schema, timeoutMs, pool: values.databasePool ?? DEFAULT_POOL, key };
}

/** Whether nobody on the way can read or answer. */
export function isPrivate(url: string): boolean {
  const address = getAddress(url);
  return isLoopback(address) || address.tls === 'verify-full';
}

/** @throws ConfigError */
export function getAddress(url: string): DatabaseAddress {
  const parsed = parseDatabaseAddress(url);
  if (typeof parsed === 'string') throw new ConfigError(`BIJIA_DATABASE_URL ${parsed}.`);
  return parsed;
}

/** What no message may hold besides the address as a whole; a word that everybody uses would be hidden everywhere. */
export function listDatabaseSecrets(database: DatabaseSettings | undefined): readonly string[] {
  if (!database) return [];
  const { password = '', user } = getAddress(database.url);
  return password.length >= 8 && password !== user ? [password] : [];
}
