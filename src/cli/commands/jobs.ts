import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  type Batches,
  checkOutput,
  cleanText,
  createBatches,
  createReader,
  isWrittenBy,
  type JobRecord,
  type Output,
  parseOutputFormat,
  type Row,
  toOutput,
  writeOutput,
} from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { checkOutputName } from '../help/option-values.js';
import { formatTable } from '../output/terminal.js';
import { runWithCore } from '../run-with-core.js';
import { endJob, keepHeapSmall, printRows, runJob } from './batch.js';

interface ExportFlags {
  readonly out: string;
  readonly rows: Output['rows'];
  readonly force?: true;
}

export function registerJobs(program: Command, context: CliContext): void {
  const withBatches = (work: (batches: Batches) => Promise<ExitCode>, flags: { quiet?: true } = {}) =>
    runWithCore(context, (core) => work(createBatches(core)), flags);
  const jobs = program
    .command('jobs')
    .description('list the batches and shop crawls of this machine')
    .option('--json', 'print one JSON document')
    .action(({ json }: { json?: true }) =>
      withBatches(async (batches) => {
        const records = await batches.list();
        for (const { message } of await batches.listDamaged()) context.terminal.tell(message);
        if (json) context.terminal.printJson({ jobs: records.map(toJson) });
        else printJobs(context, records);
        return EXIT.ok;
      }),
    );
  jobs
    .command('resume')
    .description('continue a job')
    .argument('<id>', 'id, or its beginning')
    .option('--quiet', 'no progress')
    .action((id: string, flags: { quiet?: true }) =>
      withBatches(async (batches) => resume(context, batches, await batches.get(id), flags), flags),
    );
  jobs
    .command('cancel')
    .description('stop a job; it can be resumed')
    .argument('<id>', 'id, or its beginning')
    .action((id: string) =>
      withBatches(async (batches) => {
        const record = await batches.cancel(id);
        const label = cleanText(record.label) ?? '';
        context.terminal.tell(context.texts.jobs.cancelled(record.id, label, record.state));
        return EXIT.ok;
      }),
    );
  jobs
    .command('export')
    .description('write what a job has found so far; needs no credentials')
    .argument('<id>', 'id, or its beginning')
    .requiredOption('--out <file>', 'write .jsonl, .csv or .xlsx', checkOutputName)
    .addOption(new Option('--rows <kind>', 'rows of a table').choices(['product', 'sku']).default('product'))
    .option('--force', 'replace an existing file')
    .action((id: string, flags: ExportFlags) =>
      withBatches(async (batches) => exportJob(context, batches, await batches.get(id), flags)),
    );
  jobs
    .command('rm')
    .description('forget a job and its answers')
    .argument('<id>', 'id, or its beginning')
    .action((id: string) =>
      withBatches(async (batches) => {
        context.terminal.tell(context.texts.jobs.removed(await batches.remove(id)));
        return EXIT.ok;
      }),
    );
}

async function resume(
  context: CliContext,
  batches: Batches,
  record: JobRecord,
  flags: { quiet?: true },
): Promise<ExitCode> {
  const { id, key } = record;
  const kept = toOutput(record);
  keepHeapSmall();
  const output = kept && { ...kept, reader: createReader(context.language) };
  const consume = output ? undefined : printRows(context, key.detail);
  return endJob(context, id, await runJob(context, batches, id, { ...flags, output, consume }), flags);
}

async function exportJob(
  { cwd, terminal, language, texts: { jobs } }: CliContext,
  batches: Batches,
  { id, key, state, lines }: JobRecord,
  { out, rows, force }: ExportFlags,
): Promise<ExitCode> {
  keepHeapSmall();
  const path = resolve(cwd, out);
  const reader = createReader(language);
  const output: Output = { path, format: parseOutputFormat(path), rows, detail: key.detail, reader };
  const mayReplace = force ?? (await isWrittenBy(batches.folderOf(id), path));
  await checkOutput(output, { rows: lines, mayReplace });
  const counts = { rows: 0, answered: 0 };
  await writeOutput(countRows(batches.readRows(id), counts), output, true);
  const rest = state === 'finished' ? '' : jobs.unfinished(id, state);
  terminal.tell(jobs.exported(counts.answered, counts.rows, path) + rest);
  return EXIT.ok;
}

/** What is written, counted: the record of a job that was killed is some seconds older than its answers. */
async function* countRows(
  rows: AsyncIterable<Row>,
  counts: { rows: number; answered: number },
): AsyncGenerator<Row> {
  for await (const row of rows) {
    counts.rows += 1;
    if (row.place !== undefined) counts.answered += 1;
    yield row;
  }
}

function toJson(record: JobRecord) {
  return {
    id: record.id,
    kind: record.key.kind,
    state: record.state,
    label: cleanText(record.label),
    owner: record.key.owner,
    ...(isCounted(record) && { total: record.total, done: record.done }),
    counts: record.counts,
    cause: record.cause,
    billed: record.billed,
    out: record.output?.path,
    created_at: new Date(record.createdAtMs).toISOString(),
    updated_at: new Date(record.updatedAtMs).toISOString(),
    sandbox: record.key.sandbox || undefined,
  };
}

/** The first page of a shop says how large it is: until then nothing is known. */
const isCounted = ({ key, state, total }: Pick<JobRecord, 'key' | 'state' | 'total'>) =>
  key.kind !== 'shop' || total > 0 || state === 'finished';

const formatCount = (record: Pick<JobRecord, 'key' | 'state' | 'done' | 'total'>) =>
  isCounted(record) ? `${record.done}/${record.total}` : '';

function printJobs({ terminal, texts: { card, jobs } }: CliContext, records: readonly JobRecord[]): void {
  if (records.length === 0) {
    terminal.tell(jobs.none);
    return;
  }
  const rows = records.map(({ id, state, done, total, label, updatedAtMs, key, output, cause }) => [
    id,
    jobs.kinds[key.kind],
    jobs.states[state],
    formatCount({ key, state, done, total }),
    new Date(updatedAtMs).toLocaleString('sv-SE'),
    cleanText(label) + (key.sandbox ? jobs.sandbox : ''),
    output?.path ? `→ ${cleanText(output.path)}` : '',
    card.upstreamSaid(cleanText(cause?.said ?? ''), cleanText(cause?.trace ?? '')),
  ]);
  terminal.print(formatTable(rows));
}
