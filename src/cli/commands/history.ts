import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import {
  type Core,
  drawChart,
  drawPng,
  findTargetFen,
  formatDay,
  formatPointId,
  formatPriceHistory,
  formatSparkline,
  InputError,
  type PriceHistory,
  STOCK_STATUSES,
  USAGE,
  type Words,
  writeWhole,
} from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import {
  checkSource,
  formatPlatforms,
  formatSources,
  parseCount,
  parsePlatform,
} from '../help/option-values.js';
import { formatFailure } from '../output/card.js';
import { formatTable } from '../output/terminal.js';
import { runWithCore } from '../run-with-core.js';
import { registerHistoryFiles } from './history-files.js';

interface HistoryFlags {
  readonly platform?: string;
  readonly source?: string;
  readonly days: number;
  readonly offline?: true;
  readonly fresh?: true;
  readonly chart?: string;
  readonly points?: true;
  readonly json?: true;
}

const DEFAULT_DAYS = 90;
/** More are in the JSON. */
const SHOWN_CHANGES = 12;

export function registerHistory(program: Command, context: CliContext): void {
  const history = program
    .command('history')
    .description('show how a price has moved, and whether it is a good one')
    .argument('[text...]', 'links, share texts or ids')
    .option('--platform <name>', `what a bare id belongs to: ${formatPlatforms()}`, parsePlatform)
    .option('--source <provider>', `whose prices: ${formatSources()}`, checkSource)
    .option('--days <n>', 'how far back', parseCount, DEFAULT_DAYS)
    .option('--offline', 'only what has been seen already; asks no upstream')
    .option('--fresh', 'ask for the present price even where a call costs money')
    .option('--chart <file>', 'draw a chart: .svg or .png', checkChartName)
    .option('--points', 'list every observation with its id, for forget --point')
    .option('--json', 'print one JSON document')
    .action((texts: string[], flags: HistoryFlags) => {
      if (texts.length === 0) throw new InputError(context.texts.history.nothingGiven, { code: USAGE });
      return runWithCore(context, (core) => showHistory(context, core, texts, flags));
    });
  registerHistoryFiles(history, context);
}

function checkChartName(path: string): string {
  if (/\.(svg|png)$/i.test(path)) return path;
  throw new InvalidArgumentError('It must end in .svg or .png.');
}

async function showHistory(
  context: CliContext,
  core: Core,
  texts: readonly string[],
  flags: HistoryFlags,
): Promise<ExitCode> {
  const results = await core.getPriceHistory(texts, { ...flags, signal: context.signal });
  if (flags.chart !== undefined) await drawTo(context, core, flags.chart, results, flags.days);
  if (flags.json) {
    const sandbox = results.some((result) => result.sandbox) || undefined;
    context.terminal.printJson({ results: results.map(formatPriceHistory), sandbox });
  } else {
    printResults(context, results, flags.days);
    if (flags.points) printPoints(context, results);
  }
  if (context.signal.aborted) return EXIT.interrupted;
  return results.every(({ outcome }) => outcome === 'ok') ? EXIT.ok : EXIT.notAllOk;
}

function printResults(context: CliContext, results: readonly PriceHistory[], days: number): void {
  const { terminal } = context;
  let gap = '';
  for (const result of results) {
    if (result.error) terminal.tell(formatFailure(result, context, terminal.styleNotice, 'history'));
    if (!result.history) continue;
    terminal.print(gap + formatHistory(result, result.history, context, days));
    gap = '\n';
  }
}

function printPoints({ terminal, words }: CliContext, results: readonly PriceHistory[]): void {
  const rows = results.flatMap(({ platform = '', id = '', history }) =>
    [...(history?.tracks ?? [])].flatMap(([track, points]) =>
      points.map(({ minute, value }) => [
        new Date(minute * 60_000).toISOString(),
        track,
        toPointValue(track, value, words),
        formatPointId({ platform, id, sku: '', source: history?.source ?? '' }, track, minute),
      ]),
    ),
  );
  terminal.print(formatTable(rows));
}

function toPointValue(track: string, value: number | null, { history, money, stock }: Words): string {
  if (value === null) return history.gone;
  if (track === 'stock') return stock[STOCK_STATUSES[value] ?? 'unknown'];
  return track === 'cheapest_sku' ? '' : money(value);
}

type Seen = NonNullable<PriceHistory['history']>;

function formatHistory(
  { id, sandbox }: PriceHistory,
  history: Seen,
  { terminal, words, clock }: CliContext,
  days: number,
): string {
  const mark = sandbox ? `  ${terminal.style('yellow', `[${words.labels.simulated}]`)}` : '';
  const head = terminal.style('bold', history.title ?? id ?? words.labels.noTitle);
  const line = formatSparkline(history.days, { days, nowMs: clock.now() });
  return [
    `${head}  ${terminal.style('dim', history.source)}${mark}`,
    `  ${words.history.verdict(history)}`,
    `  ${line}  ${words.history.lastDays(days)}`,
    formatTable(history.windows.flatMap((window) => toWindowRow(window, words))),
    formatTable(listChangeRows(history, words)),
  ]
    .filter(Boolean)
    .join('\n');
}

function toWindowRow(
  { days, coveredDays, lowest, medianFen }: Seen['windows'][number],
  words: Words,
): string[][] {
  if (!lowest || medianFen === undefined) return [];
  const { history, money, priceNames } = words;
  return [
    [
      `  ${history.lastDays(days)}`,
      `${history.lowest} ${money(lowest.fen)}`,
      `${priceNames[lowest.kind]} · ${history.date(lowest.date)}`,
      `${history.median} ${money(medianFen)}`,
      `${history.coveredDays} ${coveredDays}`,
    ],
  ];
}

function listChangeRows({ changes }: Seen, { history, money, priceNames, stock: names }: Words): string[][] {
  return changes.slice(-SHOWN_CHANGES).map(({ fromMs, toMs, kind, fen, stock }) => {
    const [from, to] = [formatDay(fromMs), formatDay(toMs)];
    return [
      `    ${from === to ? from : `${from} – ${to}`}`,
      fen === null ? history.gone : money(fen),
      priceNames[kind],
      stock ? names[stock] : '',
    ];
  });
}

/** One file for each product and source: `chart.svg`, `chart-2.svg` and so on. */
async function drawTo(
  { cwd, terminal, words, clock }: CliContext,
  core: Core,
  name: string,
  results: readonly PriceHistory[],
  days: number,
): Promise<void> {
  const watches = await core.watches.list('local');
  let count = 0;
  for (const { history, ...product } of results) {
    if (!history) continue;
    count += 1;
    const path = resolve(cwd, count === 1 ? name : name.replace(/(\.\w+)$/, `-${count}$1`));
    const targetFen = findTargetFen(watches, product);
    const svg = drawChart(history, history.tracks, { days, nowMs: clock.now(), targetFen });
    await writeWhole(path, /\.png$/i.test(path) ? await drawPng(svg) : svg);
    terminal.tell(words.history.written(path));
  }
}
