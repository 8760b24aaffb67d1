import { defineConfig } from 'vitest/config';
import { createLongestFirst } from './test/helpers/longest-first.js';

/**
 * One replaces a module, which then must not be loaded yet, nor stay for others; the others count all timers of their
 * process, among which there must be none that an earlier file left behind.
 */
const ALONE = [
  'test/core/state/folder/permit-folder.test.ts',
  'test/mcp/protocol/deadline.test.ts',
  'test/mcp/protocol/progress.test.ts',
];

const LONGEST = [
  'telegram/batch',
  'telegram/batch-under-way',
  'telegram/posts',
  'telegram/batch-and-chat',
  'core/echo',
  'telegram/guests',
  'telegram/paste',
  'readme',
  'cli/batch',
  'core/providers',
  'core/batch/batches',
  'mcp/lifetime',
  'core/batch/input/formats/xlsx',
  'packages',
  'cli/watch',
  'core/providers/jd-batches',
  'cli/cli',
  'telegram/moved-group',
  'telegram/access-bot',
  'telegram/delivery',
  'telegram/watch',
  'mcp/http',
  'mcp/batch-products',
  'cli/doctor',
  'core/batch/journal/journal',
  'core/providers/jd-union-jos',
  'core/watch/add-watches',
  'core/watch/sweep',
  'cli/start/start',
  'cli/history-disk',
  'core/batch/input/open-handles',
  'telegram/search',
  'telegram/card-buttons',
  'core/batch/input/formats/xlsx-orphan',
  'mcp/start-up',
].map((name) => `test/${name}.test.ts`);

export default defineConfig({
  test: {
    globalSetup: 'test/helpers/own-folders-in-memory.ts',
    // These only end what hangs; a busy machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 45_000 } },
    // Much of the time is waiting, for quotas and paces: eight keep two cores busy.
    maxWorkers: 8,
    sequence: { sequencer: createLongestFirst(LONGEST) },
    coverage: { include: ['src/**/*.ts'], reporter: ['text', 'json-summary'], reportOnFailure: true },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ['test/long/**', ...ALONE],
          // No module has state or does anything when it is loaded: a worker loads the sources once for all its files.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
