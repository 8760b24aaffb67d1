import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type Core, type Drop, formatDrop, type TableColumn, writeTable } from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { checkOutputName, parseCount, parseShare } from '../help/option-values.js';
import { cutColumns, formatTable } from '../output/terminal.js';
import { runWithCore } from '../run-with-core.js';

interface DropsFlags {
  readonly days: number;
  readonly min: number;
  readonly limit: number;
  readonly out?: string;
  readonly json?: true;
}

const TITLE_COLUMNS = 40;

export function registerDrops(program: Command, context: CliContext): void {
  program
    .command('drops')
    .description('list the prices that fell, the largest drop first')
    .option('--days <n>', 'how far back', parseCount, 7)
    .option('--min <share>', 'the least drop, such as 5%', parseShare, 0)
    .option('--limit <n>', 'most products to list', parseCount, 50)
    .addOption(
      new Option('--out <file>', 'write a table instead: .csv, .xlsx or .jsonl')
        .argParser(checkOutputName)
        .conflicts('json'),
    )
    .option('--json', 'print one JSON document')
    .action((flags: DropsFlags) => runWithCore(context, (core) => printDrops(context, core, flags)));
}

async function printDrops(context: CliContext, core: Core, flags: DropsFlags): Promise<ExitCode> {
  const { terminal, words, cwd } = context;
  const drops = await core.history.listDrops(flags.days, flags.min, flags.limit);
  if (flags.json) {
    terminal.printJson({ drops: drops.map(formatDrop), sandbox: core.isSandbox || undefined });
  } else if (flags.out !== undefined) {
    const path = resolve(cwd, flags.out);
    await writeTable(path, COLUMNS, drops.map(toCells));
    terminal.tell(words.history.written(path));
  } else if (drops.length === 0) {
    terminal.tell(words.history.noDrops(flags.days));
  } else {
    terminal.print(formatTable(drops.map((drop) => toRow(drop, context))));
  }
  return EXIT.ok;
}

function toRow(
  { platform, id, title, nowFen, kind, beforeFen, share, atMs }: Drop,
  { words, clock }: CliContext,
): string[] {
  const { history, money, percent, priceKinds, time } = words;
  return [
    cutColumns(title ?? id, TITLE_COLUMNS),
    history.drop(money(beforeFen), money(nowFen), percent(Math.round(share * 1000) / 10)),
    kind ? priceKinds[kind] : '',
    time(atMs, clock.now()),
    `${platform} ${id}`,
  ];
}

const COLUMNS: readonly TableColumn[] = [
  { name: 'platform', kind: 'text' },
  { name: 'id', kind: 'text' },
  { name: 'title', kind: 'text' },
  { name: 'price', kind: 'money' },
  { name: 'price_kind', kind: 'text' },
  { name: 'before', kind: 'money' },
  { name: 'share', kind: 'percent' },
  { name: 'changed_at', kind: 'time' },
  { name: 'source', kind: 'text' },
];

function toCells(drop: Drop): (string | number | undefined)[] {
  const { platform, id, source, title, now, before, share, at } = formatDrop(drop);
  return [platform, id, title, now.amount, now.kind, before, share, at, source];
}
