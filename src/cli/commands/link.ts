import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type ConvertedText,
  type Core,
  formatError,
  formatErrorText,
  InputError,
  providers,
  USAGE,
} from '../../core/index.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { readLines } from '../read-lines.js';
import { runWithCore } from '../run-with-core.js';

interface LinkFlags {
  readonly subId?: string;
  readonly json?: true;
}

/** A text that is nothing else is the name of a file, misspelt or in another folder. */
const IS_FILE_NAME = /^[^\s:]+\.(?:txt|md)$/i;
/** Nobody posts a longer text. */
const MAX_FILE_BYTES = 2 ** 20;

export function registerLink(program: Command, context: CliContext): void {
  program
    .command('link')
    .description('replace the product links in a text by your own promotion links')
    .argument('<text>', 'a text with links, the name of a text file, or - for stdin')
    .option('--sub-id <mark>', 'your own mark in each link, where the marketplace has one')
    .option('--json', 'print one JSON document')
    .action((given: string, flags: LinkFlags) =>
      runWithCore(context, async (core) => convert(context, core, await readText(context, given), flags)),
    );
}

async function readText({ cwd, openStdin, signal, texts }: CliContext, given: string): Promise<string> {
  if (given === '-') {
    const lines: string[] = [];
    for await (const line of readLines(openStdin(), signal)) lines.push(line);
    return lines.join('\n');
  }
  const path = resolve(cwd, given);
  const file = /[\n:]/.test(given) ? undefined : await stat(path).catch(() => undefined);
  if (!file && IS_FILE_NAME.test(given)) throw new InputError(texts.link.noFile(path), { code: USAGE });
  if (!file?.isFile()) return given;
  if (file.size > MAX_FILE_BYTES) throw new InputError(texts.link.tooLarge, { code: USAGE });
  return readFile(path, 'utf8');
}

async function convert(
  { terminal, texts, language, signal }: CliContext,
  core: Core,
  text: string,
  { subId, json }: LinkFlags,
): Promise<ExitCode> {
  const answer = await core.convertLinks(text, { subId, signal });
  const { converted, failed, sandbox } = answer;
  if (json) terminal.printJson(toJson(answer));
  else {
    terminal.printData(answer.text);
    for (const { link, withoutSubId } of converted) {
      if (withoutSubId) terminal.tell(texts.link.withoutSubId(link));
    }
    for (const { link, error } of failed) {
      terminal.tell(texts.link.stays(link, formatErrorText(error, language, providers)));
    }
    if (converted.length + failed.length === 0) terminal.tell(texts.link.nothing);
    if (sandbox) terminal.tell(texts.sandbox.listing);
  }
  return converted.length > 0 && failed.length === 0 ? EXIT.ok : EXIT.notAllOk;
}

function toJson({ text, converted, failed, sandbox }: ConvertedText) {
  return {
    text,
    links: converted.map(({ link, platform, id, promotionLink, withoutSubId }) => ({
      link,
      platform,
      id,
      promotion_link: promotionLink,
      without_sub_id: withoutSubId,
    })),
    failed:
      failed.length > 0
        ? failed.map(({ link, platform, error }) => ({ link, platform, error: formatError(error) }))
        : undefined,
    sandbox,
  };
}
