import type { Command } from 'commander';
import { type Core, createBatches, providers, type Result } from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode, type OpenedCore } from '../context.js';
import { openCore, toCoreOptions } from '../open-core.js';
import { formatCard, formatFailure } from '../output/card.js';
import { printListing } from '../output/listing.js';
import { createProgressLine, formatCounts } from '../output/progress-line.js';
import { reportFailure } from '../run-with-core.js';
import { describePlan } from './batch.js';

const BATCH_SIZE = 40;

export function registerDemo(program: Command, context: CliContext): void {
  program
    .command('demo')
    .description('show what bijia does, on the embedded sandbox')
    .argument('[text...]', 'links to look up instead of the tour')
    .action(async (texts: string[]) => {
      const environment = { ...context.environment, BIJIA_SANDBOX: '1' };
      try {
        const opened = await openCore({ ...toCoreOptions(context), environment });
        try {
          if (texts.length > 0) context.exit(await lookUp(context, opened.core, texts));
          else await showTour(context, opened);
        } finally {
          await opened.close();
        }
        if (context.signal.aborted) context.exit(EXIT.interrupted);
      } catch (thrown) {
        context.exit(reportFailure(context, thrown));
      }
    });
}

async function lookUp(context: CliContext, core: Core, texts: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  for (const text of texts) {
    const results = await core.get(text, { detail: 'full', signal: context.signal });
    if (results.some(({ outcome }) => outcome !== 'ok')) code = EXIT.notAllOk;
    printResults(context, results);
  }
  return code;
}

function printResults(context: CliContext, results: readonly Result[]): void {
  const { terminal } = context;
  for (const result of results) {
    const { product } = result;
    terminal.print(
      product ? formatCard(product, context, false) : formatFailure(result, context, terminal.style),
    );
    terminal.print('');
  }
}

/** Links that the simulated upstreams know best: one product of each marketplace, and one shop. */
async function collectSamples() {
  const upstreams = await Promise.all(
    providers.map(async (provider) => ({ provider, sandbox: await provider.loadSandbox() })),
  );
  const listSamples = (kind: 'product' | 'shop') =>
    upstreams.flatMap(({ provider: { marketplace }, sandbox }) => {
      const id = sandbox.samples.find((sample) => sample.kind === kind)?.id;
      const url = id && (kind === 'product' ? marketplace.productUrl(id) : marketplace.shopUrl?.(id));
      return url ? [url] : [];
    });
  return { products: [...new Set(listSamples('product'))], shops: listSamples('shop').slice(0, 1) };
}

async function showTour(context: CliContext, { core, environment }: OpenedCore): Promise<void> {
  const { terminal, texts, signal } = context;
  const title = (text: string) => terminal.print(terminal.style('cyan', text));
  const { products, shops } = await collectSamples();
  for (const link of products) {
    title(`$ bijia get '${link}'`);
    printResults(context, await core.get(link, { signal }));
  }
  for (const shop of shops) {
    title(`$ bijia shop '${shop}' --limit 5`);
    printListing(context, await core.getShopProducts(shop, { limit: 5, signal }));
    terminal.print('');
  }
  title('$ bijia batch list.txt');
  await runSmallBatch(context, core, [...products, ...(await listShopLinks(core, shops)), 'no link at all']);
  title(texts.demo.overMcp);
  const { callOverMcp } = await import('../mcp-call.js');
  const answer = await callOverMcp(context, environment, 'get_product', { product: products[0] ?? '' });
  terminal.print(`${answer}\n`);
  terminal.print(texts.demo.nextSteps);
}

async function listShopLinks(core: Core, shops: readonly string[]): Promise<string[]> {
  const listings = await Promise.all(shops.map((shop) => core.getShopProducts(shop, { limit: BATCH_SIZE })));
  return listings.flatMap(({ products }) => products.map(({ url }) => url));
}

async function runSmallBatch(context: CliContext, core: Core, items: readonly string[]): Promise<void> {
  const batches = createBatches(core);
  const prepared = await batches.prepare(
    { items },
    { owner: 'demo', label: 'list.txt', detail: 'summary', signal: context.signal },
  );
  for (const line of describePlan(prepared, context)) context.terminal.print(line);
  const { id } = await prepared.save();
  const progress = createProgressLine(context);
  const { counts } = await batches.run(id, { signal: context.signal, onProgress: progress.show });
  progress.end();
  const { terminal, words, texts } = context;
  terminal.print(`${texts.jobs.finished}${words.colon}${formatCounts(counts, words)}\n`);
  await batches.remove(id);
}
