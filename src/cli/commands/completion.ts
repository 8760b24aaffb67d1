import { Argument, type Command } from 'commander';
import type { CliContext } from '../context.js';
import { formatCompletion, SHELLS, type Shell } from '../help/completion.js';

export function registerCompletion(program: Command, { terminal }: CliContext): void {
  program
    .command('completion')
    .description('print a script that completes commands and options')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(SHELLS))
    .action((shell: Shell) => terminal.print(formatCompletion(program, shell)));
}
