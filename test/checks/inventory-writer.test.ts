import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { Bulkhead, OpaqueToken, WorkloadRole } from '../../lib';

function synth(withToken: boolean, outdir?: string): string {
  const app = new App({ analyticsReporting: false, ...(outdir === undefined ? {} : { outdir }) });
  const stack = new Stack(app, 'Orders', { env: { account: '111122223333', region: 'eu-west-1' } });
  const reader = new WorkloadRole(stack, 'Reader', {
    owner: 'orders-team',
    purpose: 'sends webhooks',
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  if (withToken) {
    new OpaqueToken(stack, 'Token', {
      owner: 'partners',
      purpose: 'webhook signing',
      reader,
      rotateEvery: Duration.days(7),
      expiresOn: '2037-06-30',
    });
  }
  Bulkhead.protect(app);
  return app.synth().directory;
}

describe('a synth of a protected app', () => {
  let folder: string;
  beforeAll(() => {
    folder = synth(true);
  });

  it('writes who has the keys beside the templates, by declaration and by effective permission', () => {
    const { credentials } = JSON.parse(readFileSync(join(folder, 'bulkhead-inventory.json'), 'utf8'));
    expect(credentials).toHaveLength(1);
    expect(credentials[0]).toMatchObject({
      path: 'Orders/Token',
      kind: 'opaque-token',
      owner: 'partners',
      readers: ['Orders/Reader'],
      rotator: 'Orders/Token/RotatorRole',
      encryptionKey: expect.stringMatching(/^TokenKey/),
      effectiveReaders: [
        { name: 'Orders/Reader', isDeclared: true },
        { name: 'Orders/Token/RotatorRole', isDeclared: true },
      ],
    });
    expect(readFileSync(join(folder, 'bulkhead-inventory.md'), 'utf8')).toContain('webhook signing');
  });

  it('takes the files away where no credential is left', () => {
    synth(false, folder);
    expect(existsSync(join(folder, 'bulkhead-evidence.json'))).toBe(true);
    for (const file of ['bulkhead-inventory.json', 'bulkhead-inventory.md']) {
      expect(existsSync(join(folder, file)), file).toBe(false);
    }
  });
});
