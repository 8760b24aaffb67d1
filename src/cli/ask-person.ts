import { createInterface } from 'node:readline';
import type { CliContext } from './context.js';

/**
 * Asks on stderr and reads one line.
 * @returns undefined where nobody can answer: stdin is not a terminal, ends, or the command is interrupted
 */
export async function askPerson(
  { openStdin, terminal, signal }: Pick<CliContext, 'openStdin' | 'terminal' | 'signal'>,
  question: string,
): Promise<string | undefined> {
  const stdin = openStdin();
  if (!('isTTY' in stdin && stdin.isTTY)) return undefined;
  terminal.tell(question);
  const lines = createInterface({ input: stdin, signal });
  try {
    for await (const line of lines) return line.trim();
    return undefined;
  } finally {
    lines.close();
  }
}
