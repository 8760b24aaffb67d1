import { Command, CommanderError } from 'commander';
import { BijiaError, providers } from '../core/index.js';
import { registerBatch } from './commands/batch.js';
import { registerCompare } from './commands/compare.js';
import { registerCompletion } from './commands/completion.js';
import { registerDb } from './commands/db.js';
import { registerDemo } from './commands/demo.js';
import { registerDoctor } from './commands/doctor.js';
import { registerDrops } from './commands/drops.js';
import { registerGet } from './commands/get.js';
import { registerHistory } from './commands/history.js';
import { registerJobs } from './commands/jobs.js';
import { registerLink } from './commands/link.js';
import { registerLogin } from './commands/login.js';
import { registerMcp } from './commands/mcp.js';
import { registerResolve } from './commands/resolve.js';
import { registerSandbox } from './commands/sandbox.js';
import { registerSearch } from './commands/search.js';
import { registerSetup } from './commands/setup.js';
import { registerShop } from './commands/shop.js';
import { registerTelegram } from './commands/telegram.js';
import { registerWatch } from './commands/watch/watch.js';
import { type CliContext, EXIT } from './context.js';
import { completeHelp } from './help/help.js';
import { reportFailure } from './run-with-core.js';
import { describeSettingFault } from './settings/faults.js';

/** Runs the command that the arguments name. Never throws: what fails becomes words on stderr and an exit code. */
export async function runProgram(context: CliContext, args: readonly string[]): Promise<void> {
  try {
    await createProgram(context).parseAsync([...args], { from: 'user' });
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

const COMMANDS = [
  registerGet,
  registerResolve,
  registerBatch,
  registerJobs,
  registerShop,
  registerMcp,
  registerSetup,
  registerCompletion,
  registerTelegram,
  registerLogin,
  registerSearch,
  registerLink,
  registerWatch,
  registerHistory,
  registerDrops,
  registerCompare,
  registerDoctor,
  registerDb,
  registerSandbox,
  registerDemo,
];

/** The whole command line, as it declares itself. */
export function createProgram(context: CliContext): Command {
  const { words, texts } = context;
  const names = new Set(providers.map(({ marketplace }) => words.nameOf(marketplace.names)));
  const program = new Command('bijia')
    .description(texts.help.about([...names]))
    .version(context.version, '-v, --version', texts.help.version)
    .showSuggestionAfterError()
    .exitOverride();
  program.hook('preAction', (_, command) => tellSettingFaults(context, command));
  for (const register of COMMANDS) register(program, context);
  for (const command of program.commands) command.copyInheritedSettings(program);
  completeHelp(program, context);
  return program;
}

/** Once, before the work; `doctor` lists them itself. */
function tellSettingFaults({ terminal, texts, settingFaults }: CliContext, command: Command): void {
  if (command.name() === 'doctor' || command.opts<{ quiet?: true }>().quiet) return;
  for (const fault of settingFaults) terminal.tell(describeSettingFault(fault, texts));
}
