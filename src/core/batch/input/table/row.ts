import { findHeading } from '../../../links/bare-ids.js';
import { findMarketplaceByName, type Marketplace } from '../../../marketplace.js';
import type { TableRow } from '../../../text/table-row.js';
import { type Cell, createCellReader } from './cell-kind.js';
import { createHeaderReader, type HeaderReader } from './column-headers.js';

/** What the registered marketplaces know about tables. */
export interface TableRules {
  readonly readHeader: HeaderReader;
  readonly readCell: (text: string) => Cell;
  /** Which marketplace a cell of a platform column means. */
  readonly findPlatform: (cell: string) => string | undefined;
  /** The marketplace that a line by itself names, as a heading above its products. */
  readonly findHeading: (line: string) => string | undefined;
  /** The one marketplace that a title speaks of. */
  readonly findMentioned: (title: string) => string | undefined;
}

export function createTableRules(marketplaces: readonly Marketplace[]): TableRules {
  return {
    readHeader: createHeaderReader(marketplaces),
    readCell: createCellReader(marketplaces),
    findPlatform: (cell) =>
      cell.length > MAX_NAME_CHARS ? undefined : findMarketplaceByName(cell, marketplaces)?.id,
    findHeading: (line) => findHeading(line, marketplaces)?.id,
    findMentioned: (title) => findMentioned(title, marketplaces),
  };
}

const MAX_NAME_CHARS = 30;

function findMentioned(title: string, marketplaces: readonly Marketplace[]): string | undefined {
  const mentioned = marketplaces.filter((one) => isMentioned(title, one));
  return mentioned.length === 1 ? mentioned[0]?.id : undefined;
}

function isMentioned(title: string, { names, id, aliases = [] }: Marketplace): boolean {
  return [names.zh, names.en, id, ...aliases].some((name) =>
    /^[\x20-\x7e]+$/.test(name)
      ? new RegExp(`(?<![a-z\\d])${name}(?![a-z\\d])`, 'i').test(title)
      : title.includes(name),
  );
}

/** A row with what its cells say. */
export interface CleanRow extends TableRow {
  /** Without what a spreadsheet needs to keep a number as text. */
  readonly texts: readonly string[];
}

export function cleanRow({ line, cells, links }: TableRow): CleanRow {
  const texts = cells.every(isClean) ? cells : cells.map(cleanCell);
  return links ? { line, cells, links, texts } : { line, cells, texts };
}

/** What a cell begins with whose number is kept as text. */
const KEEPS_TEXT = "=‘’'`´＇";

/** Undoes what spreadsheets do to keep a number as text: `="1"`, `'1`, blanks and tabs around it. */
function cleanCell(cell: string): string {
  const text = cell.trim();
  if (text === '' || !KEEPS_TEXT.includes(text.charAt(0))) return text;
  return /^="(.*)"$/.exec(text)?.[1] ?? /^[‘’'`´＇](\d+)['’]?$/.exec(text)?.[1] ?? text;
}

const isClean = (cell: string) => cleanCell(cell) === cell;

/** What a cell says: a product's link in it, else the link behind it, else its text. */
export function getText(row: CleanRow, at: number, readCell: (text: string) => Cell): string {
  const text = row.texts[at] ?? '';
  const link = row.links?.[at];
  if (link === undefined) return text;
  const isLink = (one: string) => ['product', 'short'].includes(readCell(one).kind);
  // Copied cells keep the link of the cell they came from: the link that can be seen is meant.
  return isLink(text) || !isLink(link) ? text : link;
}
