import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**'],
    // Ends what hangs; a busy machine may take its time.
    testTimeout: 60_000,
    // Two cores, and several tests start real processes of their own.
    maxWorkers: 2,
    coverage: { include: ['src/**/*.ts'], reporter: ['text', 'json-summary'], reportOnFailure: true },
  },
});
