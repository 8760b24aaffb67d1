#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { GENERAL_SETTINGS, providers } from '../core/index.js';
import type { CliContext } from './context.js';
import { readEnvironment } from './environment.js';
import { runProgram } from './program.js';
import { createTerminal } from './terminal.js';

// The only reader of argv, env and exit.
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
process.once('SIGTERM', () => interrupt.abort());
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const groups = [GENERAL_SETTINGS, ...providers.map(({ settings }) => settings)];
const context: CliContext = {
  terminal: createTerminal({
    stdout: process.stdout,
    stderr: process.stderr,
    noColor: Boolean(process.env['NO_COLOR']),
  }),
  environment: readEnvironment({ environment: process.env, cwd: process.cwd(), groups }),
  cwd: process.cwd(),
  stdin: process.stdin,
  signal: interrupt.signal,
  executable: fileURLToPath(import.meta.url),
  version: packageJson.version,
  exit: (code) => {
    process.exitCode = code;
  },
};
await runProgram(context, process.argv.slice(2));
