import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../scripts/bundle.mjs';

/** What tests write to the folder for temporary files, which is one of their own. */
let folder: string;

/** Tests run the TypeScript sources; Lambda code and workers are bundled first, as the package has them. */
export async function setup(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'cdk-bulkhead-test-'));
  process.env['TMPDIR'] = folder;
  await bundle();
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}
