import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**'],
    testTimeout: 20_000,
    // Two cores, and several tests start real processes of their own.
    maxWorkers: 2,
    // Real processes on a shared machine may come too late once; a fault comes twice.
    retry: 1,
    coverage: { include: ['src/**/*.ts'], reporter: ['text', 'json-summary'], reportOnFailure: true },
  },
});
