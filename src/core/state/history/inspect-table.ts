import { loadSqlite } from './sqlite-driver.js';

/** What the table of prices says of itself. */
export interface TableFacts {
  /** What SQLite found damaged; undefined when it is sound. */
  readonly damage?: string;
  readonly series: number;
}

/** Reads a table that is there through once. @throws ConfigError without a driver; what SQLite says of a file that is none */
export async function inspectTable(path: string): Promise<TableFacts> {
  const open = await loadSqlite();
  const driver = open(path);
  try {
    const [row] = driver.prepare('PRAGMA quick_check(1)').all();
    const said = String(Object.values(row ?? {})[0]);
    if (said !== 'ok') return { damage: said, series: 0 };
    const [count] = driver.prepare('SELECT count(*) AS count FROM series').all();
    return { series: Number(count?.['count']) };
  } finally {
    driver.close();
  }
}
