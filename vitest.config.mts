import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/bundle.ts'],
    setupFiles: ['test/support/require-typescript.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    pool: 'threads',
    maxWorkers: 2,
    // aws-cdk-lib takes over a second to load: load it once a worker, not once a file.
    isolate: false,
  },
});
