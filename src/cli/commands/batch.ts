import { basename, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type Command, Option } from 'commander';
import {
  type Batches,
  ConfigError,
  type Core,
  checkOutput,
  cleanText,
  createBatches,
  createReader,
  type Detail,
  formatErrorText,
  formatJsonl,
  InputError,
  isWrittenBy,
  type JobReport,
  type Output,
  type PreparedList,
  parseOutputFormat,
  providers,
  type Row,
} from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import {
  checkOutputName,
  checkSource,
  formatPlatforms,
  formatSources,
  parseCount,
  parsePlatform,
} from '../help/option-values.js';
import { explainFailure } from '../output/card.js';
import { createProgressLine, formatCounts } from '../output/progress-line.js';
import { runWithCore } from '../run-with-core.js';

interface BatchFlags {
  readonly out?: string;
  readonly platform?: string;
  readonly source?: string;
  readonly column?: readonly string[];
  readonly sheet?: string;
  readonly keep: boolean;
  readonly plain?: true;
  readonly force?: true;
  readonly rows: 'product' | 'sku';
  readonly detail: Detail;
  readonly retryFailed?: true;
  readonly dryRun?: true;
  readonly maxCalls?: number;
  readonly batchFirst?: true;
  readonly fresh?: true;
  readonly raw?: true;
  readonly quiet?: true;
}

export function registerBatch(program: Command, context: CliContext): void {
  program
    .command('batch')
    .description(
      'look up a whole file of links or ids; after an interruption, run the same command again to continue',
    )
    .argument('<file>', 'txt, csv, tsv, xlsx, html, json or jsonl; - for stdin')
    .option('--out <file>', 'write .jsonl, .csv or .xlsx (JSON lines on stdout)', checkOutputName)
    .option('--platform <name>', `what bare ids belong to: ${formatPlatforms()}`, parsePlatform)
    .option('--source <provider>', `which provider answers: ${formatSources()}`, checkSource)
    .option('--column <name>', 'the column with the products, by name or number; repeatable', collect)
    .option('--sheet <name>', 'the sheet with the list, by name or number')
    .option('--no-keep', 'leave out your own columns of the list')
    .option('--plain', 'ids in csv as they are, not kept as text for spreadsheets')
    .option('--force', 'replace an existing file')
    .addOption(new Option('--rows <kind>', 'rows of a table').choices(['product', 'sku']).default('product'))
    .addOption(
      new Option('--detail <level>', 'how much').choices(['price', 'summary', 'full']).default('summary'),
    )
    .option('--retry-failed', 'ask again for what failed at the upstream')
    .option('--dry-run', 'say what it would take, and stop')
    .option('--max-calls <n>', 'most upstream calls', parseCount)
    .option('--batch-first', 'keep no calls for people, who then wait: shortest for a list')
    .option('--fresh', 'ask again even if an answer is cached')
    .option('--raw', "with the upstreams' own answers in the job and in jsonl, without secrets")
    .option('--quiet', 'no plan, no progress and no summary')
    .action((file: string, flags: BatchFlags) => {
      // Rows per SKU need them, whatever else was said.
      const detail = flags.rows === 'sku' ? 'full' : flags.detail;
      const run = (core: Core) => runBatch(context, core, file, { ...flags, detail });
      return runWithCore(context, run, { ...flags, works: true });
    });
}

/**
 * For what reads or writes a million lines: V8 lets the young generation grow by 40 MB, and the old one to four times of
 * what is in it, without being any faster. To wake other threads for so small a young generation takes longer than to
 * collect it.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--heap-growing-percent=30');
}

async function runBatch(context: CliContext, core: Core, file: string, flags: BatchFlags): Promise<ExitCode> {
  keepHeapSmall();
  const batches = createBatches(core);
  const output = flags.out === undefined ? undefined : createOutput(context, flags.out, flags);
  const inputPath = file === '-' ? undefined : resolve(context.cwd, file);
  if (output) await checkOutput(output, { inputPath });
  const prepared = await prepare(context, batches, file, flags);
  const tell = flags.quiet ? () => undefined : context.terminal.tell;
  for (const line of describePlan(prepared, context)) tell(line);
  if (flags.dryRun) {
    await prepared.discard();
    return Object.keys(prepared.summary.platforms).length > 0 ? EXIT.ok : EXIT.notAllOk;
  }
  if (output) {
    const mayReplace = flags.force ?? (await isWrittenBy(batches.folderOf(prepared.id), output.path));
    await checkOutput(output, { rows: prepared.list.rowCount, inputPath, mayReplace });
  }
  const format = output?.format ?? 'jsonl';
  const { id } = await prepared.save({
    output: { path: output?.path, format, rows: flags.rows, keep: flags.keep, plain: flags.plain },
  });
  const consume = output ? undefined : printRows(context, flags.detail);
  return endJob(
    context,
    id,
    await runJob(context, batches, id, { ...flags, output, consume, list: prepared.list }),
    flags,
  );
}

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value];

function createOutput(
  { cwd, language }: CliContext,
  out: string,
  { rows, detail, keep, plain }: BatchFlags,
): Output {
  const path = resolve(cwd, out);
  return { path, format: parseOutputFormat(path), rows, detail, keep, plain, reader: createReader(language) };
}

function prepare(
  context: CliContext,
  batches: Batches,
  file: string,
  flags: BatchFlags,
): Promise<PreparedList> {
  const isStdin = file === '-';
  const input = isStdin ? { stream: context.openStdin() } : { path: resolve(context.cwd, file) };
  const { platform, source, column: columns, sheet, detail, retryFailed, batchFirst, raw } = flags;
  const label = isStdin ? 'stdin' : basename(file);
  const { signal } = context;
  const asked = { platform, source, columns, sheet, detail, retryFailed, batchFirst, raw, signal };
  return batches.prepare(input, { ...asked, owner: 'local', label });
}

const showCell = (text: string, max: number) => cleanText(text, max) ?? '';

/** What a batch would take, for a person's eyes. */
export function* describePlan(
  { id, summary, plan, earlier, reading }: PreparedList,
  { language, words, texts: { jobs } }: CliContext,
): Generator<string> {
  if (reading) {
    const [where = '', ...details] = words.reading(reading, showCell);
    yield where;
    for (const detail of details) yield `  ${detail}`;
    yield jobs.misread(reading);
  }
  const { platformNames } = createReader(language);
  const { lines, duplicates: repeated, refused, problems } = summary;
  const platforms = Object.entries(summary.platforms).map(
    ([id, count]) => `${language === 'en' ? id : (platformNames[id] ?? id)} ${words.exact(count)}`,
  );
  yield jobs.list({ lines, platforms, repeated, refused });
  for (const { line, code, message, facts } of problems.slice(0, 3)) {
    yield jobs.line(line, formatErrorText(new InputError(message, { code, facts }), language, providers));
  }
  const { calls, paidCalls: paid, mostPaidMore, expectedMs, done } = plan;
  yield jobs.plan({ id, calls, paid, mostPaidMore, expectedMs, known: earlier ? done : 0 });
}

export interface JobFlags {
  readonly output?: Output;
  readonly list?: PreparedList['list'];
  readonly retryFailed?: true;
  readonly maxCalls?: number;
  readonly batchFirst?: true;
  readonly fresh?: true;
  readonly quiet?: true;
  /** What takes the rows as they come; without it they go to the output file. */
  readonly consume?: (rows: AsyncIterable<Row>) => Promise<void>;
}

/** Runs a job to its end, with progress on stderr. */
export async function runJob(
  context: CliContext,
  batches: Batches,
  id: string,
  flags: JobFlags,
): Promise<JobReport> {
  const { signal } = context;
  const progress = createProgressLine(context);
  const onProgress = flags.quiet ? undefined : progress.show;
  const report = await batches.run(id, { ...flags, signal, onProgress });
  if (!flags.quiet) progress.end();
  return report;
}

/** Prints rows as JSON lines on stdout. */
export function printRows({ terminal }: CliContext, detail: Detail) {
  return (rows: AsyncIterable<Row>) => terminal.printAll(formatJsonl(rows, detail));
}

/** Says how a job ended, and how to go on; with `--quiet` only where it did not finish. */
export function endJob(
  context: CliContext,
  id: string,
  report: JobReport,
  { quiet }: Pick<JobFlags, 'quiet'>,
): ExitCode {
  if (!quiet || report.state !== 'finished') {
    for (const line of describeEnd(context, id, report)) context.terminal.tell(line);
  }
  return getExitCode(report);
}

function* describeEnd(
  { language, words, texts }: CliContext,
  id: string,
  { state, cause, counts, refused, billed, outputPath }: JobReport,
): Generator<string> {
  const { jobs } = texts;
  if (cause) yield jobs.stopped(formatErrorText(cause, language, providers));
  if (cause) yield* explainFailure(cause, texts);
  const unusable = refused > 0 ? jobs.notRecognised(refused) : '';
  const summary = words.list([formatCounts(counts, words), unusable].filter(Boolean));
  const end = state === 'finished' ? jobs.finished : jobs.standing(id, state);
  yield `${end}${summary ? words.colon + summary : ''}${outputPath ? ` → ${outputPath}` : ''}`;
  if (billed !== undefined) yield jobs.billed(billed);
  if (state !== 'finished') yield jobs.toContinue(id);
}

function getExitCode({ state, cause, counts, refused, total, done, shop }: JobReport): ExitCode {
  if (state === 'cancelled') return EXIT.interrupted;
  if (cause instanceof ConfigError && done === 0) return EXIT.usage;
  const isAllOk = state === 'finished' && refused === 0 && (shop !== undefined || counts.ok === total);
  return isAllOk ? EXIT.ok : EXIT.notAllOk;
}
