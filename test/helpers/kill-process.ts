import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * Kills a process.
 * @returns when it has ended and what it wrote has been read; until then it may still write into its folder
 */
export async function killProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
