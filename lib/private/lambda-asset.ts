import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { AssetCode } from 'aws-cdk-lib/aws-lambda';
import { packageRoot } from './package-root';

/**
 * The bundled code of one of our own Lambda functions: `dist/runtime/<name>/index.js`, handler `index.handler`.
 * Bundled when the package is built, so that consumers need no bundler.
 */
export function lambdaAsset(name: string): AssetCode {
  const folder = join(packageRoot(), 'dist', 'runtime', name);
  if (!existsSync(join(folder, 'index.js'))) {
    throw new Error(
      `BH9002: the bundled code of the Lambda function \`${name}\` is missing from the package; run \`npm run build\` in a checkout, or install the package again`,
    );
  }
  return Code.fromAsset(folder);
}
