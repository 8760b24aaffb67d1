import type { Command } from 'commander';
import { getCommandPath, listCommands } from './help.js';

/** The shells that completion is written for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** What may follow a command: commands below it, its flags, and the words that a flag takes. */
interface Completed {
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly flags: readonly {
    readonly flag: string;
    readonly about: string;
    readonly choices: readonly string[];
  }[];
}

/** A script that completes every command, from what the commands declare about themselves. */
export function formatCompletion(program: Command, shell: Shell): string {
  const completed = listCommands(program).map(toCompleted);
  return shell === 'fish' ? formatFish(completed) : formatBash(completed, shell);
}

function toCompleted(command: Command): Completed {
  return {
    path: getCommandPath(command),
    commands: [
      ...command.commands.map((one) => ({ name: one.name(), about: one.description() })),
      // What an argument may be is offered as the commands are.
      ...command.registeredArguments.flatMap(({ argChoices = [], description }) =>
        argChoices.map((name) => ({ name, about: description })),
      ),
    ],
    flags: command.options.flatMap(({ long, description, argChoices }) =>
      long ? [{ flag: long, about: description, choices: argChoices ?? [] }] : [],
    ),
  };
}

/** Names of commands and flags, and the words that a flag takes: none of them holds a quote. */
const quoteNames = (names: readonly string[]) => `'${names.join(' ')}'`;

/** zsh reads the functions of bash after `bashcompinit`. */
function formatBash(completed: readonly Completed[], shell: Shell): string {
  const words = completed.map(
    ({ path, commands, flags }) =>
      `    '${path}') words=${quoteNames([...commands.map(({ name }) => name), ...flags.map(({ flag }) => flag)])} ;;`,
  );
  const choices = [...collectChoices(completed)].map(
    ([flag, known]) => `    ${flag}) COMPREPLY=($(compgen -W ${quoteNames(known)} -- "$current")); return ;;`,
  );
  const nested = completed.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`])).join('|');
  return `${shell === 'zsh' ? '#compdef bijia\nautoload -U +X bashcompinit && bashcompinit\n' : ''}_bijia() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in ${nested}) path="\${path:+$path }$word" ;; esac
  done
  case "$previous" in
${choices.join('\n')}
  esac
  case "$path" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _bijia bijia`;
}

function collectChoices(completed: readonly Completed[]): Map<string, readonly string[]> {
  const flags = completed.flatMap((one) => one.flags).filter(({ choices }) => choices.length > 0);
  return new Map(flags.map(({ flag, choices }) => [flag, choices]));
}

/** As fish reads it, whose quotes know other escapes than those of bash. */
const quote = (text: string) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;

function formatFish(completed: readonly Completed[]): string {
  const lines = completed.flatMap(({ path, commands, flags }) => {
    const [first, second] = path.split(' ');
    const seen = second
      ? `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}`
      : `__fish_seen_subcommand_from ${first}`;
    const when = quote(path === '' ? '__fish_use_subcommand' : seen);
    return [
      ...commands.map(({ name, about }) => `complete -c bijia -f -n ${when} -a ${name} -d ${quote(about)}`),
      ...flags.map(({ flag, about, choices }) => {
        const known = choices.length > 0 ? ` -x -a ${quoteNames(choices)}` : '';
        return `complete -c bijia${path === '' ? '' : ` -n ${when}`} -l ${flag.slice(2)}${known} -d ${quote(about)}`;
      }),
    ];
  });
  return lines.join('\n');
}
