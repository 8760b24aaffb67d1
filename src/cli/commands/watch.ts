import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import {
  type Alert,
  BijiaError,
  type Core,
  createBatches,
  formatAlert,
  formatErrorText,
  InputError,
  type MadeWatch,
  parseAmountFen,
  providers,
  type TableColumn,
  USAGE,
  type Watch,
  type WatchRule,
  writeTable,
} from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { checkSource, listPlatforms, listSources, parseCount, parsePlatform } from '../help/option-values.js';
import { cutColumns, formatTable } from '../output/terminal.js';
import { runWithCore } from '../run-with-core.js';

interface WatchFlags {
  readonly platform?: string;
  readonly source?: string;
  readonly below?: number;
  readonly drop?: number;
  readonly low?: true;
  readonly stock?: true;
  readonly to: string;
  readonly group?: true;
  readonly json?: true;
}

interface RunFlags {
  readonly follow?: true;
  readonly maxCalls?: number;
  readonly dryRun?: true;
  readonly report?: string;
}

/** Watches set on the command line belong to everyone who may use this machine's state folder. */
const OWNER = 'local';
const TITLE_COLUMNS = 40;
/** `--follow` sweeps this often; what is due decides what is looked at. */
const SWEEP_EVERY_MS = 60_000;

export function registerWatch(program: Command, context: CliContext): void {
  const watch = program
    .command('watch')
    .description('set a price alert')
    .argument('[text...]', 'links, ids, or a list with columns below and drop')
    .option('--platform <name>', `what a bare id belongs to: ${listPlatforms()}`, parsePlatform)
    .option('--source <provider>', `whose price: ${listSources()}`, checkSource)
    .option('--below <yuan>', 'tell when the price is not above this', parsePrice)
    .option('--drop <share>', 'tell when it falls by this, such as 5%', parseShare)
    .option('--low', 'tell of a new low of 90 days')
    .option('--stock', 'tell when it can be bought again')
    .option('--to <place>', 'stdout of watch run, webhook:NAME or telegram:CHAT', parsePlace, 'stdout')
    .option('--group', 'watch the cheapest of these products')
    .option('--json', 'print one JSON document')
    .action((texts: string[], flags: WatchFlags) =>
      runWithCore(context, (core) => addWatches(context, core, texts, flags)),
    );
  watch
    .command('run')
    .description('look once at what is due, and print alerts as lines of JSON')
    .option('--follow', 'go on until Ctrl-C')
    .option('--max-calls <n>', 'most upstream calls of a sweep', parseCount)
    .option('--report <file>', 'write what was told to a .csv, .xlsx or .jsonl')
    .option('--dry-run', 'say how many products are watched, and look at none')
    .action((flags: RunFlags) => runWithCore(context, (core) => runWatches(context, core, flags)));
  program
    .command('watches')
    .description('list the price alerts that are set')
    .option('--json', 'print one JSON document')
    .action(({ json }: { readonly json?: true }) =>
      runWithCore(context, (core) => listWatches(context, core, json === true)),
    );
  program
    .command('unwatch')
    .description('remove price alerts')
    .argument('[id...]', 'their ids')
    .option('--all', 'all that were set on the command line')
    .action((ids: string[], { all }: { readonly all?: true }) =>
      runWithCore(context, (core) => removeWatches(context, core, ids, all === true)),
    );
}

function parsePrice(text: string): number {
  const fen = parseAmountFen(text);
  if (fen !== undefined) return fen;
  throw new InvalidArgumentError('It expects an amount in yuan such as 5000, ¥4,999 or 0.5万.');
}

function parseShare(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(%)?$/.exec(text.trim());
  const share = match ? Number(match[1]) / (match[2] ? 100 : 1) : Number.NaN;
  if (share > 0 && share < 1) return share;
  throw new InvalidArgumentError('It expects a share such as 5% or 0.05.');
}

function parsePlace(text: string): string {
  if (/^(stdout|telegram:-?\d+|webhook:[A-Z][A-Z0-9_]*)$/.test(text)) return text;
  throw new InvalidArgumentError('It expects stdout, webhook:NAME or telegram:CHAT.');
}

/** The rule that flags name, or columns of a list. */
function toRule({
  below,
  drop,
  low,
  stock,
}: Pick<WatchFlags, 'below' | 'drop' | 'low' | 'stock'>): WatchRule {
  if (below !== undefined) return { kind: 'below', fen: below };
  if (low) return { kind: 'low' };
  if (stock) return { kind: 'stock' };
  return { kind: 'drop', ...(drop !== undefined && { share: drop }) };
}

/** What one line or argument asks for. */
interface Wanted {
  readonly refs: Awaited<ReturnType<Core['parseProductRefs']>>;
  readonly rule: WatchRule;
}

async function addWatches(
  context: CliContext,
  core: Core,
  texts: readonly string[],
  flags: WatchFlags,
): Promise<ExitCode> {
  if (texts.length === 0) throw new InputError(context.texts.watch.nothingGiven, { code: USAGE });
  const made: MadeWatch[] = [];
  let failed = 0;
  const { source, to } = flags;
  for await (const { refs, rule } of listWanted(context, core, texts, flags)) {
    try {
      made.push(await core.watches.add({ refs, rule, owner: OWNER, to, source }));
    } catch (error) {
      if (!(error instanceof BijiaError)) throw error;
      failed += 1;
      context.terminal.tell(formatErrorText(error, context.language, providers));
    }
  }
  if (flags.json) context.terminal.printJson({ watches: made.map(({ watch }) => toJson(watch)) });
  else for (const one of made) context.terminal.print(formatMade(one, context));
  return failed === 0 ? EXIT.ok : EXIT.notAllOk;
}

async function* listWanted(
  { cwd, terminal }: CliContext,
  core: Core,
  texts: readonly string[],
  flags: WatchFlags,
): AsyncGenerator<Wanted> {
  const group: Wanted['refs'][number][] = [];
  for (const text of texts) {
    const path = resolve(cwd, text);
    const found = isFile(path)
      ? listFromFile(path, core, flags, terminal.tell)
      : [{ refs: core.parseProductRefs(text, flags), rule: toRule(flags) }];
    for await (const { refs, rule } of found) {
      if (flags.group) group.push(...refs);
      else for (const ref of refs) yield { refs: [ref], rule };
    }
  }
  if (group.length > 0) yield { refs: group, rule: toRule(flags) };
}

const isFile = (path: string) => existsSync(path) && statSync(path).isFile();

async function* listFromFile(
  path: string,
  core: Core,
  flags: WatchFlags,
  tell: (text: string) => void,
): AsyncGenerator<Wanted> {
  for await (const { line, refs, own } of createBatches(core).readProducts({ path }, flags)) {
    const cell = (name: RegExp) =>
      Object.entries(own).find(([header]) => name.test(header.trim()))?.[1] ?? '';
    const below = parseAmountFen(cell(/^(below|target|目标价|低于)$/i)) ?? flags.below;
    const drop = /^(\d+(?:\.\d+)?)%$/.exec(cell(/^(drop|降幅)$/i).trim())?.[1];
    const rule = toRule({ ...flags, below, ...(drop !== undefined && { drop: Number(drop) / 100 }) });
    for (const ref of refs) {
      if (ref instanceof BijiaError) tell(`${line}: ${ref.message}`);
      else yield { refs: [ref], rule };
    }
  }
}

function formatMade({ watch, look, isReached, everyMs }: MadeWatch, { words, texts }: CliContext): string {
  const { watch: say } = texts;
  const price = look.price && words.facts.price({ amountFen: look.price.fen, kind: look.price.kind });
  return say.made({
    id: watch.id,
    title: cutColumns(watch.title ?? watch.products[0]?.id ?? '', TITLE_COLUMNS),
    price: price ?? words.history.notBuyable,
    rule: say.rule(watch.rule, words),
    every: words.duration(everyMs),
    isReached,
  });
}

function toJson({ id, products, rule, to, title, createdMs, state, source }: Watch) {
  const [first] = products;
  return {
    watch: id,
    platform: first?.platform,
    id: first?.askId,
    products:
      products.length > 1 ? products.map(({ platform, askId }) => ({ platform, id: askId })) : undefined,
    title,
    rule: rule.kind,
    target: rule.kind === 'below' ? rule.fen / 100 : undefined,
    share: rule.kind === 'drop' ? rule.share : undefined,
    to,
    source,
    last: state.lastFen === undefined ? undefined : state.lastFen / 100,
    last_at: state.lastAtMs === undefined ? undefined : new Date(state.lastAtMs).toISOString(),
    created_at: new Date(createdMs).toISOString(),
  };
}

async function listWatches(
  { terminal, words, texts }: CliContext,
  core: Core,
  json: boolean,
): Promise<ExitCode> {
  const watches = await core.watches.list(OWNER);
  if (json) terminal.printJson({ watches: watches.map(toJson) });
  else if (watches.length === 0) terminal.tell(texts.watch.none);
  else {
    const rows = watches.map(({ id, title, products, rule, state }) => [
      id,
      cutColumns(title ?? products[0]?.askId ?? '', TITLE_COLUMNS),
      texts.watch.rule(rule, words),
      state.lastFen === undefined ? '' : words.money(state.lastFen),
    ]);
    terminal.print(formatTable(rows));
  }
  return EXIT.ok;
}

async function removeWatches(
  { terminal, texts }: CliContext,
  core: Core,
  ids: readonly string[],
  all: boolean,
): Promise<ExitCode> {
  const wanted = all ? (await core.watches.list(OWNER)).map(({ id }) => id) : ids;
  if (wanted.length === 0 && !all) throw new InputError(texts.watch.noIds, { code: USAGE });
  let missing = 0;
  for (const id of wanted) {
    if (await core.watches.remove(id, OWNER)) continue;
    missing += 1;
    terminal.tell(texts.watch.unknown(id));
  }
  return missing === 0 ? EXIT.ok : EXIT.notAllOk;
}

async function runWatches(context: CliContext, core: Core, flags: RunFlags): Promise<ExitCode> {
  const { terminal, texts, signal } = context;
  const told: Alert[] = [];
  if (flags.dryRun) {
    terminal.tell(texts.watch.watched((await core.watches.list()).length));
    return EXIT.ok;
  }
  do {
    const report = await core.watches.sweep({ maxCalls: flags.maxCalls, signal });
    await core.watches.deliver(
      (to) => to === 'stdout',
      async (alerts) => {
        for (const alert of alerts) terminal.printData(JSON.stringify(formatAlert(alert)));
        told.push(...alerts);
        return 'sent';
      },
    );
    await core.watches.deliverToWebhooks();
    terminal.tell(texts.watch.swept(report));
    if (flags.follow) await wait(SWEEP_EVERY_MS, undefined, { signal }).catch(() => undefined);
  } while (flags.follow && !signal.aborted);
  if (flags.report !== undefined) await writeReport(resolve(context.cwd, flags.report), told);
  return EXIT.ok;
}

/** What was told, the largest drop first. */
async function writeReport(path: string, alerts: readonly Alert[]): Promise<void> {
  const shareOf = ({ price, wasFen }: Alert) => (wasFen === undefined ? 0 : (wasFen - price.fen) / wasFen);
  const sorted = alerts.toSorted((a, b) => shareOf(b) - shareOf(a));
  const rows = sorted.map((alert) => {
    const { price, was, target, platform, id, title, url, ...rest } = formatAlert(alert);
    const { reason, verdict, at, sandbox, watch, alert_id } = rest;
    const amounts = [price.amount, price.kind, was, target, shareOf(alert)];
    return [platform, id, title, url, ...amounts, reason, verdict, at, watch, alert_id, sandbox];
  });
  await writeTable(path, REPORT_COLUMNS, rows);
}

const REPORT_COLUMNS: readonly TableColumn[] = [
  { name: 'platform', kind: 'text' },
  { name: 'id', kind: 'text' },
  { name: 'title', kind: 'text' },
  { name: 'url', kind: 'link' },
  { name: 'price', kind: 'money' },
  { name: 'price_kind', kind: 'text' },
  { name: 'was', kind: 'money' },
  { name: 'target', kind: 'money' },
  { name: 'share', kind: 'percent' },
  { name: 'reason', kind: 'text' },
  { name: 'verdict', kind: 'text' },
  { name: 'at', kind: 'time' },
  { name: 'watch', kind: 'text' },
  { name: 'alert_id', kind: 'text' },
  { name: 'sandbox', kind: 'text' },
];
