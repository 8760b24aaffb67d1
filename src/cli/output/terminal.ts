import { once } from 'node:events';
import { styleText } from 'node:util';
import { stripUnseen } from '../../core/index.js';
import { toAscii } from './ascii.js';
import { getTextWidth } from './text-width.js';

type Style = Parameters<typeof styleText>[0];

/**
 * Where a command writes: data to `print`, everything else to `tell`. Titles, labels and names of files are written by
 * strangers, so what leaves here is cleaned of all that would turn, hide or move what stands next to it.
 */
export interface Terminal {
  readonly print: (text: string) => void;
  /** What programs read, or the person's own text: in no other characters than it has. */
  readonly printData: (text: string) => void;
  /** One JSON document, with every character as it is, the unseen ones escaped. */
  readonly printJson: (value: unknown) => void;
  /** Prints finished texts one after another, no faster than the reader takes them, until nobody reads any more. */
  readonly printAll: (texts: AsyncIterable<string>) => Promise<void>;
  readonly tell: (text: string) => void;
  /** A line of the log, as it is. */
  readonly log: (line: string) => void;
  /** Whether notices go to a person's screen. */
  readonly canRedraw: boolean;
  /** Replaces the current line of notices, until something else is told in its place. */
  readonly redraw: (text: string) => void;
  /** Leaves what was redrawn last on the screen. */
  readonly endLine: () => void;
  /** For what is printed. */
  readonly style: (style: Style, text: string) => string;
  /** For what is told. */
  readonly styleNotice: (style: Style, text: string) => string;
  readonly columns: number;
}

export interface TerminalStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Set by people who want no colours: https://no-color.org */
  readonly noColor: boolean;
  /** The terminal shows ASCII only. */
  readonly isAscii?: boolean;
  /** It knows no codes that colour a text or move the cursor. */
  readonly isDumb?: boolean;
}

/** Where the screen says no width, as one that nobody looks at yet says 0. */
const USUAL_COLUMNS = { stdout: 100, stderr: 80 } as const;

export function createTerminal({
  stdout,
  stderr,
  isDumb = false,
  noColor: isUnwanted,
  isAscii = false,
}: TerminalStreams): Terminal {
  const noColor = isUnwanted || isDumb;
  const styleFor =
    ({ isTTY }: NodeJS.WriteStream): Terminal['style'] =>
    (style, text) =>
      isTTY && !noColor ? styleText(style, text, { validateStream: false }) : text;
  const cleanFor = ({ isTTY }: NodeJS.WriteStream) => (isTTY && !noColor ? cleanStyled : stripUnseen);
  const [cleanData, clean] = [cleanFor(stdout), cleanFor(stderr)];
  const show = (text: string) => (isAscii ? toAscii(text) : text);
  const cleanNotice = (text: string) => clean(show(text));
  let isDrawn = false;
  const notice = (text: string) => {
    stderr.write(`${isDrawn ? '\r\u001B[K' : ''}${text}\n`);
    isDrawn = false;
  };
  return {
    print: (text) => void stdout.write(`${cleanData(show(text))}\n`),
    printData: (text) => void stdout.write(`${cleanData(text)}\n`),
    printJson: (value) => void stdout.write(`${formatSafeJson(value, stdout.isTTY ? 2 : undefined)}\n`),
    printAll: async (texts) => {
      let isBroken = false;
      stdout.once('error', () => {
        isBroken = true;
      });
      for await (const text of texts) {
        if (isBroken) return;
        // A failure is reported to the stream's listeners.
        if (!stdout.write(text)) await once(stdout, 'drain').catch(() => undefined);
      }
    },
    tell: (text) => notice(cleanNotice(text)),
    log: notice,
    canRedraw: stderr.isTTY === true && !isDumb,
    redraw: (text) => {
      isDrawn = true;
      const columns = stderr.columns || USUAL_COLUMNS.stderr;
      stderr.write(`\r\u001B[K${cutColumns(cleanNotice(text), columns - 1)}`);
    },
    endLine: () => {
      if (isDrawn) stderr.write('\n');
      isDrawn = false;
    },
    style: styleFor(stdout),
    styleNotice: styleFor(stderr),
    columns: stdout.columns || USUAL_COLUMNS.stdout,
  };
}

/** The codes of the styles that commands use; any other is a stranger's. */
const STYLE = /(\u001B\[(?:1|2|3[1-6]|22|39)m)/;

/** Every second part is a style. */
const cleanStyled = (text: string): string =>
  text
    .split(STYLE)
    .map((part, at) => (at % 2 === 1 ? part : stripUnseen(part)))
    .join('');

/** JSON with what is not seen as `\uXXXX`: the value stays what it was. */
export function formatSafeJson(value: unknown, indent?: number): string {
  // Separators of lines are escaped too: some readers of JSON lines take them for ends of lines.
  return JSON.stringify(value, undefined, indent).replace(
    /[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]/gu,
    (character) => (character === '\n' ? character : escapeUnits(character)),
  );
}

const escapeUnits = (text: string) =>
  [...Array(text.length).keys()]
    .map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');

/** Pads by what the text takes on the screen: a Chinese character takes two columns. */
export function padColumns(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - getTextWidth(text)));
}

/** Cuts to a number of screen columns, with an ellipsis; never inside of what is seen as one character. */
export function cutColumns(text: string, width: number): string {
  if (getTextWidth(text) <= width) return text;
  let cut = '';
  let columns = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    columns += getTextWidth(segment);
    if (columns > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** Cuts in the middle: of names that begin alike, the end tells them apart. */
export function cutMiddle(text: string, width: number): string {
  if (getTextWidth(text) <= width) return text;
  let tail = '';
  for (const { segment } of [...new Intl.Segmenter().segment(text)].reverse()) {
    if (getTextWidth(segment + tail) > (width - 1) / 2) break;
    tail = segment + tail;
  }
  return cutColumns(text, width - getTextWidth(tail)) + tail;
}

/** Screen columns of the widest line. */
export function getTableWidth(table: string): number {
  return Math.max(...table.split('\n').map((line) => getTextWidth(line)));
}

/** Rows as aligned columns, two spaces between. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, getTextWidth(cell));
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => padColumns(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
