import { ConfigError } from '../../errors.js';
import type { SqliteDriver, SqlStatement } from './sqlite-driver.js';

/** Whether SQLite says that what is in the file is not a table of its own. */
function isDamaged(error: unknown): boolean {
  return /malformed|not a database|disk image|encrypted/i.test(describe(error));
}

/** What SQLite says, as an error that tells what to change. */
function createTableError(path: string, cause: unknown): ConfigError {
  if (cause instanceof ConfigError) return cause;
  const reason = describe(cause);
  if (/disk is full/i.test(reason)) {
    return new ConfigError(
      `The disk of the price history is full (${path}). Free some space; until then nothing is added to it.`,
      { code: 'history_disk_full', cause },
    );
  }
  if (/is locked/i.test(reason)) {
    return new ConfigError(`Another process keeps the price history busy (${path}). Try again in a moment.`, {
      code: 'history_busy',
      cause,
    });
  }
  return new ConfigError(
    `The price history cannot be used (${reason}). Check the file ${path}, or set BIJIA_HISTORY=0.`,
    { code: 'history_unusable', cause },
  );
}

/** The code of an error after which the next question opens a new table. */
export const DAMAGED = 'history_damaged';

export interface TableFile {
  readonly path: string;
  /** Called with the first sign of damage; says what became of the file. */
  readonly setAside: () => string;
}

/** The driver of a file, with its errors in words. @throws ConfigError */
export function withWords(open: () => SqliteDriver, { path, setAside }: TableFile): SqliteDriver {
  const run = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!isDamaged(error)) throw createTableError(path, error);
      throw new ConfigError(setAside(), { code: DAMAGED, cause: error });
    }
  };
  const driver = run(open);
  return {
    exec: (sql) => run(() => driver.exec(sql)),
    prepare: (sql) => {
      const statement = run(() => driver.prepare(sql));
      return wrapStatement(statement, run);
    },
    close: driver.close,
  };
}

function wrapStatement(statement: SqlStatement, run: <T>(work: () => T) => T): SqlStatement {
  return {
    run: (...values) => run(() => statement.run(...values)),
    all: (...values) => run(() => statement.all(...values)),
  };
}

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));
