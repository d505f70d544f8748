import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../scripts/bundle.mjs';

/** What tests write to the folder for temporary files, which is one of their own. */
let folder: string;

const ROOT = join(__dirname, '../..');
/** What is bundled last. */
const BUNDLED = join(ROOT, 'dist/THIRD-PARTY-LICENSES.txt');

/** Whether something that is bundled has changed since. */
function isStale(): boolean {
  if (!existsSync(BUNDLED)) return true;
  const since = statSync(BUNDLED).mtimeMs;
  const sources = ['lib', 'scripts'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((each) => join(folder, each)),
  );
  return [...sources, 'package-lock.json'].some((each) => statSync(join(ROOT, each)).mtimeMs > since);
}

/** Tests run the TypeScript sources; Lambda code and workers are bundled first, as the package has them, here or by `npm test`. */
export async function setup(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'cdk-bulkhead-test-'));
  process.env['TMPDIR'] = folder;
  if (process.env['CDK_BULKHEAD_BUILD'] === undefined && isStale()) await bundle();
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}
