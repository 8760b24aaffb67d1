import { isBlank } from './cell-kind.js';
import type { Header } from './column-headers.js';
import type { PlanOptions, TablePlan } from './plan.js';
import type { CleanRow, TableRules } from './row.js';

/** A row that says nothing but whose products stand below it. */
export function findSection({ texts }: CleanRow, { findHeading }: TableRules): string | undefined {
  let only: string | undefined;
  for (const text of texts) {
    if (isBlank(text)) continue;
    if (only !== undefined) return undefined;
    only = text;
  }
  return only === undefined ? undefined : findHeading(only);
}

/** Whose products the ids of a row are, as another cell of the row says. */
export interface RowPlatform {
  readonly found?: string;
  /** What counts where a header or title says nothing: a name that nobody knows, or none among others. */
  readonly fallback?: string;
  /** Whether even a header does not count that only may be about a marketplace. */
  readonly isStrange?: boolean;
}

const NOTHING_SAID: RowPlatform = {};

/** @returns what the platform column of a table says of each row */
export function createPlatformFinder(
  { platformColumn }: TablePlan,
  { rules, sole }: PlanOptions,
): (row: CleanRow) => RowPlatform {
  if (!platformColumn) return () => NOTHING_SAID;
  const { at, named } = platformColumn;
  const findNamed = remember((text: string) => rules.findPlatform(text) ?? rules.findMentioned(text));
  const hasOthers = [...named.platforms].some((platform) => platform !== sole);
  return ({ texts }) => {
    const text = texts[at] ?? '';
    // An empty name says that nobody knows.
    if (isBlank(text)) return hasOthers ? { fallback: '' } : {};
    const found = findNamed(text);
    return found === undefined ? { fallback: text, isStrange: named.count > 0 } : { found };
  };
}

/** More different names than any list has of marketplaces. */
const MAX_REMEMBERED = 1000;

function remember<T>(find: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.has(text) ? (known.get(text) as T) : find(text);
    if (known.size < MAX_REMEMBERED) known.set(text, found);
    return found;
  };
}

/** Of what a row, the header of its column and a title above the table say, what counts. */
export function choosePlatform(
  { found, fallback, isStrange = false }: RowPlatform,
  { platform, isNamed = false }: Header,
  mentioned: string | undefined,
): string | undefined {
  if (isNamed) return platform;
  if (found !== undefined) return found;
  return isStrange ? fallback : (platform ?? mentioned ?? fallback);
}
