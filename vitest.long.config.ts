import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 900_000,
    fileParallelism: false,
    // Figures of real processes on a shared machine: a fault shows twice, a neighbour's burst does not.
    retry: 2,
  },
});
