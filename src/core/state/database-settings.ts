import { ConfigError, type ErrorOptions } from '../errors.js';
import {
  duration,
  optionalSecret,
  type Setting,
  type Settings,
  type ValuesOf,
  wholeNumber,
} from '../settings.js';

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
  const url = URL.canParse(given.trim()) ? new URL(given.trim()) : undefined;
  if (url && /^postgres(ql)?:$/.test(url.protocol)) return given.trim();
  throw new ConfigError(
    'expects an address such as postgres://bijia@db.example.com/bijia?sslmode=verify-full',
  );
}

/** It stands in statements as it is. @throws ConfigError */
function parseSchema(given: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(given.trim())) return given.trim();
  throw new ConfigError('expects lower-case letters, digits and _, such as bijia');
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
  databasePool: wholeNumber('BIJIA_DATABASE_POOL', {
    about: 'Most connections to the database for each process',
    example: String(DEFAULT_POOL),
  }),
  databaseTimeoutMs: duration('BIJIA_DATABASE_TIMEOUT', '2s', {
    about: 'Longest time for one statement in the database',
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
  if (key === undefined && !isLoopback(url)) {
    const problem: ErrorOptions = { code: 'no_database_key' };
    throw new ConfigError(
      'BIJIA_DATABASE_URL leads to another machine, so the tokens there have to be encrypted. Set BIJIA_DATABASE_KEY to a long random text, the same on every machine.',
      problem,
    );
  }
  return { url, schema, timeoutMs, pool: values.databasePool ?? DEFAULT_POOL, key };
}

/** Whether what is sent never leaves this machine: an address of its own, or a socket of its file system. */
export function isLoopback(url: string): boolean {
  const { hostname, searchParams } = new URL(url);
  const host = hostname || (searchParams.get('host') ?? '');
  return (
    host === '' ||
    host.startsWith('/') ||
    host.startsWith('%2F') ||
    /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host)
  );
}
