import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CancelledError, InputError } from '../../../errors.js';
import { splitBlocks } from '../../../text/lines.js';
import type { TableRow } from '../../../text/table-row.js';
import type { InputLine } from '../lines.js';
import { chooseSheet, type SheetSample } from '../table/sheets.js';
import { readTable, type TableOptions } from '../table/table.js';
import { COSTLY, type FromChild, OTHER_FORMAT } from '../workbook/protocol.js';

export interface XlsxOptions {
  /** Where the built `xlsx-child` entry is. */
  readonly entry: URL;
  /** Time until the process that opens a workbook is ended, whatever it does. */
  readonly timeoutMs?: number;
  /** Processor time that a workbook may take. */
  readonly maxCpuMs?: number;
  readonly maxMemoryMb?: number;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 60_000;
const MAX_CPU_MS = 10_000;
const MAX_MEMORY_MB = 256;
/** The memory that is left for everything that is not JavaScript's heap. */
const OTHER_MEMORY_MB = 96;

export interface WorkbookOptions extends TableOptions {
  readonly xlsx: XlsxOptions;
  /** Name or number of the sheet to read, instead of the one that looks right. */
  readonly sheet?: string;
}

/**
 * Reads the sheet of a workbook that holds a list, in a process of its own, which is stopped when it takes too much
 * time or memory. Cells come as text, ids with all their digits, with the links behind them.
 * @throws InputError for anything but a sound workbook of reasonable size
 */
export async function* readWorkbookSafely(
  path: string,
  options: WorkbookOptions,
): AsyncGenerator<Iterable<InputLine>> {
  const { entry, signal, maxCpuMs = MAX_CPU_MS, maxMemoryMb = MAX_MEMORY_MB } = options.xlsx;
  const heapMb = Math.max(32, maxMemoryMb - OTHER_MEMORY_MB);
  const child = spawn(
    process.execPath,
    [
      ...[`--max-old-space-size=${heapMb}`, '--max-semi-space-size=4', fileURLToPath(entry)],
      ...[path, String(maxCpuMs), String(maxMemoryMb)],
    ],
    // An empty environment: a stranger's file is parsed where there are no secrets.
    { env: {}, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true },
  );
  const stop = () => child.kill('SIGKILL');
  const timer = setTimeout(stop, options.xlsx.timeoutMs ?? TIMEOUT_MS);
  signal?.addEventListener('abort', stop);
  // It may have ended before it is told anything; why is said by its end.
  child.stdin.on('error', () => undefined);
  const complaint = text(child.stderr);
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', ({ message }) => resolve({ code: null, complaint: message }));
    child.once('close', async (code) => resolve({ code, complaint: await complaint }));
  });
  try {
    const messages = readMessages(child.stdout.setEncoding('utf8'), async () => {
      const ending = await ended;
      if (signal?.aborted) throw new CancelledError();
      if (ending.code !== 0) throw createWorkbookError(ending);
    });
    const sheets = await readSamples(messages);
    const place = chooseSheet(sheets, options.sheet, options);
    child.stdin.write(String(place));
    yield* readTable(readRows(messages, options), options);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    stop();
    await ended;
  }
}

async function* readMessages(
  stdout: AsyncIterable<string>,
  checkEnd: () => Promise<void>,
): AsyncGenerator<readonly FromChild[], undefined> {
  for await (const lines of splitBlocks(stdout)) yield lines.map(({ text }) => JSON.parse(text) as FromChild);
  await checkEnd();
}

/** The child says no more before it is told which sheet is wanted. */
async function readSamples(
  messages: AsyncGenerator<readonly FromChild[], undefined>,
): Promise<SheetSample[]> {
  const sheets: (SheetSample & { readonly rows: TableRow[] })[] = [];
  for (let next = await messages.next(); !next.done; next = await messages.next()) {
    for (const message of next.value) {
      if ('isReady' in message) return sheets;
      if ('sheet' in message) sheets.push({ name: message.sheet, isHidden: message.isHidden, rows: [] });
      else sheets.at(-1)?.rows.push(toTableRow(message));
    }
  }
  throw new Error('the workbook reader ended early');
}

type RowMessage = Extract<FromChild, { readonly line: number }>;

const toTableRow = ({ line, cells, links }: RowMessage): TableRow => ({
  line,
  cells,
  ...(links && { links: links.map((link) => link ?? undefined) }),
});

async function* readRows(
  blocks: AsyncIterable<readonly FromChild[]>,
  { report }: TableOptions,
): AsyncGenerator<readonly TableRow[]> {
  let hidden = 0;
  for await (const messages of blocks) {
    const rows = messages.filter((message) => 'line' in message);
    hidden += rows.filter(({ isHidden }) => isHidden).length;
    report.setHiddenRows(hidden);
    yield rows.map(toTableRow);
  }
}

interface Ending {
  /** Null for a process that was stopped, or never began. */
  readonly code: number | null;
  readonly complaint: string;
}

/** A process that outgrows its heap aborts itself, with a signal or a code above 1. */
function createWorkbookError({ code, complaint }: Ending): Error {
  const detail = complaint.slice(0, 500);
  if (code !== 1 || complaint.includes(COSTLY)) {
    return new InputError(
      'The workbook takes too much time or memory to open. Keep one sheet with the columns you need, or save it as csv.',
      { code: 'workbook_too_costly', detail },
    );
  }
  const other = new RegExp(`${OTHER_FORMAT}([^"]*)`).exec(complaint)?.[1];
  if (other !== undefined) {
    return new InputError(`The file is ${other}. Save it as .xlsx or .csv and give that.`, {
      code: 'wrong_file_kind',
      facts: { name: other },
    });
  }
  // Whatever else the child says is a fault of the program, not of the workbook.
  if (!complaint.startsWith('{')) return new Error(`the workbook reader failed: ${detail}`);
  return new InputError('The file is not a sound xlsx workbook. Save it again as .xlsx or .csv.', {
    code: 'workbook_broken',
    detail,
  });
}
