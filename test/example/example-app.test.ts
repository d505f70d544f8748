import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import { OrdersStage } from '../../bin/example/orders-stage';
import { context } from '../../cdk.json';
import { packageRoot } from '../../lib/private/package-root';
import { built, BUILD_TIMEOUT } from '../support/built';
import { THOROUGH } from '../support/effort';

/** Functions are bundled where the example is deployed (test/local); here, and looked through for secrets, in CI. */
const UNBUNDLED = { 'aws:cdk:bundling-stacks': [] };

describe('the example app, outside of the CDK CLI, where every error throws', () => {
  beforeAll(built, BUILD_TIMEOUT);

  it('passes the rules, the separation of duties and AwsSolutionsChecks', { timeout: 120_000 }, () => {
    const { status, stderr } = spawnSync(process.execPath, [join(packageRoot(), 'dist/bin/example-app.js')], {
      encoding: 'utf8',
      env: {
        ...process.env,
        NODE_ENV: '',
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...(THOROUGH ? {} : UNBUNDLED) }),
      },
    });
    expect({ status, errors: stderr.match(/^(?:ERROR|FATAL).*/gm) }).toEqual({ status: 0, errors: null });
  });

  it('would not pass AwsSolutionsChecks without what it acknowledges', () => {
    const app = new App({ analyticsReporting: false, context: { ...context, ...UNBUNDLED } });
    const env = { account: '111122223333', region: 'eu-west-1' };
    new OrdersStage(app, 'Prod', { env, auditDays: 400, deploysFrom: 'production' });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).toThrow('AwsSolutions-COG4');
  });
});
