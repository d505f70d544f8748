import { defineConfig } from 'vitest/config';
import { LongFirst } from './test/support/long-first';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/around-all.ts'],
    setupFiles: ['test/support/require-typescript.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    pool: 'threads',
    // One more than the cores of a small machine: the longest files wait for other processes.
    maxWorkers: 3,
    // aws-cdk-lib takes over a second to load: load it once a worker, not once a file.
    isolate: false,
    sequence: { sequencer: LongFirst },
    // Core's own check of templates against the CloudFormation schemas takes seconds to load, and is not ours to test.
    // It stays on in test/consumer and in `npm start`.
    // Nor is where each construct was made, which is a stack trace for each; it is noted by what runs in a process of its own.
    env: { CDK_VALIDATION: 'false', CDK_CONTEXT_JSON: '{"aws:cdk:disable-creation-stack-traces":true}' },
  },
});
