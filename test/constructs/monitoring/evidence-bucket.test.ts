import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { EVIDENCE_KEY, evidenceBucket } from '../../../lib/constructs/monitoring/evidence-bucket';
import { analysed } from '../../../lib/engine/analysed';
import { decide } from '../../../lib/engine/decide/decide';
import { ACCOUNT, REGION } from '../audit/deployed';

const app = new App();
const stack = new Stack(app, 'Watch', { env: { account: ACCOUNT, region: REGION } });
const roleNamed = (id: string) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
const pipeline = roleNamed('Pipeline');
evidenceBucket(stack, 'Evidence', pipeline);
roleNamed('Mallory').addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));

const body = app.synth().getStackByName('Watch').template as object;
const snapshot = snapshotOf([
  { name: 'Watch', file: 'Watch', body, account: ACCOUNT, region: REGION, stackName: 'Watch' },
]);
const { world } = analysed(snapshot);
const [bucket] = snapshot.ofType('AWS::S3::Bucket');

function may(who: string, action: string, key?: string): boolean {
  const principal = world.principals.find(({ resource }) => resource.logicalId.startsWith(who));
  if (principal === undefined) throw new Error(`${who} is not there`);
  const arn = bucket?.arn as any;
  const resource = key === undefined ? arn : { ...arn, parts: [...arn.parts, `/${key}`] };
  return decide({ principal, action, resource }, world).may;
}

describe('the bucket of the evidence', () => {
  it('is written by the pipeline, the evidence and nothing else', () => {
    expect(may('Pipeline', 's3:PutObject', EVIDENCE_KEY)).toBe(true);
    expect(may('Pipeline', 's3:PutObject', 'other')).toBe(false);
  });

  it.each([
    'PutObject',
    'ReplicateObject',
    'ReplicateDelete',
    'DeleteObject',
    'DeleteObjectVersion',
    'UpdateObjectEncryption',
  ])('keeps %s on its objects from others, whatever they are allowed', (action) =>
    expect(may('Mallory', `s3:${action}`, EVIDENCE_KEY)).toBe(false),
  );

  it.each([
    'DeleteBucket',
    'PutBucketPolicy',
    'PutBucketVersioning',
    'PutEncryptionConfiguration',
    'PutLifecycleConfiguration',
    'PutReplicationConfiguration',
  ])('keeps %s from others', (action) => expect(may('Mallory', `s3:${action}`)).toBe(false));

  it('is no obstacle to who is allowed to read it', () =>
    expect(may('Mallory', 's3:GetObject', EVIDENCE_KEY)).toBe(true));
});
