import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type BijiaError,
  type Core,
  formatErrorText,
  InputError,
  type MadeWatch,
  providers,
  USAGE,
} from '../../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../../context.js';
import {
  checkSource,
  formatPlatforms,
  formatSources,
  parseDrop,
  parsePlatform,
  parsePrice,
} from '../../help/option-values.js';
import { cutColumns } from '../../output/terminal.js';
import { runWithCore } from '../../run-with-core.js';
import { registerWatchRun } from './run.js';
import { OWNER, registerWatches, TITLE_COLUMNS, toWatchJson } from './watches.js';
import { listWishes, type Unread, type Wish, type WishFlags } from './wishes.js';

interface WatchFlags extends WishFlags {
  readonly source?: string;
  readonly to: string;
  readonly json?: true;
}

/** Longer lists are told as a number. */
const MAX_TOLD = 20;

export function registerWatch(program: Command, context: CliContext): void {
  const watch = program
    .command('watch')
    .description('set a price alert')
    .argument('[text...]', 'links, ids, or a list with columns below and drop')
    .option('--platform <name>', `what a bare id belongs to: ${formatPlatforms()}`, parsePlatform)
    .option('--source <provider>', `whose price: ${formatSources()}`, checkSource)
    .addOption(
      new Option('--below <yuan>', 'tell when the price is not above this')
        .argParser(parsePrice)
        .conflicts(['drop', 'low', 'stock']),
    )
    .addOption(
      new Option('--drop <share>', 'tell when it falls by this, such as 5%')
        .argParser(parseDrop)
        .conflicts(['low', 'stock']),
    )
    .addOption(new Option('--low', 'tell of a new low of 90 days').conflicts('stock'))
    .option('--stock', 'tell when it can be bought again')
    .option(
      '--to <place>',
      'stdout of watch run, webhook:NAME or telegram:CHAT[/TOPIC]',
      parsePlace,
      'stdout',
    )
    .option('--group', 'watch the cheapest of these products')
    .option('--json', 'print one JSON document')
    .action((texts: string[], flags: WatchFlags) =>
      runWithCore(context, (core) => setWatches(context, core, texts, flags)),
    );
  registerWatchRun(watch, context);
  registerWatches(program, context);
}

function parsePlace(text: string): string {
  if (/^(stdout|telegram:-?\d{1,16}(\/\d{1,10})?|webhook:[A-Z][A-Z0-9_]*)$/.test(text)) return text;
  throw new InvalidArgumentError('It expects stdout, webhook:NAME, telegram:CHAT or telegram:CHAT/TOPIC.');
}

async function setWatches(
  context: CliContext,
  core: Core,
  texts: readonly string[],
  flags: WatchFlags,
): Promise<ExitCode> {
  if (texts.length === 0) throw new InputError(context.texts.watch.nothingGiven, { code: USAGE });
  const { to, source, json } = flags;
  const wishes: Wish[] = [];
  const refused: Unread[] = [];
  for await (const wish of listWishes(context, core, texts, flags)) {
    if ('error' in wish) refused.push(wish);
    else wishes.push(wish);
  }
  const { signal } = context;
  const results = await core.watches.addAll(
    wishes.map((wish) => ({ ...wish, owner: OWNER, to, source })),
    { signal },
  );
  const made: MadeWatch[] = [];
  for (const result of results) {
    if ('watch' in result) made.push(result);
    else refused.push({ error: result });
  }
  if (json) context.terminal.printJson({ watches: made.map(({ watch }) => toWatchJson(watch)) });
  else tellMade(made, context);
  tellRefused(refused, context);
  return refused.length === 0 ? EXIT.ok : EXIT.notAllOk;
}

function tellMade(made: readonly MadeWatch[], context: CliContext): void {
  const { terminal, texts, words } = context;
  if (made.length <= MAX_TOLD) for (const one of made) terminal.print(formatMade(one, context));
  else {
    const everyMs = Math.max(...made.map((one) => one.everyMs));
    terminal.print(texts.watch.madeMany(made.length, words.duration(everyMs)));
  }
}

/** What went wrong for many in the same way is said once. */
function tellRefused(refused: readonly Unread[], { terminal, language, texts }: CliContext): void {
  const sentences = refused.map(({ line, error }) => {
    const text = describe(error, language);
    return line === undefined ? text : texts.watch.atLine(line, text);
  });
  const different = [...new Set(sentences)];
  for (const sentence of different.slice(0, MAX_TOLD)) terminal.tell(sentence);
  if (refused.length > 1) terminal.tell(texts.watch.refused(refused.length));
}

const describe = (error: BijiaError, language: CliContext['language']) =>
  formatErrorText(error, language, providers);

function formatMade(
  { watch, look, isReached, isFarBelow, everyMs, paidDaily }: MadeWatch,
  { words, texts }: CliContext,
): string {
  const { watch: say } = texts;
  const { price, isBuyable } = look;
  const known = price && words.facts.price({ amountFen: price.fen, kind: price.kind });
  return say.made({
    id: watch.id,
    title: cutColumns(watch.title ?? watch.products[0]?.askId ?? '', TITLE_COLUMNS),
    more: watch.products.length - 1,
    price: known ?? (isBuyable === undefined ? say.notLooked : words.history.notBuyable),
    rule: say.rule(watch.rule, words),
    every: words.duration(everyMs),
    isReached,
    isFarBelow,
    paidDaily,
  });
}
