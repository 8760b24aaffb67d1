import type { Command } from 'commander';
import { ConfigError, countBilled, formatResult, type Result, toBijiaError } from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { checkSource, formatPlatforms, formatSources, parsePlatform } from '../help/option-values.js';
import { openCore, toCoreOptions } from '../open-core.js';
import { formatCard, formatFailure } from '../output/card.js';
import { readLines } from '../read-lines.js';
import { tellFault } from '../run-with-core.js';

interface GetFlags {
  readonly platform?: string;
  readonly source?: string;
  readonly full?: true;
  readonly fresh?: true;
  readonly raw?: true;
  readonly json?: true;
}

export function registerGet(program: Command, context: CliContext): void {
  program
    .command('get')
    .description('look up products')
    .argument('<text...>', 'links, share texts or ids; - reads them from stdin, one a line')
    .option('--platform <name>', `what a bare id belongs to: ${formatPlatforms()}`, parsePlatform)
    .option('--source <provider>', `which provider answers: ${formatSources()}`, checkSource)
    .option('--full', 'with SKUs, attributes and images')
    .option('--fresh', 'ask again even if an answer is cached')
    .option('--raw', "with the upstream's own answer, without secrets")
    .option('--json', 'print one JSON document')
    .action(async (given: string[], flags: GetFlags) => {
      const texts = await expandStdin(context, given);
      if (texts.length === 0) context.terminal.tell(context.texts.get.nothingGiven);
      const results = await getAll(context, texts, flags);
      for (const { error } of results) if (error) tellFault(context, error);
      print(context, results, flags);
      const billed = countBilled(results);
      if (billed > 0 && !flags.json) context.terminal.tell(context.texts.card.billed(billed));
      context.exit(getExitCode(context, results));
    });
}

/** `-` stands for the lines of stdin. */
async function expandStdin(context: CliContext, given: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const text of given) {
    if (text === '-') await addLines(context, texts);
    else texts.push(text);
  }
  return texts;
}

async function addLines({ openStdin, signal }: CliContext, texts: string[]): Promise<void> {
  for await (const line of readLines(openStdin(), signal)) if (line.trim() !== '') texts.push(line);
}

async function getAll(context: CliContext, texts: readonly string[], flags: GetFlags): Promise<Result[]> {
  const options = { ...flags, detail: flags.full ? 'full' : 'summary', signal: context.signal } as const;
  try {
    const { core, close } = await openCore(toCoreOptions(context));
    try {
      return await core.get(texts, options);
    } finally {
      await close();
    }
  } catch (thrown) {
    const error = toBijiaError(thrown);
    return texts.map((input) => ({ input, outcome: error.outcome, error }));
  }
}

function print(context: CliContext, results: readonly Result[], flags: GetFlags): void {
  const { terminal } = context;
  const full = flags.full === true;
  if (flags.json) {
    const sandbox = results.some((result) => result.sandbox) || undefined;
    const rows = results.map((result) => formatResult(result, full ? 'full' : 'summary'));
    terminal.printJson({ results: rows, sandbox });
    return;
  }
  let gap = '';
  for (const result of results) {
    if (result.product) {
      terminal.print(gap + formatCard(result.product, context, full));
      if (flags.raw) terminal.printData(JSON.stringify(result.product.raw, undefined, 2));
      gap = '\n';
    } else {
      terminal.tell(formatFailure(result, context, terminal.styleNotice));
    }
  }
}

function getExitCode({ signal }: CliContext, results: readonly Result[]): ExitCode {
  if (signal.aborted) return EXIT.interrupted;
  if (results.some(({ error }) => error instanceof ConfigError)) return EXIT.usage;
  const isAllOk = results.length > 0 && results.every(({ outcome }) => outcome === 'ok');
  return isAllOk ? EXIT.ok : EXIT.notAllOk;
}
