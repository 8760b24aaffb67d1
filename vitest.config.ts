import { defineConfig } from 'vitest/config';

/**
 * One replaces a module, which then must not be loaded yet, nor stay for others; the others count all timers of their
 * process, among which there must be none that an earlier file left behind.
 */
const ALONE = [
  'test/core/state/folder/permit-folder.test.ts',
  'test/mcp/protocol/deadline.test.ts',
  'test/mcp/protocol/progress.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: 'test/helpers/own-folders.ts',
    // These only end what hangs; a busy machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 45_000 } },
    // Much of the time is waiting, for quotas and paces: six keep two cores busy.
    maxWorkers: 6,
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
