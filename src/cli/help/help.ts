import { type Command, Help, Option } from 'commander';
import { joinAny, LANGUAGES, providers, WORDS } from '../../core/index.js';
import { type CliContext, EXIT } from '../context.js';
import { getTextWidth } from '../output/text-width.js';
import { type CommandHelp, ZH_HELP, ZH_TITLES } from '../words/zh-help.js';
import { translateMistake } from '../words/zh-mistakes.js';
import { listExamples } from './examples.js';
import { formatPlatforms, formatSources } from './option-values.js';

/**
 * Completes what the commands declare about themselves: the language of their help, and below it two examples, the
 * exit codes and where to read more.
 */
export function completeHelp(program: Command, context: CliContext): void {
  for (const command of listCommands(program)) {
    const path = getCommandPath(command);
    setLook(command, context);
    if (path !== 'mcp') command.addOption(createLanguageOption(context));
    if (context.language === 'zh') translate(command, ZH_HELP[path]);
    command.addHelpText('after', () => formatEnd(context, path));
  }
}

/** All of them, each before those below it. */
export function listCommands(program: Command): Command[] {
  return [program, ...program.commands.flatMap(listCommands)];
}

/** Such as `jobs resume`; empty for the program itself. */
export function getCommandPath(command: Command): string {
  return command.parent ? `${getCommandPath(command.parent)} ${command.name()}`.trim() : '';
}

function formatLogins(): string {
  return joinAny(providers.flatMap(({ id, login, consent }) => (login || consent ? [id] : [])));
}

function createLanguageOption({ texts }: CliContext): Option {
  return new Option('--lang <language>', texts.help.language).choices(LANGUAGES);
}

function setLook(command: Command, { language, texts, terminal }: CliContext): void {
  const isChinese = language === 'zh';
  command
    .showHelpAfterError(texts.help.seeHelp)
    .configureHelp({
      displayWidth: getTextWidth,
      styleTitle: (title) => (isChinese ? (ZH_TITLES[title] ?? title) : title),
      subcommandTerm: (one) => {
        const term = new Help().subcommandTerm(one);
        return isChinese ? translateUsage(term) : term;
      },
      optionDescription: (option) => describeOption(option, isChinese),
    })
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.tell(text.trimEnd()),
      outputError: (text, write) => write(translateMistake(text, language)),
    });
  if (isChinese) command.helpOption('-h, --help', '显示用法').usage(translateUsage(command.usage()));
  if (isChinese && command.commands.length > 0) command.helpCommand('help [command]', '显示一个命令的用法');
}

/** What commander says by itself of any command; its own arguments stay as they are named. */
const translateUsage = (usage: string) => usage.replace('[options]', '[选项]').replace('[command]', '[命令]');

/** Choices and defaults, as commander adds them, in the reader's language. */
function describeOption({ description, argChoices, defaultValue }: Option, isChinese: boolean): string {
  const { list, inParentheses } = WORDS[isChinese ? 'zh' : 'en'];
  const extras = [
    argChoices && `${isChinese ? '可选：' : ''}${list(argChoices)}`,
    defaultValue !== undefined && `${isChinese ? '默认 ' : 'default '}${defaultValue}`,
  ].filter((extra) => typeof extra === 'string');
  return extras.length === 0
    ? description
    : description + inParentheses(WORDS[isChinese ? 'zh' : 'en'].groups(extras));
}

function translate(command: Command, help: CommandHelp | undefined): void {
  if (!help) return;
  command.description(help.about);
  for (const argument of command.registeredArguments) {
    argument.description = fill(help.arguments?.[argument.name()]) ?? argument.description;
  }
  for (const option of command.options) {
    option.description = fill(help.options?.[option.name()]) ?? option.description;
  }
}

const fill = (text: string | undefined): string | undefined =>
  text
    ?.replace('{platforms}', formatPlatforms())
    .replace('{sources}', formatSources())
    .replace('{logins}', formatLogins())
    .replaceAll(/(?<=\w), (?=[\w, -]* or )/g, '、')
    .replaceAll(' or ', ' 或 ');

/** What stands below the help of a command. */
function formatEnd({ texts, homepage }: CliContext, path: string): string {
  const anchor = path === '' ? '' : `#bijia-${path.replaceAll(' ', '-')}`;
  const codes = Object.entries(EXIT).map(
    ([name, code]) => `  ${String(code).padEnd(4)}${texts.exitCodes[name as keyof typeof EXIT]}`,
  );
  return [
    '',
    texts.help.examples,
    ...(listExamples()[path] ?? []).map((example) => `  ${example}`),
    '',
    texts.help.exitCodes,
    ...codes,
    '',
    `${texts.help.more} ${homepage}/blob/main/docs/commands.md${anchor}`,
  ].join('\n');
}
