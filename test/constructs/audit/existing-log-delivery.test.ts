import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { Bulkhead } from '../../../lib/checks/bulkhead';
import { ArchivedAuditTrail } from '../../../lib/constructs/audit/archived-audit-trail';
import { AuditArchive } from '../../../lib/constructs/audit/audit-archive';
import { AuditReplica } from '../../../lib/constructs/audit/audit-replica';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import type { ExistingAuditVaultProps } from '../../../lib/constructs/audit/existing-audit-vault-props';
import { writeOnceOf } from '../../../lib/engine/duties/write-once-of';
import { decide } from '../../../lib/engine/decide/decide';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { PolicyText } from '../../../lib/model/policy';
import { ACCOUNT, REGION, newStack } from './deployed';

const OWNER = '444455556666';
const retention = Duration.days(400);
const trailArn = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/audit`;
const KEY = `arn:aws:kms:${REGION}:${OWNER}:key/11111111-2222-3333-4444-555555555555`;
const folder = `AWSLogs/${ACCOUNT}/CloudWatchLogs`;

/** A record in the bucket of another account, under a key there. */
function app(more: Partial<ExistingAuditVaultProps> = {}, made = new App()): Stack {
  const stack = newStack('Orders', made);
  const vault = AuditVault.fromExisting(stack, 'Record', {
    bucket: s3.Bucket.fromBucketName(stack, 'Logs', 'org-logs'),
    bucketAccount: OWNER,
    encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY),
    trailArn,
    retention,
    logs: true,
    ...more,
  });
  vault.createLogGroup(stack, 'AccessLog');
  const attacker = new iam.Role(stack, 'Attacker', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    roleName: 'attacker',
  });
  attacker.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*', 'kms:*'], resources: ['*'] }));
  return stack;
}
const templateOf = (stack: Stack): any => (stack.node.root as App).synth().getStackByName(stack.stackName).template;
const resourcesOf = (template: any, type: string): any[] =>
  Object.values<any>(template.Resources).filter(({ Type }) => Type === type);
const landingOf = (template: any): any =>
  resourcesOf(template, 'AWS::S3::Bucket').find(({ Metadata }) => Metadata?.['cdk-bulkhead']?.kind === 'audit-landing')
    .Properties;

const stack = app();
const template = templateOf(stack);
/** What is printed for the owner. */
const printed = (what: string): any => {
  const [, output] =
    Object.entries<any>(template.Outputs).find(([name]) => name.startsWith(`RecordStatementOfThe${what}`)) ?? [];
  return JSON.parse(output.Value);
};
const [onBucket, onKey] = [printed('Bucket'), printed('Key')];

/** The account of the bucket, whose owner added these statements. */
const owners = (Statement: any[]) => ({
  Resources: {
    Logs: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'org-logs' } },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Logs' }, PolicyDocument: { Version: '2012-10-17', Statement } },
    },
  },
});
const named = (name: string, account: string, body: any) => ({ name, file: name, body, account, region: REGION });

function can(who: string, action: string, resource: string, bucket: any[]): boolean | 'possible' {
  const world = worldOf(snapshotOf([named('Orders', ACCOUNT, template), named('Owner', OWNER, owners(bucket))]));
  const principal = world.principals.find(({ resource: { logicalId } }) => logicalId.slice(0, -8) === who);
  if (principal === undefined) throw new Error(`nobody is ${who}`);
  const context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
  const { may, must } = decide({ principal, action, resource, context }, world);
  return may === must ? may : 'possible';
}

describe('a bucket of another account', () => {
  const COPIER = 'RecordLogDeliveryReplicationRole';
  const object = (below: string): string => `arn:aws:s3:::org-logs/${below}/log.json.gz`;

  it('receives by the statement that is printed, from the role that copies, in its folder, and not without', () => {
    expect(can(COPIER, 's3:ReplicateObject', object(folder), [onBucket])).toBe(true);
    expect(can(COPIER, 's3:ReplicateObject', object(folder), [])).toBe(false);
    expect(can('Attacker', 's3:ReplicateObject', object(folder), [onBucket])).toBe(false);
    expect(can(COPIER, 's3:ReplicateObject', object(`AWSLogs/${ACCOUNT}/CloudTrail`), [onBucket])).toBe(false);
    expect(can(COPIER, 's3:PutObject', object(folder), [onBucket])).toBe(false);
  });

  it('has its key used by that role alone, through S3', () => {
    const [role] = resourcesOf(template, 'AWS::IAM::Role').filter(({ Properties }) =>
      Properties.RoleName?.endsWith('-copying'),
    );
    expect(onKey).toMatchObject({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: ['kms:Encrypt', 'kms:GenerateDataKey'],
      Condition: {
        ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/${role.Properties.RoleName}` },
        StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` },
      },
    });
    expect(onBucket.Condition).toEqual({ ArnEquals: onKey.Condition.ArnEquals });
    const uses = (Statement: any[], arn: string, service: string) => {
      const Key = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement } } };
      const snapshot = snapshotOf([named('Owner', OWNER, { Resources: { Key } })]);
      const resource = snapshot.ofType('AWS::KMS::Key')[0]?.arn as PolicyText;
      const context = { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` };
      return decide(
        { principal: { kind: 'arn', arn }, action: 'kms:GenerateDataKey', resource, context },
        worldOf(snapshot),
      ).may;
    };
    const copier = `arn:aws:iam::${ACCOUNT}:role/${role.Properties.RoleName}`;
    expect(uses([onKey], copier, 's3')).toBe(true);
    expect(uses([], copier, 's3')).toBe(false);
    expect(uses([onKey], copier, 'ec2')).toBe(false);
    expect(uses([onKey], `arn:aws:iam::${ACCOUNT}:role/attacker`, 's3')).toBe(false);
    const [rule] = landingOf(template).ReplicationConfiguration.Rules;
    expect(rule.Destination).toMatchObject({
      Bucket: expect.anything(),
      EncryptionConfiguration: { ReplicaKmsKeyID: KEY },
    });
  });

  it('is told of, with the statements, until somebody has seen to it', () => {
    const told = JSON.stringify((stack.node.root as App).synth().getStackByName('Orders').messages);
    expect(told).toContain('cdk-bulkhead:audit-record-has-to-let-logs-in');
    expect(told).toContain('StatementOfTheBucket');
    expect(told).toContain('s3:ReplicateObject');
  });

  it('every log group made of the record is sent', () => {
    const [filter] = resourcesOf(template, 'AWS::Logs::SubscriptionFilter');
    expect(filter.Properties).toMatchObject({ FilterPattern: '' });
  });

  it('no check refuses', () => {
    const made = new App();
    Bulkhead.protect(made);
    const protectedStack = newStack('Orders', made);
    const vault = AuditVault.fromExisting(protectedStack, 'Record', {
      bucket: s3.Bucket.fromBucketName(protectedStack, 'Logs', 'org-logs'),
      bucketAccount: OWNER,
      encryptionKey: kms.Key.fromKeyArn(protectedStack, 'Key', KEY),
      trailArn,
      retention,
      logs: true,
    });
    vault.createLogGroup(protectedStack, 'AccessLog');
    expect(() => made.synth()).not.toThrow();
  });
});

describe('a bucket without a key of the customer', () => {
  const plain = templateOf(app({ bucketAccount: ACCOUNT, encryptionKey: undefined }));

  it('receives from a landing bucket under keys of S3, which S3 copies without KMS', () => {
    const { BucketEncryption, ReplicationConfiguration } = landingOf(plain);
    expect(JSON.stringify(BucketEncryption)).toContain('AES256');
    const [rule] = ReplicationConfiguration.Rules;
    expect(rule).not.toHaveProperty('SourceSelectionCriteria');
    expect(rule.Destination).not.toHaveProperty('EncryptionConfiguration');
    const [stream] = resourcesOf(plain, 'AWS::KinesisFirehose::DeliveryStream');
    expect(stream.Properties.ExtendedS3DestinationConfiguration).not.toHaveProperty('EncryptionConfiguration');
    const ofDelivery = resourcesOf(plain, 'AWS::IAM::Policy').filter(({ Properties }) =>
      Properties.PolicyName.startsWith('RecordLogDelivery'),
    );
    expect(ofDelivery).toHaveLength(3);
    expect(JSON.stringify(ofDelivery)).not.toContain('kms:');
  });

  it('of the same account asks for no statement, but for no Deny', () => {
    expect(plain.Outputs).toBeUndefined();
  });
});

describe('bucket and key of this app', () => {
  const made = (versioned: boolean): Stack => {
    const at = newStack();
    const encryptionKey = new kms.Key(at, 'Key');
    const bucket = new s3.Bucket(at, 'Logs', { versioned, encryptionKey });
    AuditVault.fromExisting(at, 'Record', { bucket, encryptionKey, trailArn, retention, logs: true });
    return at;
  };

  it('are changed here, and nothing is printed', () => {
    const own = templateOf(made(true));
    const [key] = resourcesOf(own, 'AWS::KMS::Key').filter(({ Properties }) =>
      JSON.stringify(Properties.KeyPolicy).includes('"LogsArrive"'),
    );
    expect(key.Properties.KeyPolicy.Statement.find(({ Sid }: any) => Sid === 'LogsArrive')).toMatchObject({
      Condition: { ArnEquals: { 'aws:PrincipalArn': expect.anything() } },
    });
    expect(own.Outputs).toBeUndefined();
  });

  it('without versions it is refused: S3 copies to no such bucket', () => {
    expect(() => made(false)).toThrow(/^BH4063: .*not versioned/);
  });

  it('the bucket of a vault is refused, for it lets in its own role alone', () => {
    const at = newStack();
    const { bucket } = new AuditVault(at, 'Vault', { retention });
    expect(() => AuditVault.fromExisting(at, 'Record', { bucket, trailArn, retention, logs: true })).toThrow(
      /^BH4063: .*let the `AuditVault`/,
    );
  });

  it('a bucket of another account is refused where the account of the stack is not known', () => {
    const at = new Stack(new App(), 'Orders');
    const bucket = s3.Bucket.fromBucketName(at, 'Logs', 'org-logs');
    expect(() =>
      AuditVault.fromExisting(at, 'Record', { bucket, bucketAccount: OWNER, trailArn, retention, logs: true }),
    ).toThrow(/^BH4062/);
  });
});

describe('a folder receives by the record of this app that writes to it', () => {
  it('of an archive, by the trail of its source, once that is made', () => {
    const at = newStack('Archive');
    const archive = new AuditArchive(at, 'Archive', {
      bucketName: 'archive',
      retention,
      sources: [
        { name: 'own', account: ACCOUNT },
        { name: 'orders', account: OWNER },
      ],
    });
    const group = new logs.LogGroup(at, 'Group');
    const own = archive.folder('own');
    expect(() => own.receive(group)).toThrow(/^BH4063: .*make its `ArchivedAuditTrail` before/);
    const trail = new ArchivedAuditTrail(at, 'Record', { archive, source: 'own' });
    own.receive(group);
    own.createLogGroup(at, 'AccessLog');
    trail.receive(group);
    expect(resourcesOf(templateOf(at), 'AWS::Logs::SubscriptionFilter')).toHaveLength(2);
    expect(() => archive.folder('orders').receive(group)).toThrow(/^BH4063/);
  });

  it('of a replica, by the original, and so in both', () => {
    const made = new App();
    const replica = new AuditReplica(new Stack(made, 'Safe', { env: { account: OWNER, region: REGION } }), 'Copies', {
      bucketName: 'copies',
      retention,
    });
    const at = newStack('Orders', made);
    const copy = replica.copyOf(new AuditVault(at, 'Vault', { retention, replica }));
    copy.receive(new logs.LogGroup(at, 'Group'));
    expect(resourcesOf(templateOf(at), 'AWS::Logs::SubscriptionFilter')).toHaveLength(1);
    expect(() => copy.receive(new logs.LogGroup(replica, 'Elsewhere'))).toThrow(/^BH4005/);
  });
});

describe('the way to a record that is in none of the templates', () => {
  const waysOf = (body: any): readonly string[] =>
    writeOnceOf(snapshotOf([{ name: 'Orders', file: '', body, account: ACCOUNT, region: REGION }])).principals.flatMap(
      ({ logicalId, ways }) => ways.flatMap(({ kinds }) => kinds.map((kind) => `${logicalId.slice(0, 8)} ${kind}`)),
    );

  it('is part of what nobody may tamper with', () => {
    // All of S3 and KMS: bucket and key policies keep it out.
    expect(waysOf(template)).toEqual([]);
    const open = structuredClone(template);
    const [attacker] = resourcesOf(open, 'AWS::IAM::Policy').filter(({ Properties }) =>
      Properties.Roles.some(({ Ref }: any) => Ref?.startsWith('Attacker')),
    );
    attacker.Properties.PolicyDocument.Statement[0].Action = ['firehose:DeleteDeliveryStream'];
    expect(waysOf(open)).toEqual(['Attacker stopping']);
  });

  it('has a key whose policy only the role that deploys may change', () => {
    const guards = resourcesOf(template, 'AWS::KMS::Key').flatMap(({ Properties }) =>
      Properties.KeyPolicy.Statement.filter(({ Sid }: any) => Sid === 'DenyGuardChange'),
    );
    expect(guards).toHaveLength(1);
    expect(guards[0].Action).toContain('kms:PutKeyPolicy');
  });
});
