import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  CancelledError,
  type Core,
  checkOutput,
  createBatches,
  createReader,
  formatError,
  isWrittenBy,
  type JobReport,
  type Output,
  type Product,
  parseOutputFormat,
  type ShopRef,
  toBijiaError,
  toProductRow,
  writeOutput,
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
import { formatListing, type PrintedListing, printListing } from '../output/listing.js';
import { reportFailure, runWithCore } from '../run-with-core.js';
import { endJob, runJob } from './batch.js';

interface ShopFlags {
  readonly platform?: string;
  readonly source?: string;
  readonly limit?: number;
  readonly all?: true;
  readonly cursor?: string;
  readonly out?: string;
  readonly quiet?: true;
  readonly force?: true;
  readonly json?: true;
}

export function registerShop(program: Command, context: CliContext): void {
  program
    .command('shop')
    .description('list the products of a shop')
    .argument('<shop>', 'link or id of the shop')
    .option('--platform <name>', `what a bare id belongs to: ${formatPlatforms()}`, parsePlatform)
    .option('--source <provider>', `which provider answers: ${formatSources()}`, checkSource)
    .addOption(new Option('--limit <n>', 'most products to list (20)').argParser(parseCount).conflicts('all'))
    .option('--all', 'every product; after an interruption, run the same command again to continue')
    .addOption(new Option('--cursor <cursor>', 'continue where an earlier page ended').conflicts('all'))
    .addOption(
      new Option('--out <file>', 'write .jsonl, .csv or .xlsx').argParser(checkOutputName).conflicts('json'),
    )
    .option('--force', 'replace an existing file')
    .option('--quiet', 'no progress')
    .option('--json', 'print one JSON document')
    .action((shop: string, flags: ShopFlags) =>
      runWithCore(context, async (core) => {
        try {
          return await (flags.all ? printAll : printPart)(context, core, shop, flags);
        } catch (thrown) {
          if (flags.json) context.terminal.printJson(toErrorJson(shop, thrown, core.isSandbox));
          return reportFailure(context, thrown, 'shop');
        }
      }),
    );
}

async function printPart(context: CliContext, core: Core, shop: string, flags: ShopFlags): Promise<ExitCode> {
  const output = await openOutput(context, flags, flags.force ?? false);
  const listing = await core.getShopProducts(shop, { ...flags, signal: context.signal });
  if (output) {
    const path = await writeOutput(toRows(listing.products, shop), output, true);
    tellWritten(context, listing.products.length, path);
    if (listing.nextCursor) context.terminal.tell(context.texts.listing.more(listing.nextCursor));
  } else {
    print(context, listing, flags);
  }
  return EXIT.ok;
}

async function printAll(context: CliContext, core: Core, shop: string, flags: ShopFlags): Promise<ExitCode> {
  const output = await openOutput(context, flags, true);
  const ref = await core.getShopRef(shop, { ...flags, signal: context.signal });
  const batches = createBatches(core);
  const format = output?.format ?? 'jsonl';
  const request = { owner: 'local', source: flags.source, label: `shop ${ref.id}` };
  const prepared = await batches.prepare({ shop: ref }, request);
  if (output) {
    const mayReplace = flags.force ?? (await isWrittenBy(batches.folderOf(prepared.id), output.path));
    await checkOutput(output, { mayReplace });
  }
  const { id } = await prepared.save({ output: { path: output?.path, format, rows: 'product' } });
  const report = await runJob(context, batches, id, { ...flags, output });
  if (report.state !== 'finished' && report.done === 0) throw report.cause ?? new CancelledError();
  if (!output) {
    const products: Product[] = [];
    for await (const row of batches.readRows(id)) if (row.product) products.push(row.product);
    print(context, toListing(products, report, ref), { json: flags.json, error: report.cause });
  }
  return endJob(context, id, report, flags);
}

async function openOutput(
  { cwd, language }: CliContext,
  { out }: ShopFlags,
  mayReplace: boolean,
): Promise<Output | undefined> {
  if (out === undefined) return undefined;
  const path = resolve(cwd, out);
  const format = parseOutputFormat(path);
  const reader = createReader(language);
  const output: Output = { path, format, rows: 'product', detail: 'summary', reader };
  await checkOutput(output, { mayReplace });
  return output;
}

async function* toRows(products: readonly Product[], input: string) {
  for (const [place, product] of products.entries()) yield toProductRow(product, place + 1, input);
}

function toListing(
  products: readonly Product[],
  { total, shop }: JobReport,
  { platform, id }: Pick<ShopRef, 'platform' | 'id'>,
): PrintedListing {
  const [first] = products;
  return {
    platform,
    id,
    name: shop?.name,
    total,
    products,
    skipped: shop?.skipped ?? 0,
    complete: shop?.complete ?? false,
    source: first?.source,
    fetchedAtMs: first?.fetchedAtMs,
    sandbox: first?.sandbox,
  };
}

interface PrintOptions {
  readonly json?: true;
  /** Why it is not the whole shop. */
  readonly error?: JobReport['cause'];
}

function print(context: CliContext, listing: PrintedListing, { json, error }: PrintOptions): void {
  const document = { ...formatListing(listing), error: error && formatError(error) };
  if (json) context.terminal.printJson(document);
  else printListing(context, listing);
}

function tellWritten({ terminal, words }: CliContext, count: number, path: string): void {
  terminal.tell(`${words.counts.products(count)} → ${path}`);
}

function toErrorJson(input: string, thrown: unknown, isSandbox: boolean) {
  const error = toBijiaError(thrown);
  return { input, outcome: error.outcome, error: formatError(error), sandbox: isSandbox || undefined };
}
