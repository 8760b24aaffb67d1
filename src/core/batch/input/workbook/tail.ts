import { createXmlReader, findAttribute } from './xml.js';

/** What stands in a sheet behind its rows: links of cells, and cells merged over several rows. */
export interface SheetTail {
  /** By `A1`. */
  readonly links: ReadonlyMap<string, string>;
  readonly merges: readonly Merge[];
}

/** A cell merged over several rows. */
export interface Merge {
  readonly first: number;
  readonly last: number;
  readonly at: number;
}

export const MAX_COLUMNS = 16_384;
const END_OF_ROWS = /<\/(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*\/>/;
/** More than the tag that is looked for. */
const OVERLAP = 64;

/** Passes over the rows, without parsing them, to what stands behind. */
export async function readTail(
  texts: AsyncIterable<string>,
  relations: ReadonlyMap<string, string>,
): Promise<SheetTail> {
  const links = new Map<string, string>();
  const merges: Merge[] = [];
  const reader = createXmlReader(
    {
      open: (name, attributes) => {
        const { ref = '' } = attributes;
        if (name === 'hyperlink') addLink(links, ref, attributes, relations);
        const merge = name === 'mergeCell' ? parseMerge(ref) : undefined;
        if (merge) merges.push(merge);
      },
    },
    true,
  );
  let rest = '';
  let isBehind = false;
  for await (const text of texts) {
    if (isBehind) {
      reader.write(text);
      continue;
    }
    const both = rest + text;
    const end = END_OF_ROWS.exec(both);
    rest = both.slice(-OVERLAP);
    if (!end) continue;
    isBehind = true;
    reader.write(both.slice(end.index + end[0].length));
  }
  reader.close();
  return { links, merges: merges.sort((one, other) => one.first - other.first) };
}

function addLink(
  links: Map<string, string>,
  ref: string,
  attributes: Readonly<Record<string, string>>,
  relations: ReadonlyMap<string, string>,
): void {
  const target = relations.get(findAttribute(attributes, 'id') ?? '');
  const place = attributes['location'];
  if (target === undefined) return;
  for (const cell of listCells(ref)) links.set(cell, place ? `${target}#${place}` : target);
}

/** Cells of one column that share a link. */
const MAX_LINKED_ROWS = 1000;

/** The cells of `A2:A9`, of several columns those of the first; of `A2` itself. */
function listCells(ref: string): string[] {
  const [, letters = '', first = '', last = first] = /^([A-Z]+)(\d+)(?::[A-Z]+(\d+))?$/.exec(ref) ?? [];
  const count = Math.min(Number(last) - Number(first) + 1, MAX_LINKED_ROWS);
  return Array.from({ length: Math.max(0, count) }, (_, at) => `${letters}${Number(first) + at}`);
}

/** A cell merged downwards says the same for all its rows; one merged sideways is a title. */
function parseMerge(ref: string): Merge | undefined {
  const [, from = '', first = '', to = '', last = ''] = /^([A-Z]+)(\d+):([A-Z]+)(\d+)$/.exec(ref) ?? [];
  if (first === last || from !== to) return undefined;
  return { first: Number(first), last: Number(last), at: toColumn(from) };
}

/** 0 for A; beyond any sheet for what is none. */
export function toColumn(letters: string): number {
  if (!/^[A-Z]{1,3}$/.test(letters)) return MAX_COLUMNS;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
