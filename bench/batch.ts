import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sandboxUpstream } from '../src/core/providers/jd-union/sandbox/index.js';
import { startSandbox } from '../src/sandbox/start-sandbox.js';
import { type Command, formatIds, formatLabelledIds, formatTable, startCommand } from './command.js';
import type { Figure } from './figure.js';
import { median } from './median.js';
import type { Part } from './part.js';

const MILLION = 1_000_000;
/** Still to be asked for when the journal is found. */
const OPEN = 100;
const KILLS = 4;
const KILLED_CALLS = 300;
/** As many calls of a batch are past its lane at once. */
const CALLS_IN_FLIGHT = 32;

export const batch: Part = {
  name: 'batch',
  describe: () =>
    `bijia batch as a process: ${MILLION.toLocaleString('en-US')} ids; kill -9 at random moments`,
  run: async ({ full }) => {
    const folder = await mkdtemp(join(tmpdir(), 'bijia-bench-'));
    try {
      return [
        ...(await measureLists(folder)),
        ...(await measureMillion(folder, full)),
        ...(await measureKills(folder)),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

const ROWS = 330_000;
const ROUNDS = 3;

async function measureLists(folder: string): Promise<Figure[]> {
  const name = `a csv of ${ROWS.toLocaleString('en-US')} links planned, beside its reader and URL alone`;
  const table = formatTable(ROWS);
  const lists = [
    { name, text: table, atMost: 2 },
    { name: '  the same with quotes around each cell', text: formatTable(ROWS, 'all'), atMost: 2 },
    {
      name: '  the same with quotes around one cell of each row',
      text: formatTable(ROWS, 'needed'),
      atMost: 2,
    },
    {
      name: '  a tenth as many ids with labels, as txt, beside the reader of the first',
      text: formatLabelledIds(ROWS / 10),
      beside: table,
      atMost: 5,
    },
  ];
  const figures: Figure[] = [];
  for (const list of lists) figures.push(...(await measureList(folder, list)));
  return figures;
}

interface MeasuredList {
  readonly name: string;
  readonly text: string;
  /** The table that is read alone; the list itself unless given. */
  readonly beside?: string;
  readonly atMost: number;
}

/** By turns: the reader of tables and `new URL` alone, then all that a plan takes. */
async function measureList(
  folder: string,
  { name, text, beside = text, atMost }: MeasuredList,
): Promise<Figure[]> {
  const path = join(folder, beside === text ? 'list.csv' : 'list.txt');
  const table = join(folder, 'table.csv');
  await writeFile(path, text);
  await writeFile(table, beside);
  const environment = {
    ...sandboxUpstream.environment('http://127.0.0.1:9', 'bench'),
    BIJIA_STATE_DIR: join(folder, 'table'),
  };
  const ratios: number[] = [];
  let memoryMb = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const read = await startCommand({ args: [table], environment, script: CSV_READER }).ended;
    const planned = await startCommand({ args: ['batch', path, '--dry-run', '--quiet'], environment }).ended;
    ratios.push(planned.cpuMs / read.cpuMs);
    memoryMb = Math.max(memoryMb, planned.memoryMb);
  }
  return [
    { name, unit: '×', value: median(ratios), atMost },
    { name: '  memory', unit: 'MB', value: memoryMb, atMost: 150 },
  ];
}

const CSV_READER = fileURLToPath(new URL('./csv-reader.js', import.meta.url));
const JOURNAL = fileURLToPath(new URL('./journal.js', import.meta.url));

async function measureMillion(folder: string, full: boolean): Promise<Figure[]> {
  const sandbox = await startSandbox({ upstreams: [sandboxUpstream], quota: '1000/1s' });
  const environment = { ...sandbox.environment, BIJIA_STATE_DIR: join(folder, 'million') };
  const path = join(folder, 'million.txt');
  await writeFile(path, formatIds(MILLION));
  const run = (args: readonly string[], script?: string) => startCommand({ args, environment, script }).ended;
  try {
    const { stdout: job } = await run(['write', path, String(MILLION - OPEN)], JOURNAL);
    const scan = await run(['scan', job, String(MILLION)], JOURNAL);
    const planned = await run(['batch', path, '--platform', 'jd', '--dry-run']);
    const csv = await run(['jobs', 'export', job, '--out', join(folder, 'written.csv')]);
    const jsonl = await run(['jobs', 'export', job, '--out', join(folder, 'written.jsonl')]);
    const figures: Figure[] = [
      { name: 'a million ids, read and planned: memory', unit: 'MB', value: planned.memoryMb, atMost: 150 },
      {
        name: 'a journal of a million lines, found again: time',
        unit: 's',
        value: Number(scan.stdout),
        atMost: 3,
      },
      { name: '  memory', unit: 'MB', value: scan.memoryMb, atMost: 150 },
      { name: 'a million rows written out, csv: memory', unit: 'MB', value: csv.memoryMb, atMost: 150 },
      { name: '  jsonl', unit: 'MB', value: jsonl.memoryMb, atMost: 150 },
    ];
    if (!full) return figures;
    const out = join(folder, 'million.jsonl');
    const resumed = await run(['batch', path, '--platform', 'jd', '--out', out, '--quiet']);
    const queued = await run(['queue', String(MILLION)], JOURNAL);
    return [
      ...figures,
      {
        name: 'a million ids resumed, fetched and written: memory',
        unit: 'MB',
        value: resumed.memoryMb,
        atMost: 150,
        others: { 'bottleneck queue': queued.memoryMb },
      },
      { name: '  calls asked again', unit: 'calls', value: sandbox.arrivals().length - OPEN, atMost: 0 },
    ];
  } finally {
    await sandbox.close();
  }
}

async function measureKills(folder: string): Promise<Figure[]> {
  const windowMs = 2000;
  const sandbox = await startSandbox({
    upstreams: [sandboxUpstream],
    quota: `100/${windowMs}ms`,
    latencyMs: [20, 80],
  });
  const environment = {
    ...sandbox.environment,
    BIJIA_STATE_DIR: join(folder, 'killed'),
    BIJIA_CALL_TIMEOUT: `${windowMs / 4}ms`,
  };
  const path = join(folder, 'killed.txt');
  const out = join(folder, 'killed.jsonl');
  await writeFile(path, formatIds(KILLED_CALLS));
  const start = (): Command =>
    startCommand({ args: ['batch', path, '--platform', 'jd', '--out', out], environment });
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const running = start();
      const begun = sandbox.arrivals().length;
      while (sandbox.arrivals().length === begun && running.child.exitCode === null) await sleep(20);
      await sleep(Math.random() * windowMs * 0.6);
      running.child.kill('SIGKILL');
      await running.ended;
    }
    await start().ended;
    const lines = (await readFile(out, 'utf8')).trim().split('\n');
    const inputs = new Set(lines.map((line) => (JSON.parse(line) as { input: string }).input));
    const [{ calls, violations } = { calls: 0, violations: 0 }] = sandbox.stats();
    return [
      {
        name: `${KILLED_CALLS} ids, ${KILLS} times kill -9 and resumed: lines lost`,
        unit: '',
        value: KILLED_CALLS - inputs.size,
        atMost: 0,
      },
      { name: '  lines twice', unit: '', value: lines.length - inputs.size, atMost: 0 },
      {
        name: '  calls asked again for each kill',
        unit: 'calls',
        value: (calls - KILLED_CALLS) / KILLS,
        atMost: CALLS_IN_FLIGHT,
      },
      { name: '  violations', unit: 'calls', value: violations, atMost: 0 },
    ];
  } finally {
    await sandbox.close();
  }
}
