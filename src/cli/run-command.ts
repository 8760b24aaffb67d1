import { setMaxListeners } from 'node:events';
import { chooseLanguage, createClock, type Language, marketplaces, WORDS } from '../core/index.js';
import { type CommandWorld, EXIT } from './context.js';
import { isAsciiLocale } from './output/ascii.js';
import { createTerminal } from './output/terminal.js';
import { runProgram } from './program.js';
import { readEnvironment } from './settings/environment.js';
import { listSettingGroups } from './settings/groups.js';
import { TEXTS } from './words/index.js';

export interface CommandProcess {
  readonly args: readonly string[];
  /** The built command itself, to start it again as another process. */
  readonly executable: string;
  readonly version: string;
  /** Where the project lives. */
  readonly homepage: string;
  /** As the system says it, such as `zh-CN`: the language where the environment names none. */
  readonly locale: string;
  readonly world: CommandWorld;
}

const END_SIGNALS = [
  ['SIGINT', EXIT.interrupted],
  ['SIGTERM', 143],
] as const;

/** Runs the command that a person typed. When it is over, nothing of it is under way any more. */
export async function runCommand({ args, locale, world, ...program }: CommandProcess): Promise<void> {
  const { env, stdout, stderr } = world;
  const interrupt = new AbortController();
  let language: Language = 'en';
  for (const [signal, code] of END_SIGNALS) {
    world.on(signal, () => {
      // A person who says it a second time does not want to wait for what is under way.
      if (interrupt.signal.aborted) world.exit(code);
      interrupt.abort();
    });
  }
  // One signal for all that a command does: many listeners are not a leak.
  setMaxListeners(0, interrupt.signal);
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) is not a failure: what is under way ends as by Ctrl-C.
    if (error.code === 'EPIPE') return interrupt.abort();
    const { cannotWrite } = TEXTS[language].output;
    stderr.write(`${cannotWrite(error.code ?? error.name)}\n`, () => world.exit(EXIT.notAllOk));
  });
  // Nobody reads the notices: that is not a reason to stop.
  stderr.on('error', () => undefined);
  const groups = await listSettingGroups();
  const cwd = world.cwd();
  const prefixes = marketplaces.map(({ id }) => id);
  const { environment, faults } = readEnvironment({ environment: env, cwd, groups, prefixes });
  language = chooseLanguage({ option: findLanguageOption(args), environment, system: locale });
  const terminal = createTerminal({
    stdout,
    stderr,
    noColor: Boolean(env['NO_COLOR']),
    isAscii: isAsciiLocale(env),
    isDumb: env['TERM'] === 'dumb',
  });
  const context = {
    ...program,
    terminal,
    writeLog: terminal.log,
    language,
    words: WORDS[language],
    texts: TEXTS[language],
    environment,
    settingFaults: faults,
    cwd,
    clock: createClock(),
    openStdin: () => world.stdin,
    signal: interrupt.signal,
    exit: (code: number) => {
      world.exitCode = code;
    },
  };
  await runProgram(context, args);
}

/** Before commander reads them: its help and its sentences about mistakes are in that language too. */
function findLanguageOption(args: readonly string[]): string | undefined {
  const at = args.indexOf('--lang');
  return at >= 0 ? args[at + 1] : args.find((arg) => arg.startsWith('--lang='))?.slice('--lang='.length);
}
