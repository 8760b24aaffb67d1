#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };

// The only reader of argv, env and exit.
const args = process.argv.slice(2);
const { version, homepage } = packageJson;
const wantsHelp = args.includes('--help') || args.includes('-h');
if (args[0] === 'mcp' && !wantsHelp) {
  // Assistants start the server for each conversation and wait for it: it loads nothing that other commands need.
  const { serveMcp } = await import('./commands/mcp.js');
  process.exit(await serveMcp({ args: args.slice(1), environment: process.env, version }, process));
} else {
  const { runCommand } = await import('./run-command.js');
  await runCommand({ args, executable: fileURLToPath(import.meta.url), version, homepage, world: process });
}
