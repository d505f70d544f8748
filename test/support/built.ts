import { existsSync, readFileSync } from 'node:fs';

/** Where `npm test` writes how the build beside the tests has ended. */
const OUTCOME = process.env['CDK_BULKHEAD_BUILD'];

/** It takes less than a minute on a machine that does nothing else. */
export const BUILD_TIMEOUT = 600_000;

/** Waits for the build that runs beside the tests. Without one, `dist` is taken as it is. */
export async function built(): Promise<void> {
  if (OUTCOME === undefined) return;
  for (;;) {
    const outcome = existsSync(OUTCOME) ? readFileSync(OUTCOME, 'utf8') : '';
    if (outcome === 'built') return;
    if (outcome === 'failed') throw new Error('the build failed; what it says stands after the tests');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
