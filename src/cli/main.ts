#!/usr/bin/env node
import { writeSync } from 'node:fs';
import packageJson from '../../package.json' with { type: 'json' };

// The only reader of argv, env and exit. Built as CommonJS: Node's loader of ES modules takes 4 ms to begin.
const args = process.argv.slice(2);
const { version, homepage } = packageJson;
if (isVersionAsked(args) && tryPrint(`${version}\n`)) {
  // All is said: nothing has to be run for it.
} else {
  // Stands in the same file, and runs when it is asked for.
  void import('./start/start.js').then(({ start }) =>
    start({ args, executable: __filename, version, homepage, world: process }),
  );
}

function isVersionAsked([first, ...others]: readonly string[]): boolean {
  return (first === '--version' || first === '-v') && others.length === 0;
}

/** False where stdout takes nothing, which the command line has words for. */
function tryPrint(text: string): boolean {
  try {
    return writeSync(1, text) === text.length;
  } catch {
    return false;
  }
}
