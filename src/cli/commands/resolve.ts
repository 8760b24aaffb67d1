import type { Command } from 'commander';
import {
  cleanText,
  formatRefJson,
  InputError,
  marketplaces,
  parseRefs,
  type Ref,
  USAGE,
} from '../../core/index.js';
import { type CliContext, EXIT } from '../context.js';
import { formatSafeJson, formatTable } from '../output/terminal.js';
import { readLines } from '../read-lines.js';

interface ResolveFlags {
  readonly json?: true;
  readonly jsonl?: true;
}

export function registerResolve(program: Command, context: CliContext): void {
  program
    .command('resolve')
    .description('say what links point to, without any network')
    .argument('[text...]', 'links or share texts')
    .option('--json', 'print one JSON document')
    .option(
      '--jsonl',
      'read texts from stdin, one JSON string or {"text": …} per line, and answer line by line',
    )
    .action(async (texts: string[], flags: ResolveFlags) => {
      if (flags.jsonl) return resolveLines(context);
      if (texts.length === 0) throw new InputError(context.texts.resolve.nothingGiven, { code: USAGE });
      resolveTexts(context, texts, flags.json === true);
    });
}

const resolve = (text: string): Ref[] => parseRefs(text, marketplaces);

function resolveTexts(context: CliContext, texts: readonly string[], json: boolean): void {
  const results = texts.map((text) => ({ text, refs: resolve(text) }));
  if (json) context.terminal.printJson({ results: results.map(toJson) });
  else printTable(context, results);
  context.exit(results.every(({ refs }) => refs.length > 0) ? EXIT.ok : EXIT.notAllOk);
}

interface Resolved {
  readonly text: string;
  readonly refs: readonly Ref[];
}

function toJson({ text, refs }: Resolved) {
  return { text, refs: refs.map(formatRefJson) };
}

function printTable({ terminal, texts }: CliContext, results: readonly Resolved[]): void {
  const rows = results.flatMap(({ text, refs }) =>
    refs.length === 0
      ? [['-', texts.resolve.nothingRecognised, '', cleanText(text, 80) ?? '']]
      : refs.map(({ platform, kind, id, url }) => [platform, kind, id ?? '-', url]),
  );
  terminal.print(formatTable(rows));
}

async function resolveLines({ openStdin, terminal, texts, signal, exit }: CliContext): Promise<void> {
  let bad = 0;
  for await (const line of readLines(openStdin(), signal)) {
    if (line.trim() === '') continue;
    const text = parseLine(line);
    if (text === undefined) bad += 1;
    terminal.print(formatSafeJson(toJson({ text: text ?? line, refs: resolve(text ?? line) })));
  }
  if (signal.aborted) return exit(EXIT.interrupted);
  if (bad > 0) terminal.tell(texts.resolve.plainLines(bad));
  exit(bad > 0 ? EXIT.notAllOk : EXIT.ok);
}

/** Windows begins files with a byte order mark. */
function parseLine(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line.replace(/^\ufeff/, ''));
    if (typeof value === 'string') return value;
    const text = value !== null && typeof value === 'object' && 'text' in value ? value.text : undefined;
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
