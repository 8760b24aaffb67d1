import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** Makes a disk of its own, where this user may. */
export function tryMount(path: string, options: string): boolean {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
