/**
 * The entry file of the process that opens a stranger's workbook. It says what each sheet begins with, is told on
 * stdin which sheet is wanted, and gives its rows; all as JSON lines. Unpacking is watched: at so much processor time
 * or memory it gives up, and it ends with the process that began it, whose end closes stdin.
 */
import { once } from 'node:events';
import { openArchive } from './archive.js';
import type { SheetRow } from './merges.js';
import { COSTLY, type FromChild, getOtherFormat, SAMPLE_ROWS } from './protocol.js';
import { readRows } from './rows.js';
import { readTail, type SheetTail } from './tail.js';
import { readRelations, readWorkbook, type SheetFacts } from './workbook.js';

const [path = '', maxCpuMs = '0', maxMemoryMb = '0'] = process.argv.slice(2);
/** A row with very long cells is cut rather than refused. */
const MAX_LINE_CHARS = 2 ** 20 - 1024;
const SHORT_CELL = 200;

/** Called with each unpacked piece, which keeps every step small. */
function check(): void {
  const { user, system } = process.cpuUsage();
  if ((user + system) / 1000 > Number(maxCpuMs)) throw new Error(COSTLY);
  if (process.memoryUsage.rss() > Number(maxMemoryMb) * 2 ** 20) throw new Error(COSTLY);
}

async function tell(message: FromChild): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(message)}\n`)) await once(process.stdout, 'drain');
}

async function tellRow({ line, cells, links, isHidden }: SheetRow): Promise<void> {
  const row = { line, cells, ...(links && { links }), ...(isHidden && { isHidden }) };
  const isLong = cells.reduce((sum, { length }) => sum + length, 0) > MAX_LINE_CHARS / 8;
  await tell(isLong ? { ...row, cells: cells.map((cell) => cell.slice(0, SHORT_CELL)) } : row);
}

async function main(): Promise<void> {
  const archive = await openArchive(path, check);
  const workbook = await readWorkbook(archive);
  if (!workbook) throw new Error(getOtherFormat(archive.names()));
  const open = async (sheet: SheetFacts) => {
    const text = await archive.findText(sheet.path);
    if (!text) throw new Error(`${sheet.path} is missing`);
    return text;
  };
  const tails = new Map<SheetFacts, SheetTail>();
  for (const sheet of workbook.sheets) {
    const tail = await readTail(await open(sheet), await readRelations(archive, sheet.path));
    tails.set(sheet, tail);
    await tell({ sheet: sheet.name, isHidden: sheet.isHidden });
    let count = 0;
    for await (const row of readRows(await open(sheet), workbook, tail)) {
      await tellRow(row);
      count += 1;
      if (count >= SAMPLE_ROWS) break;
    }
  }
  await tell({ isReady: true });
  const wanted = workbook.sheets[await wish];
  const tail = wanted && tails.get(wanted);
  if (wanted && tail) {
    for await (const row of readRows(await open(wanted), workbook, tail)) await tellRow(row);
  }
  archive.close();
}

const wish = new Promise<number>((resolve) => {
  process.stdin.setEncoding('utf8').on('data', (text: string) => resolve(Number(text)));
});
// Nobody is left who could want anything.
process.stdin.on('end', () => process.exit(2));

main().then(
  // Nothing more is read, so the process ends when all is written.
  () => process.stdin.destroy(),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(JSON.stringify({ message }), () => process.exit(1));
  },
);
