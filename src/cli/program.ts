import { Command, CommanderError } from 'commander';
import { asksForSandbox, BijiaError, parseConfig, providers } from '../core/index.js';
import { COMMANDS } from './commands/commands.js';
import { type CliContext, EXIT } from './context.js';
import { completeHelp } from './help/help.js';
import { keepParserPlain } from './plain-parser.js';
import { reportFailure } from './run-with-core.js';
import { describeSettingFault } from './settings/faults.js';

/** Runs the command that the arguments name. Never throws: what fails becomes words on stderr and an exit code. */
export async function runProgram(context: CliContext, args: readonly string[]): Promise<void> {
  try {
    const name = findCommand(args);
    const isBrief = name !== undefined && FEW_CALLS.has(name);
    if (isBrief) keepParserPlain();
    const program = await createProgram({ ...context, isBrief }, name);
    await program.parseAsync([...args], { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      // Help and version end this way too, with code 0; commander has printed all there is to say.
      context.exit(thrown.exitCode === 0 ? EXIT.ok : EXIT.usage);
    } else if (thrown instanceof BijiaError) {
      reportFailure(context, thrown);
      context.exit(EXIT.usage);
    } else {
      context.exit(reportFailure(context, thrown));
    }
  }
}

/** What makes some calls and ends. */
const FEW_CALLS: ReadonlySet<string> = new Set(['get', 'resolve', 'search', 'link', 'compare', 'doctor']);

/**
 * The command line, as it declares itself.
 * @param only the one command that is needed; the others stay unloaded
 */
export async function createProgram(context: CliContext, only?: string): Promise<Command> {
  const { words, texts } = context;
  const names = new Set(providers.map(({ marketplace }) => words.nameOf(marketplace.names)));
  const program = new Command('bijia')
    .description(texts.help.about([...names]))
    .version(context.version, '-v, --version', texts.help.version)
    .showSuggestionAfterError()
    .exitOverride();
  program.hook('preAction', (_, command) => {
    tellSettingFaults(context, command);
    requireSandboxSettings(context, command);
  });
  const loads = Object.entries(COMMANDS).filter(([name]) => only === undefined || name === only);
  for (const register of await Promise.all(loads.map(([, load]) => load()))) register(program, context);
  for (const command of program.commands) command.copyInheritedSettings(program);
  completeHelp(program, context);
  return program;
}

/** Once, before the work; `doctor` lists them itself. */
function tellSettingFaults({ terminal, texts, settingFaults }: CliContext, command: Command): void {
  if (command.name() === 'doctor' || command.opts<{ quiet?: true }>().quiet) return;
  for (const fault of settingFaults) terminal.tell(describeSettingFault(fault, texts));
}

/**
 * In the sandbox somebody tries the program out: a wrong setting ends each command at once, also one that would not
 * have used it. `doctor` goes on to say what else it found, then ends the same way.
 * @throws ConfigError
 */
function requireSandboxSettings({ environment }: CliContext, command: Command): void {
  if (command.name() !== 'doctor' && asksForSandbox(environment)) parseConfig(environment);
}

/** The command that is named first, where nothing but the language stands before it, and it needs no other. */
function findCommand(args: readonly string[]): string | undefined {
  const [first, second, third] = args;
  const name = first === '--lang' ? third : first?.startsWith('--lang=') ? second : first;
  return name !== undefined && name !== 'completion' && Object.hasOwn(COMMANDS, name) ? name : undefined;
}
