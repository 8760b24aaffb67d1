import { ConfigError } from '../../errors.js';

/** A value as SQLite gives and takes it. */
export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** What both drivers have in common. All calls are synchronous. */
export interface SqliteDriver {
  readonly exec: (sql: string) => void;
  readonly prepare: (sql: string) => SqlStatement;
  readonly close: () => void;
}

export interface SqlStatement {
  /** @returns how many rows changed */
  readonly run: (...values: SqlValue[]) => number;
  readonly all: (...values: SqlValue[]) => SqlRow[];
}

/** As `node:sqlite` and `libsql` have it. */
interface RawDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): RawStatement;
  close(): void;
}

interface RawStatement {
  run(...values: SqlValue[]): { readonly changes: number | bigint };
  all(...values: SqlValue[]): Record<string, unknown>[];
}

type OpenDatabase = (path: string) => RawDatabase;

/** Names in variables: a bundler would resolve them, and strip the prefix of Node's own. */
const DRIVERS = [
  { module: 'node:sqlite', name: 'DatabaseSync' },
  { module: 'libsql', name: 'default' },
] as const;

/**
 * The first driver that can be loaded: Node's own (22.13 and newer), else the optional package libsql.
 * @throws ConfigError that names both ways
 */
export async function loadSqlite(
  load: (module: string) => Promise<unknown> = (module) => import(module),
): Promise<(path: string) => SqliteDriver> {
  for (const { module, name } of DRIVERS) {
    const loaded = await loadQuietly(() => load(module));
    const Database = (loaded as Record<string, unknown> | undefined)?.[name];
    if (typeof Database === 'function') {
      return (path) => openDriver(path, (file) => Reflect.construct(Database, [file]) as RawDatabase);
    }
  }
  throw new ConfigError(
    'Price history needs SQLite, which neither this version of Node nor an installed package offers. ' +
      'Use Node 22.13 or newer, or run: npm install libsql. Prices are looked up as before.',
    { code: 'no_sqlite' },
  );
}

/** Node says on stderr that its SQLite is experimental; stderr is for what concerns the user. */
async function loadQuietly(load: () => Promise<unknown>): Promise<unknown> {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).includes('SQLite')) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return await load();
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * A rollback journal, never WAL: libsql carries SQLite 3.45.1, whose WAL can lose committed writes when it is reset
 * (fixed in 3.51.3; tursodatabase/libsql#2271). It costs a fifth of the speed.
 */
const PRAGMAS =
  'PRAGMA busy_timeout=10000; PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL; PRAGMA mmap_size=0';

function openDriver(path: string, open: OpenDatabase): SqliteDriver {
  const database = open(path);
  for (const pragma of PRAGMAS.split('; ')) database.prepare(pragma).all();
  return {
    exec: (sql) => void database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return {
        run: (...values) => Number(statement.run(...values).changes),
        all: (...values) => statement.all(...values).map(toRow),
      };
    },
    close: () => database.close(),
  };
}

/** libsql gives blobs as ArrayBuffer. */
function toRow(raw: Record<string, unknown>): SqlRow {
  const row: Record<string, SqlValue> = {};
  for (const [name, value] of Object.entries(raw)) {
    row[name] = value instanceof ArrayBuffer ? new Uint8Array(value) : (value as SqlValue);
  }
  return row;
}
