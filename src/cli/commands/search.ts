import { type Command, InvalidArgumentError } from 'commander';
import {
  type Core,
  findShownPrice,
  formatError,
  formatErrorText,
  formatProduct,
  joinAny,
  type Product,
  providers,
  SEARCH_SORTS,
  type SearchAnswer,
  type SearchSort,
  toBijiaError,
} from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import {
  checkSource,
  formatPlatforms,
  formatSources,
  parseCount,
  parsePlatform,
  parsePrice,
} from '../help/option-values.js';
import { cutColumns, formatTable } from '../output/terminal.js';
import { reportFailure, runWithCore } from '../run-with-core.js';

interface SearchFlags {
  readonly platform?: string;
  readonly source?: string;
  readonly sort?: SearchSort;
  readonly minPrice?: number;
  readonly maxPrice?: number;
  readonly coupon?: true;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: true;
}

const TITLE_COLUMNS = 44;

export function registerSearch(program: Command, context: CliContext): void {
  program
    .command('search')
    .description('search all marketplaces that are set up; candidates are not known to be the same product')
    .argument('<words...>', 'what to search for')
    .option('--platform <name>', `only this marketplace: ${formatPlatforms()}`, parsePlatform)
    .option('--source <provider>', `which provider answers: ${formatSources()}`, checkSource)
    .option('--sort <by>', `within each marketplace: ${SEARCH_SORTS.join(', ')}`, parseSort)
    .option('--min-price <yuan>', 'the least price', parsePrice)
    .option('--max-price <yuan>', 'the highest price', parsePrice)
    .option('--coupon', 'only products with a coupon')
    .option('--limit <n>', 'most products to list', parseCount, 20)
    .option('--cursor <cursor>', 'the next page, by the cursor of the one before')
    .option('--json', 'print one JSON document')
    .action((words: string[], flags: SearchFlags) =>
      runWithCore(context, async (core) => {
        try {
          return await search(context, core, words.join(' '), flags);
        } catch (thrown) {
          if (flags.json) context.terminal.printJson(toErrorJson(thrown));
          return reportFailure(context, thrown);
        }
      }),
    );
}

function parseSort(text: string): SearchSort {
  const sort = SEARCH_SORTS.find((known) => known === text);
  if (sort) return sort;
  throw new InvalidArgumentError(`It expects ${joinAny(SEARCH_SORTS)}.`);
}

async function search(context: CliContext, core: Core, words: string, flags: SearchFlags): Promise<ExitCode> {
  const { minPrice: minFen, maxPrice: maxFen, coupon: hasCoupon, ...rest } = flags;
  const answer = await core.search(words, { ...rest, minFen, maxFen, hasCoupon, signal: context.signal });
  if (flags.json) context.terminal.printJson(toJson(answer));
  else printAnswer(context, answer);
  return answer.failed.length === 0 ? EXIT.ok : EXIT.notAllOk;
}

function toJson({ products, nextCursor, failed }: SearchAnswer) {
  return {
    products: products.map((product) => formatProduct(product, 'summary')),
    next_cursor: nextCursor,
    failed:
      failed.length > 0
        ? failed.map(({ platform, source, error }) => ({ platform, source, error: formatError(error) }))
        : undefined,
  };
}

/** The document of a search that could not begin. */
function toErrorJson(thrown: unknown) {
  const error = toBijiaError(thrown);
  return { products: [], outcome: error.outcome, error: formatError(error) };
}

function printAnswer({ terminal, words, texts, language }: CliContext, answer: SearchAnswer): void {
  const rows = answer.products.map((product) => toRow(product, words));
  if (rows.length > 0) terminal.print(formatTable(rows));
  for (const { source, error } of answer.failed) {
    terminal.tell(`${source}: ${formatErrorText(error, language, providers)}`);
  }
  for (const error of answer.unsearched) terminal.tell(texts.search.unsearched(error.message));
  if (answer.products.length === 0 && answer.failed.length === 0) terminal.tell(texts.search.nothing);
  if (answer.sandbox) terminal.tell(texts.sandbox.listing);
  if (answer.nextCursor) terminal.tell(texts.search.more(answer.nextCursor));
}

function toRow({ platform, id, title, prices, shop, sales }: Product, words: CliContext['words']): string[] {
  const shown = findShownPrice(prices);
  return [
    cutColumns(title ?? id, TITLE_COLUMNS),
    shown ? words.facts.price(shown) : '',
    sales ? words.facts.sales(sales) : '',
    cutColumns(shop?.name ?? '', 20),
    `${platform} ${id}`,
  ];
}
