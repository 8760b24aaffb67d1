import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CancelledError, InputError } from '../../errors.js';
import { splitLines } from './input-lines.js';
import type { TableRow } from './input-table.js';
import { UNPACKED_TOO_LARGE } from './unpacked-too-large.js';

export interface XlsxOptions {
  /** Where the built `xlsx-child` entry is. */
  readonly entry: URL;
  readonly timeoutMs?: number;
  /** Heap of the process that parses. */
  readonly maxHeapMb?: number;
  readonly maxUnpackedMb?: number;
  readonly signal?: AbortSignal;
}

/** Enough for a million rows of one column, which take 430 MB of heap and 3 s. */
const TIMEOUT_MS = 60_000;
const MAX_HEAP_MB = 512;
const MAX_UNPACKED_MB = 256;

/**
 * Reads the first sheet of a workbook in a process of its own, which is stopped when it takes too much time or
 * memory. Cells come as text, ids with all their digits.
 * @throws InputError for anything but a sound workbook of reasonable size
 */
export async function* readXlsxSafely(path: string, options: XlsxOptions): AsyncGenerator<TableRow> {
  const { entry, signal, maxHeapMb = MAX_HEAP_MB, maxUnpackedMb = MAX_UNPACKED_MB } = options;
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${maxHeapMb}`, fileURLToPath(entry), path, String(maxUnpackedMb * 2 ** 20)],
    // An empty environment: a stranger's file is parsed where there are no secrets.
    { env: {}, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? TIMEOUT_MS);
  const abort = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', abort);
  const complaint = text(child.stderr);
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', ({ message }) => resolve({ code: null, complaint: message }));
    child.once('close', async (code) => resolve({ code, complaint: await complaint }));
  });
  try {
    for await (const { line, text: json } of splitLines(child.stdout.setEncoding('utf8'))) {
      yield { line, cells: JSON.parse(json) as string[] };
    }
    const ending = await ended;
    if (signal?.aborted) throw new CancelledError();
    if (ending.code !== 0) throw createWorkbookError(ending);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    child.kill('SIGKILL');
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
  if (code !== 1 || complaint.includes(UNPACKED_TOO_LARGE)) {
    return new InputError(
      'The workbook takes too much time or memory to open. Keep one sheet with one column of products, or save it as csv.',
      { code: 'workbook_too_costly', detail },
    );
  }
  // Whatever else the child says is a fault of the program, not of the workbook.
  if (!complaint.startsWith('{')) return new Error(`the workbook reader failed: ${detail}`);
  return new InputError('The file is no sound xlsx workbook. Save it again as xlsx or csv.', {
    code: 'workbook_broken',
    detail,
  });
}
