import { once } from 'node:events';
import { styleText } from 'node:util';
import stringWidth from 'string-width';

type Style = Parameters<typeof styleText>[0];

/** Where a command writes: data to `print`, everything else to `tell`. */
export interface Terminal {
  readonly print: (text: string) => void;
  /** Prints finished texts one after another, no faster than the reader takes them, until nobody reads any more. */
  readonly printAll: (texts: AsyncIterable<string>) => Promise<void>;
  readonly tell: (text: string) => void;
  /** Whether data goes to a person's screen. */
  readonly isInteractive: boolean;
  /** Whether notices go to a person's screen. */
  readonly canRedraw: boolean;
  /** Replaces the current line of notices. */
  readonly redraw: (text: string) => void;
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
}

export function createTerminal({ stdout, stderr, noColor }: TerminalStreams): Terminal {
  const styleFor =
    ({ isTTY }: NodeJS.WriteStream): Terminal['style'] =>
    (style, text) =>
      isTTY && !noColor ? styleText(style, text, { validateStream: false }) : text;
  return {
    print: (text) => void stdout.write(`${text}\n`),
    printAll: async (texts) => {
      let isBroken = false;
      stdout.once('error', () => {
        isBroken = true;
      });
      for await (const text of texts) {
        if (isBroken) return;
        // A failure is told to whoever listens on the stream.
        if (!stdout.write(text)) await once(stdout, 'drain').catch(() => undefined);
      }
    },
    tell: (text) => void stderr.write(`${text}\n`),
    isInteractive: stdout.isTTY === true,
    canRedraw: stderr.isTTY === true,
    redraw: (text) => void stderr.write(`\r\u001B[K${cutColumns(text, (stderr.columns ?? 80) - 1)}`),
    style: styleFor(stdout),
    styleNotice: styleFor(stderr),
    columns: stdout.columns ?? 100,
  };
}

/** Pads by what the text takes on the screen: a Chinese character takes two columns. */
export function padColumns(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Cuts to a number of screen columns, with an ellipsis; never inside of what is seen as one character. */
export function cutColumns(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  let columns = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    columns += stringWidth(segment);
    if (columns > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** Cuts in the middle: of names that begin alike, the end tells them apart. */
export function cutMiddle(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let tail = '';
  for (const { segment } of [...new Intl.Segmenter().segment(text)].reverse()) {
    if (stringWidth(segment + tail) > (width - 1) / 2) break;
    tail = segment + tail;
  }
  return cutColumns(text, width - stringWidth(tail)) + tail;
}

/** Screen columns of the widest line. */
export function getTableWidth(table: string): number {
  return Math.max(...table.split('\n').map((line) => stringWidth(line)));
}

/** Rows as aligned columns, two spaces between. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, stringWidth(cell));
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
