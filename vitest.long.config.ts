import { defineConfig } from 'vitest/config';
import { createLongestFirst } from './test/helpers/longest-first.js';

const LONGEST = [
  'fleet/machines',
  'fleet/job-kill',
  'fleet/permit-processes',
  'permit-processes',
  'telegram-soak',
  'fleet/telegram-batch',
  'fleet/jobs',
  'mcp-batch-quota',
  'fleet/wrong-clock',
  'fleet/watch-bots',
  'fleet/history-store',
  'fleet/batches',
  'fleet/quarantine',
  'fleet/sweeps',
  'fleet/answers-kill',
  'telegram-restart',
  'node-versions',
  'batch-million',
  'mcp-load',
  'adding-a-provider',
  'telegram-state-folder',
  'state-folder',
].map((name) => `test/long/${name}.test.ts`);

/**
 * These mostly wait: for the window of a quota, for Telegram's pace, for the moment of a kill, for the registry. A tenth
 * to a fifth of their time is processor time, so that six at once leave a machine of two cores idle enough for what
 * they measure. One after the other they take an hour.
 */
const QUIET = [
  'batch-faults',
  'batch-kill',
  'command-kill',
  'fleet/*',
  'mcp-batch-quota',
  'mcp-clients',
  'permit-processes',
  'soak',
  'telegram-flood',
  'telegram-load',
  'telegram-memory',
  'telegram-restart',
  'telegram-soak',
  'token-kill',
].map((name) => `test/long/${name}.test.ts`);

export default defineConfig({
  test: {
    globalSetup: 'test/helpers/own-folders.ts',
    // These only end what hangs; a busy machine may take its time.
    testTimeout: 900_000,
    // Servers are made and ended in hooks.
    hookTimeout: 300_000,
    expect: { poll: { timeout: 240_000 } },
    // The same for what is waited for of a bot.
    provide: { patienceMs: 240_000 },
    sequence: { sequencer: createLongestFirst(LONGEST) },
    projects: [
      {
        extends: true,
        test: { name: 'quiet', include: QUIET, maxWorkers: 6, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'busy',
          include: ['test/long/**/*.test.ts'],
          exclude: QUIET,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
