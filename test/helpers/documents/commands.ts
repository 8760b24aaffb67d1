import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import type { CliContext } from '../../../src/cli/context.js';
import { getCommandPath, listCommands } from '../../../src/cli/help/help.js';
import { createProgram } from '../../../src/cli/program.js';
import { TEXTS } from '../../../src/cli/words/index.js';
import { createClock, type Language, WORDS } from '../../../src/core/index.js';

/** The commands as they declare themselves, with nothing behind them. */
function declareProgram(language: Language): Promise<Command> {
  return createProgram({
    language,
    words: WORDS[language],
    texts: TEXTS[language],
    terminal: { print: () => undefined, tell: () => undefined } as unknown as CliContext['terminal'],
    writeLog: () => undefined,
    environment: {},
    settingFaults: [],
    cwd: '/',
    clock: createClock(),
    openStdin: () => new PassThrough(),
    signal: new AbortController().signal,
    executable: '',
    version: packageJson.version,
    homepage: packageJson.homepage,
    exit: () => undefined,
  });
}

function getHelp(command: Command): string {
  const texts: string[] = [];
  command.configureOutput({ writeOut: (text) => texts.push(text), getOutHelpWidth: () => 100 }).outputHelp();
  return texts.join('').trim();
}

const HEADS: Readonly<Record<Language, string>> = {
  en: '# Commands\n\nWhat `bijia <command> --help` prints. Generated: `npx vitest run test/documents.test.ts -u`.',
  zh: '# 命令\n\n即 `bijia <命令> --help --lang zh` 的输出。自动生成：`npx vitest run test/documents.test.ts -u`。',
};

/** A page with the help of every command. */
export async function formatCommandsPage(language: Language): Promise<string> {
  const sections = listCommands(await declareProgram(language)).map(
    (command) => `${`## bijia ${getCommandPath(command)}`.trim()}\n\n\`\`\`text\n${getHelp(command)}\n\`\`\``,
  );
  return `${[HEADS[language], ...sections].join('\n\n')}\n`;
}

/** For `man bijia`: the same text, kept as it is. */
export async function formatManPage(): Promise<string> {
  const toRoff = (text: string) =>
    text
      .replaceAll('\\', '\\e')
      .replace(/^([.'])/gm, '\\&$1')
      .replaceAll('-', '\\-');
  const sections = listCommands(await declareProgram('en')).map(
    (command) =>
      `.SH ${`BIJIA ${getCommandPath(command)}`.trim().toUpperCase()}\n.nf\n${toRoff(getHelp(command))}\n.fi`,
  );
  const head = `.TH BIJIA 1 "" "bijia ${packageJson.version}"\n.SH NAME\nbijia \\- ${toRoff(packageJson.description)}`;
  return `${[head, ...sections].join('\n')}\n`;
}
