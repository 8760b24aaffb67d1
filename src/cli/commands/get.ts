import type { Command } from 'commander';
import { ConfigError, formatResult, type Result, toBijiaError } from '../../core/index.js';
import { formatCard, formatFailure } from '../card.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { openCore } from '../open-core.js';
import { checkSource, listPlatforms, listSources, parsePlatform } from '../option-values.js';
import { tellFault } from '../run-with-core.js';

interface GetFlags {
  readonly platform?: string;
  readonly source?: string;
  readonly full?: true;
  readonly fresh?: true;
  readonly json?: true;
}

export function registerGet(program: Command, context: CliContext): void {
  program
    .command('get')
    .description('look up products')
    .argument('<text...>', 'links, share texts or ids')
    .option('--platform <name>', `what a bare id belongs to: ${listPlatforms()}`, parsePlatform)
    .option('--source <provider>', `which provider answers: ${listSources()}`, checkSource)
    .option('--full', 'with SKUs, attributes and images')
    .option('--fresh', 'ask again even when an answer is at hand')
    .option('--json', 'print one JSON document')
    .action(async (texts: string[], flags: GetFlags) => {
      const results = await getAll(context, texts, flags);
      for (const { error } of results) if (error) tellFault(context, error);
      print(context, results, flags);
      context.exit(getExitCode(context, results));
    });
}

async function getAll(context: CliContext, texts: readonly string[], flags: GetFlags): Promise<Result[]> {
  const options = { ...flags, detail: flags.full ? 'full' : 'summary', signal: context.signal } as const;
  try {
    const { core, close } = await openCore({ environment: context.environment, tell: context.terminal.tell });
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

function print({ terminal }: CliContext, results: readonly Result[], flags: GetFlags): void {
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
      terminal.print(gap + formatCard(result.product, terminal, full));
      gap = '\n';
    } else {
      terminal.tell(formatFailure(result, terminal.styleNotice));
    }
  }
}

function getExitCode({ signal }: CliContext, results: readonly Result[]): ExitCode {
  if (signal.aborted) return EXIT.interrupted;
  if (results.some(({ error }) => error instanceof ConfigError)) return EXIT.usage;
  return results.every(({ outcome }) => outcome === 'ok') ? EXIT.ok : EXIT.notAllOk;
}
