import type { TableRow } from '../../../text/table-row.js';
import { planTable } from '../table/plan.js';
import { cleanRow } from '../table/row.js';
import type { TableOptions } from '../table/table.js';

/** How deep objects in objects are looked into. */
export const MAX_DEPTH = 5;

/** An entry of a JSON list. */
export interface Entry {
  readonly line: number;
  readonly given: string;
  readonly value: unknown;
  readonly problem?: string;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const toEntry = (value: unknown, at: number): Entry => ({
  line: at + 1,
  given: formatValue(value),
  value,
});

/** A value as the text of a cell. */
export const formatValue = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(formatValue).join('\n');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** Whether the objects of a sample, read as a table, have a column of products. */
export function hasColumn(sample: readonly Entry[], names: string[], options: TableOptions): boolean {
  const rows = sample.filter(({ value }) => isRecord(value)).map((entry) => cleanRow(toRow(entry, names)));
  try {
    planTable(rows, { ...options, names });
    return true;
  } catch {
    return false;
  }
}

/** No table has more columns, or longer names. Every row has a cell for each: a list of new keys would grow with its square. */
const MAX_NAMES = 1000;
const MAX_NAME_CHARS = 300;

function addNames(names: string[], record: ReadonlyMap<string, string>): void {
  for (const key of record.keys()) {
    if (names.length >= MAX_NAMES) return;
    if (key.length <= MAX_NAME_CHARS && !names.includes(key)) names.push(key);
  }
}

/** The keys of all, as the headers of a table. */
export function listNames(records: readonly ReadonlyMap<string, string>[]): string[] {
  const names: string[] = [];
  for (const record of records) addNames(names, record);
  return names;
}

/** As a row below these names, to which its new keys are added. */
export function toRow({ line, value }: Entry, names: string[]): TableRow {
  const record = flatten(value);
  addNames(names, record);
  return { line, cells: names.map((name) => record.get(name) ?? '') };
}

/** Keys in keys are joined by dots. */
export function flatten(value: unknown, prefix = '', depth = 0): Map<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return new Map(
    entries.flatMap(([key, inner]): [string, string][] =>
      isRecord(inner) && depth < MAX_DEPTH
        ? [...flatten(inner, `${prefix}${key}.`, depth + 1)]
        : [[prefix + key, formatValue(inner)]],
    ),
  );
}
