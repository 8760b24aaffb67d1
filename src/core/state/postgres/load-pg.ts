import { ConfigError } from '../../errors.js';

/** What is used of a connection of the driver; its own types would be needed by everybody who reads ours. */
export interface SqlClient {
  /** The number by which the server, or a pooler before it, knows the connection. */
  readonly processID?: number | null;
  query<Row>(
    statement:
      | string
      | { readonly name?: string; readonly text: string; readonly values: readonly unknown[] },
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[] }>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'notification', listener: (message: { readonly payload?: string }) => void): unknown;
  /** @param isBroken whether it is thrown away */
  release(isBroken?: boolean): void;
}

/** What is used of the driver's pool. */
export interface SqlPool {
  connect(): Promise<SqlClient>;
  on(event: 'connect', listener: (client: SqlClient) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  end(): Promise<void>;
}

/** What is used of a connection that is in no pool. */
export interface SqlListener {
  connect(): Promise<unknown>;
  query(statement: string): Promise<unknown>;
  on(event: 'error' | 'end', listener: () => void): unknown;
  on(event: 'notification', listener: (message: { readonly payload?: string }) => void): unknown;
  /** Lets the process end while it is open. */
  unref(): void;
  ref(): void;
  end(): Promise<void>;
}

interface Driver {
  readonly Pool: new (options: object) => SqlPool;
  readonly Client: new (options: object) => SqlListener;
}

/**
 * The driver, an optional package that is loaded when a database is configured.
 * @throws ConfigError that names it
 */
export async function loadPg(): Promise<Driver> {
  try {
    const { default: driver } = (await import('pg')) as unknown as { readonly default: Driver };
    return driver;
  } catch {
    throw new ConfigError('BIJIA_DATABASE_URL needs the package pg. Run: npm install pg', {
      code: 'no_pg',
    });
  }
}
