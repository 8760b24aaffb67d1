import type { Marketplace } from '../../marketplace.js';
import type { ColumnRules } from './input-table.js';

/** What the registered marketplaces know about tables. */
export function createColumnRules(marketplaces: readonly Marketplace[]): ColumnRules {
  const names = new Map(
    marketplaces.flatMap(({ id, names: { zh, en } }) =>
      [id, zh, en].map((name): [string, string] => [name.toLowerCase(), id]),
    ),
  );
  return {
    idColumns: marketplaces.flatMap(({ id, idColumns }) =>
      idColumns.map((pattern) => ({ platform: id, pattern })),
    ),
    findPlatform: (cell) => names.get(cell.trim().toLowerCase()),
  };
}
