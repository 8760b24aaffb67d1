import type { Command } from 'commander';
import { type Core, formatAlert, InputError, USAGE, type Watch } from '../../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../../context.js';
import { cutColumns, formatTable } from '../../output/terminal.js';
import { runWithCore } from '../../run-with-core.js';

/** Watches set on the command line belong to everyone who may use this machine's state folder. */
export const OWNER = 'local';
export const TITLE_COLUMNS = 40;
/** How far back alerts are listed. */
const TOLD_MS = 7 * 24 * 3_600_000;

/** `watches` and `unwatch`. */
export function registerWatches(program: Command, context: CliContext): void {
  program
    .command('watches')
    .description('list the price alerts that are set')
    .option('--json', 'print one JSON document')
    .action(({ json }: { readonly json?: true }) =>
      runWithCore(context, (core) => printWatches(context, core, json === true)),
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

export function toWatchJson({ id, products, rule, to, title, createdMs, state, source }: Watch) {
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

async function printWatches(context: CliContext, core: Core, json: boolean): Promise<ExitCode> {
  const { terminal, words, texts, clock } = context;
  const nowMs = clock.now();
  const watches = await core.watches.list(OWNER);
  const told = await core.watches.listAlerts(nowMs - TOLD_MS, OWNER);
  const { lastMs, isAlive } = await core.watches.runner();
  const last = lastMs === undefined ? undefined : new Date(lastMs).toISOString();
  if (json) {
    const alerts = told.map(({ alert, status }) => ({ ...formatAlert(alert), status }));
    terminal.printJson({ watches: watches.map(toWatchJson), alerts, runner: { alive: isAlive, last } });
    return EXIT.ok;
  }
  if (watches.length === 0) {
    terminal.tell(texts.watch.none);
    return EXIT.ok;
  }
  terminal.print(formatTable(watches.map((watch) => toRow(watch, context))));
  const doubtful = told.filter(({ status }) => status === 'unknown' || status === 'failed');
  for (const { alert, status } of doubtful) {
    const isLost = status === 'failed';
    terminal.tell(texts.watch.doubtful(alert.watchId, words.time(alert.atMs, nowMs), isLost));
  }
  const ago = lastMs === undefined ? undefined : words.time(lastMs, nowMs);
  terminal.tell(isAlive && ago !== undefined ? texts.watch.looked(ago) : texts.watch.noRunner);
  return EXIT.ok;
}

function toRow({ id, title, products, rule, state, to }: Watch, { words, texts }: CliContext): string[] {
  const name = cutColumns(title ?? products[0]?.askId ?? '', TITLE_COLUMNS);
  return [
    id,
    products.length > 1 ? texts.watch.group(name, products.length - 1) : name,
    texts.watch.rule(rule, words),
    state.lastFen === undefined ? '' : words.money(state.lastFen),
    to === 'stdout' ? '' : to,
  ];
}

async function removeWatches(
  { terminal, texts }: CliContext,
  core: Core,
  ids: readonly string[],
  all: boolean,
): Promise<ExitCode> {
  // Somebody who names one does not mean the others.
  if (all && ids.length > 0) throw new InputError(texts.watch.idsOrAll, { code: USAGE });
  const wanted = all ? (await core.watches.list(OWNER)).map(({ id }) => id) : ids;
  if (wanted.length === 0 && !all) throw new InputError(texts.watch.noIds, { code: USAGE });
  const removed = new Set(await core.watches.remove(wanted, OWNER));
  const missing = wanted.filter((id) => !removed.has(id));
  for (const id of missing) terminal.tell(texts.watch.unknown(id));
  return missing.length === 0 ? EXIT.ok : EXIT.notAllOk;
}
