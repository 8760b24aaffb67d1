import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { type Command, InvalidArgumentError } from 'commander';
import { type Core, InputError, USAGE, writeWhole } from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { formatPlatforms, parsePlatform } from '../help/option-values.js';
import { readLines } from '../read-lines.js';
import { runWithCore } from '../run-with-core.js';

interface ForgetFlags {
  readonly platform?: string;
  readonly point?: string;
}

const IS_TABLE = /\.csv$/i;

/** How a history leaves and enters, and how it is forgotten. */
export function registerHistoryFiles(history: Command, context: CliContext): void {
  history
    .command('import <file>')
    .description(
      'add observations from a .jsonl or .csv, as export writes them; - reads JSON lines from stdin',
    )
    .action((file: string) => runWithCore(context, (core) => importFile(context, core, file)));
  history
    .command('export')
    .description('write every observation as a line of JSON')
    .option('--out <file>', 'where to: .jsonl or .csv; JSON lines on stdout otherwise', checkName)
    .action(({ out }: { readonly out?: string }) =>
      runWithCore(context, (core) => exportAll(context, core, out)),
    );
  history
    .command('forget [link]')
    .description('delete the price history of a product, or one wrong observation')
    .option('--platform <name>', `what a bare id belongs to: ${formatPlatforms()}`, parsePlatform)
    .option('--point <id>', 'only this observation, by an id that --points lists')
    // `--platform` is an option of `history` as well, which takes it wherever it stands.
    .action((link: string | undefined, _: ForgetFlags, command: Command) =>
      runWithCore(context, (core) => forget(context, core, link, command.optsWithGlobals())),
    );
}

function checkName(path: string): string {
  if (/\.(jsonl|csv)$/i.test(path)) return path;
  throw new InvalidArgumentError('It must end in .jsonl or .csv.');
}

async function importFile(
  { cwd, openStdin, signal, terminal, words }: CliContext,
  core: Core,
  file: string,
): Promise<ExitCode> {
  const stream = file === '-' ? openStdin() : await openFile(resolve(cwd, file));
  const { taken, refused, refusedCount } = IS_TABLE.test(file)
    ? await core.history.importTable(stream)
    : await core.history.importLines(readLines(stream, signal));
  terminal.tell(words.history.imported(taken));
  for (const { line, message } of refused) terminal.tell(words.history.refused(line, message));
  if (refusedCount > refused.length) terminal.tell(`… ${refusedCount - refused.length}`);
  return refusedCount === 0 ? EXIT.ok : EXIT.notAllOk;
}

/** @throws InputError when there is no such file */
async function openFile(path: string): Promise<Readable> {
  const facts = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const fault = cause.code === 'ENOENT' ? 'does not exist' : `cannot be read (${cause.code})`;
    throw createUnreadableError(path, fault, cause);
  });
  if (facts.isDirectory()) {
    throw new InputError(`${path} is a folder.`, { code: 'folder_given', facts: { path } });
  }
  const stream = createReadStream(path);
  return new Promise((open, refuse) => {
    stream.once('open', () => open(stream));
    stream.once('error', (cause: NodeJS.ErrnoException) =>
      refuse(createUnreadableError(path, `cannot be read (${cause.code})`, cause)),
    );
  });
}

const createUnreadableError = (path: string, fault: string, cause: unknown) =>
  new InputError(`The file ${path} ${fault}.`, { code: 'unreadable_file', facts: { path }, cause });

async function exportAll(
  { cwd, terminal, words }: CliContext,
  core: Core,
  out: string | undefined,
): Promise<ExitCode> {
  const { history } = core;
  if (out === undefined) {
    for await (const line of history.exportLines()) terminal.printData(line);
    return EXIT.ok;
  }
  const path = resolve(cwd, out);
  await writeWhole(path, IS_TABLE.test(out) ? history.exportTable() : endLines(history.exportLines()));
  terminal.tell(words.history.written(path));
  return EXIT.ok;
}

async function* endLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

async function forget(
  { terminal, words, texts }: CliContext,
  core: Core,
  link: string | undefined,
  { platform, point }: ForgetFlags,
): Promise<ExitCode> {
  if (link === undefined && point === undefined)
    throw new InputError(texts.history.nothingGiven, { code: USAGE });
  const removed =
    point === undefined
      ? await core.forgetPriceHistory(link ?? '', { platform })
      : Number(await core.history.removePoint(point));
  terminal.tell(words.history.removed(removed));
  return removed > 0 ? EXIT.ok : EXIT.notAllOk;
}
