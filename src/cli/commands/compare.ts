import type { Command } from 'commander';
import { type Core, formatPriceHistory, InputError, type PriceHistory, USAGE } from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { formatPlatforms, parsePlatform } from '../help/option-values.js';
import { formatFailure } from '../output/card.js';
import { cutColumns, formatTable } from '../output/terminal.js';
import { runWithCore } from '../run-with-core.js';

interface CompareFlags {
  readonly platform?: string;
  readonly offline?: true;
  readonly fresh?: true;
  readonly json?: true;
}

const TITLE_COLUMNS = 36;

export function registerCompare(program: Command, context: CliContext): void {
  program
    .command('compare')
    .description('put products that you know to be the same side by side, the cheapest first')
    .argument('<text...>', 'links, share texts or ids')
    .option('--platform <name>', `what a bare id belongs to: ${formatPlatforms()}`, parsePlatform)
    .option('--offline', 'only what has been seen already; asks no upstream')
    .option('--fresh', 'ask for the present price even where a call costs money')
    .option('--json', 'print one JSON document')
    .action((texts: string[], flags: CompareFlags) =>
      runWithCore(context, (core) => compare(context, core, texts, flags)),
    );
}

async function compare(
  context: CliContext,
  core: Core,
  texts: readonly string[],
  flags: CompareFlags,
): Promise<ExitCode> {
  const { terminal, texts: say, signal } = context;
  const results = listDistinct(await core.getPriceHistory(texts, { ...flags, signal }));
  if (results.length < 2) throw new InputError(say.history.compareNothing, { code: USAGE });
  // What cannot be bought now has no present price, and comes last.
  const sorted = results.toSorted((a, b) => toFen(a) - toFen(b));
  const cheapest = sorted.find(({ history }) => history?.now);
  if (flags.json) {
    const rows = sorted.map(formatPriceHistory);
    const best = cheapest && {
      platform: cheapest.platform,
      id: cheapest.id,
      source: cheapest.history?.source,
    };
    terminal.printJson({ results: rows, cheapest: best, sandbox: core.isSandbox || undefined });
  } else {
    printComparison(context, sorted, cheapest);
  }
  return results.every(({ outcome }) => outcome === 'ok') ? EXIT.ok : EXIT.notAllOk;
}

/** Two links may lead to one product. */
function listDistinct(results: readonly PriceHistory[]): PriceHistory[] {
  const keyOf = ({ platform, id, input, history }: PriceHistory) =>
    JSON.stringify([platform, id ?? input, history?.source]);
  return [...new Map(results.map((result) => [keyOf(result), result])).values()];
}

const toFen = ({ history }: PriceHistory) => history?.now?.fen ?? Number.POSITIVE_INFINITY;

function printComparison(
  context: CliContext,
  sorted: readonly PriceHistory[],
  cheapest: PriceHistory | undefined,
): void {
  const { terminal, words } = context;
  const { history: say, money, priceKinds } = words;
  for (const result of sorted) {
    if (result.error) terminal.tell(formatFailure(result, context, terminal.styleNotice, 'compare'));
  }
  const rows = sorted.flatMap(({ platform = '', id, history }) =>
    history
      ? [
          [
            history.now ? money(history.now.fen) : '–',
            history.now ? priceKinds[history.now.kind] : say.notBuyable,
            say.verdicts[history.verdict],
            cutColumns(history.title ?? id ?? '', TITLE_COLUMNS),
            `${platform} ${history.source}`,
          ],
        ]
      : [],
  );
  if (rows.length > 0) terminal.print(formatTable(rows));
  const now = cheapest?.history?.now;
  if (!now) return;
  const title = cheapest?.history?.title ?? cheapest?.id ?? '';
  terminal.print(say.cheapest(cutColumns(title, TITLE_COLUMNS), `${money(now.fen)} ${priceKinds[now.kind]}`));
}
