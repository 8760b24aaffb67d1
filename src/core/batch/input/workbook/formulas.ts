/** Where a cell stands: its column from 0, its row from 1. */
interface Place {
  readonly at: number;
  readonly line: number;
}

interface Formula {
  readonly text: string;
  /** Number of a formula that several cells share; only the first of them has its text. */
  readonly shared: string;
}

const HYPERLINK = /^\s*(?:_xlfn\.)?HYPERLINK\s*\(/i;
/** A text, or a cell of the same sheet; joined with `&`. */
const PIECE = /\s*(?:"((?:[^"]|"")*)"|\$?([A-Z]{1,3})\$?(\d{1,7})|(\d+(?:\.\d+)?))\s*/y;
const MAX_PIECES = 20;

/**
 * Addresses that `HYPERLINK()` puts behind cells: its first argument, where that is made of texts and of cells of the
 * same row, such as `HYPERLINK("https://item.acme.example/"&B2&".html","open")`.
 */
export function createHyperlinks() {
  const shared = new Map<string, { readonly text: string; readonly line: number; readonly at: number }>();
  let pending: {
    readonly place: Place;
    readonly text: string;
    readonly rows: number;
    readonly columns: number;
  }[] = [];
  return {
    add: (place: Place, { text, shared: number }: Formula): void => {
      if (number !== '' && text !== '') shared.set(number, { text, ...place });
      const first = text === '' ? shared.get(number) : undefined;
      const used = first?.text ?? text;
      if (!HYPERLINK.test(used)) return;
      const rows = first ? place.line - first.line : 0;
      pending.push({ place, text: used, rows, columns: first ? place.at - first.at : 0 });
    },
    /** The addresses in a row that is complete, by column. */
    finish: (cells: readonly string[]): [number, string][] => {
      const links = pending.flatMap(({ place, text, rows, columns }): [number, string][] => {
        const link = evaluate(text.replace(HYPERLINK, ''), (letters, line) =>
          line + rows === place.line ? cells[toColumn(letters) + columns] : undefined,
        );
        return link ? [[place.at, link]] : [];
      });
      pending = [];
      return links;
    },
  };
}

const toColumn = (letters: string) =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

function evaluate(
  text: string,
  getCell: (letters: string, line: number) => string | undefined,
): string | undefined {
  let result = '';
  let place = 0;
  for (let count = 0; count < MAX_PIECES; count += 1) {
    PIECE.lastIndex = place;
    const [whole, quoted, letters, line, number] = PIECE.exec(text) ?? [];
    if (whole === undefined) return undefined;
    const cell = letters === undefined ? undefined : getCell(letters, Number(line));
    const piece = quoted?.replaceAll('""', '"') ?? number ?? cell;
    if (piece === undefined) return undefined;
    result += piece;
    place += whole.length;
    if (text[place] !== '&') return /[,;)]/.test(text[place] ?? ')') ? result : undefined;
    place += 1;
  }
  return undefined;
}
