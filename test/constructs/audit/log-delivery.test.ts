import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { AuditArchive } from '../../../lib/constructs/audit/audit-archive';
import { AuditReplica } from '../../../lib/constructs/audit/audit-replica';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { ArchivedAuditTrail } from '../../../lib/constructs/audit/archived-audit-trail';
import { decide } from '../../../lib/engine/decide/decide';
import { writeOnceOf } from '../../../lib/engine/duties/write-once-of';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { PolicyText } from '../../../lib/model/policy';
import { isText, text } from '../../../lib/model/value';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';
import { ACCOUNT, REGION, newStack } from './deployed';

const ARCHIVE = '444455556666';
const retention = Duration.days(400);

/** A vault with a replica, an API's log group in another stack, and an archive with a trail of an account. */
function deployed() {
  const app = new App();
  const stackOf = (id: string, account: string): Stack => new Stack(app, id, { env: { account, region: REGION } });
  const safe = stackOf('Safe', ARCHIVE);
  const record = stackOf('Record', ACCOUNT);
  const service = stackOf('Service', ACCOUNT);
  const billing = stackOf('Billing', '222233334444');
  const replica = new AuditReplica(safe, 'Replica', { bucketName: 'copies', retention });
  const vault = new AuditVault(record, 'Vault', { retention, replica });
  vault.createLogGroup(service, 'AccessLog');
  const own = new logs.LogGroup(service, 'Own', {
    encryptionKey: vault.encryptionKey,
    retention: logs.RetentionDays.THIRTEEN_MONTHS,
  });
  vault.receive(own);
  vault.receive(own);
  const archive = new AuditArchive(safe, 'Archive', {
    bucketName: 'archive',
    retention,
    sources: [{ name: 'billing', account: '222233334444' }],
    replica,
  });
  new ArchivedAuditTrail(billing, 'Record', { archive, source: 'billing' }).createLogGroup(billing, 'AccessLog');
  for (const stack of [record, safe, billing]) {
    const attacker = new iam.Role(stack, 'Attacker', {
      roleName: 'attacker',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    attacker.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*', 'kms:*'], resources: ['*'] }));
  }
  return app.synth().stacks.map(({ stackName, template, environment: { account, region } }) => ({
    name: stackName,
    file: stackName,
    body: template as Record<string, any>,
    account,
    region,
  }));
}

const templates = deployed();
const snapshot = snapshotOf(templates);
const world = worldOf(snapshot);
const resource = (path: string) => {
  const [stack, start] = path.split('/');
  const found = snapshot.resources.filter(
    ({ template, logicalId, type }) =>
      template.name === stack && logicalId.slice(0, -8) === start && !type.endsWith('Policy'),
  );
  if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} resources are ${path}`);
  return found[0];
};
const raw = (stack: string, type: string): any[] =>
  Object.values<any>(templates.find(({ name }) => name === stack)?.body['Resources']).filter(
    ({ Type }) => Type === type,
  );
const can = (who: string, action: string, on: string, end = '', context: Record<string, string> = {}) => {
  const principal = world.principal(resource(who).key);
  if (principal === undefined) throw new Error(`no principal ${who}`);
  const arn = resource(on).arn as PolicyText;
  const parts = isText(arn) ? arn.parts : [arn as string];
  const tls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
  const { may, must } = decide(
    { principal, action, resource: text([...parts, end]), context: { ...tls, ...context } },
    world,
  );
  return may === must ? may : 'possible';
};
const OBJECT = `/AWSLogs/${ACCOUNT}/CloudWatchLogs/${REGION}/2027/01/01/00/log.json.gz`;
const EVENTS = `/AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/2027/01/01/log.json.gz`;

describe('a log group that is received', () => {
  it('is subscribed once, though two imports name it, and is refused where it has two subscriptions already', () => {
    const stack = newStack();
    const vault = new AuditVault(stack, 'Vault', { retention });
    for (const id of ['One', 'Other']) vault.receive(logs.LogGroup.fromLogGroupName(stack, id, 'orders'));
    Template.fromStack(stack).resourceCountIs('AWS::Logs::SubscriptionFilter', 1);
    const full = new logs.LogGroup(stack, 'Full');
    for (const id of ['A', 'B']) {
      new logs.CfnSubscriptionFilter(full, id, {
        logGroupName: full.logGroupName,
        filterPattern: '',
        destinationArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/mine',
      });
    }
    for (const none of [undefined, 'orders'] as any[]) expect(() => vault.receive(none)).toThrow(/^BH4065/);
    expect(() => vault.receive(full)).toThrow(
      /^BH4064: `Orders\/Full` has two .*`Orders\/Full\/A` and `Orders\/Full\/B`/,
    );
  });

  it('is sent line by line, unfiltered, once, and by a role that can do nothing else', () => {
    const filters = raw('Service', 'AWS::Logs::SubscriptionFilter');
    expect(filters).toHaveLength(2);
    for (const { Properties } of filters) expect(Properties.FilterPattern).toBe('');
    const [policy] = raw('Record', 'AWS::IAM::Policy').filter(({ Properties }) =>
      Properties.PolicyName.startsWith('VaultLogDeliverySending'),
    );
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
        Resource: {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, expect.stringMatching(/deliverystream\/.+/)]],
        },
      },
    ]);
  });

  it('is sent by CloudWatch Logs of this account and region alone', () => {
    const [{ Properties }] = raw('Record', 'AWS::IAM::Role').filter(({ Properties: { RoleName } }) =>
      RoleName?.endsWith('-sending'),
    );
    expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'logs.amazonaws.com' },
        Condition: {
          StringLike: {
            'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:logs:${REGION}:${ACCOUNT}:*`]] },
          },
        },
      },
    ]);
  });

  it('lands by Firehose for this account alone, encrypted on its way and where it lands', () => {
    const [{ Properties }] = raw('Record', 'AWS::IAM::Role').filter(({ Properties: { RoleName } }) =>
      RoleName?.endsWith('-landing'),
    );
    expect(Properties.AssumeRolePolicyDocument.Statement).toMatchObject([
      { Principal: { Service: 'firehose.amazonaws.com' }, Condition: { StringEquals: { 'sts:ExternalId': ACCOUNT } } },
    ]);
    const [stream] = raw('Record', 'AWS::KinesisFirehose::DeliveryStream');
    expect(stream.Properties.DeliveryStreamEncryptionConfigurationInput).toEqual({ KeyType: 'AWS_OWNED_CMK' });
    expect(stream.Properties.ExtendedS3DestinationConfiguration).toMatchObject({
      Prefix: `AWSLogs/${ACCOUNT}/CloudWatchLogs/${REGION}/!{timestamp:yyyy/MM/dd/HH}/`,
      ErrorOutputPrefix: expect.stringMatching(
        new RegExp(`^AWSLogs/${ACCOUNT}/CloudWatchLogs/${REGION}/errors/!\\{firehose:error-output-type\\}/`),
      ),
      EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: expect.anything() } },
      CompressionFormat: 'UNCOMPRESSED',
      FileExtension: '.json.gz',
    });
  });

  it('is copied to the locked bucket, and to the replica of it, for what arrives as a copy is not copied on', () => {
    const landing = raw('Record', 'AWS::S3::Bucket').find(({ Metadata }) =>
      Metadata?.['cdk-bulkhead']?.kind.endsWith('landing'),
    );
    const { Rules } = landing.Properties.ReplicationConfiguration;
    expect(Rules.map(({ Id, Status, Priority }: any) => [Id, Status, Priority])).toEqual([
      ['LogsToTheRecord', 'Enabled', 1],
      ['EverythingToTheReplica', 'Enabled', 2],
    ]);
    for (const { Filter, Destination } of Rules) {
      expect(Filter).toEqual({ Prefix: `AWSLogs/${ACCOUNT}/CloudWatchLogs/` });
      expect(Destination.Metrics).toEqual({ Status: 'Enabled' });
    }
    expect(landing.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(landing.Properties).not.toHaveProperty('ObjectLockEnabled');
    expect(JSON.stringify(landing.Properties.LifecycleConfiguration)).toContain('"ExpirationInDays":14');
  });
});

describe('who writes on the way', () => {
  const LANDING = 'Record/VaultLogDeliveryLanding';
  const WRITER = 'Record/VaultLogDeliveryWriter';
  const COPIER = 'Record/VaultLogDeliveryReplicationRole';
  const VAULT = 'Record/VaultBucket';
  it.each<[string, string, string, string, string, boolean]>([
    ['Firehose lands log groups', WRITER, 's3:PutObject', LANDING, OBJECT, true],
    ['… and nothing beside them', WRITER, 's3:PutObject', LANDING, EVENTS, false],
    ['… and nothing in the locked bucket', WRITER, 's3:PutObject', VAULT, OBJECT, false],
    ['S3 copies log groups', COPIER, 's3:ReplicateObject', VAULT, OBJECT, true],
    ['… and nothing over the files of CloudTrail', COPIER, 's3:ReplicateObject', VAULT, EVENTS, false],
    ['… and writes nothing otherwise', COPIER, 's3:PutObject', VAULT, OBJECT, false],
    ['… and deletes nothing', COPIER, 's3:DeleteObject', LANDING, OBJECT, false],
    ['whoever may all of S3 lands nothing', 'Record/Attacker', 's3:PutObject', LANDING, OBJECT, false],
    ['… and copies nothing', 'Record/Attacker', 's3:ReplicateObject', VAULT, OBJECT, false],
    ['… and reads nothing', 'Record/Attacker', 's3:GetObject', LANDING, OBJECT, false],
    ['… and turns no copying off', 'Record/Attacker', 's3:PutReplicationConfiguration', LANDING, '', false],
    ['another account copies nothing to the vault', 'Billing/Attacker', 's3:ReplicateObject', VAULT, OBJECT, false],
  ])('%s', (_, who, action, on, end, expected) => {
    expect(can(who, action, on, end)).toBe(expected);
  });

  it('S3 copies the log groups of an account to its folder of the archive, and to no other', () => {
    const copier = 'Billing/RecordLogDeliveryReplicationRole';
    const copy = (who: string, folder: string) =>
      can(who, 's3:ReplicateObject', 'Safe/ArchiveBucket', `/${folder}/CloudWatchLogs/log.json.gz`);
    expect(copy(copier, 'billing/AWSLogs/222233334444')).toBe(true);
    expect(copy(copier, `orders/AWSLogs/${ACCOUNT}`)).toBe(false);
    expect(copy(copier, `orders/AWSLogs/${ACCOUNT}/CloudWatchLogs/AWSLogs/222233334444`)).toBe(false);
    expect(copy(copier, 'billing/AWSLogs/222233334444/CloudTrail')).toBe(false);
    expect(copy('Billing/Attacker', 'billing/AWSLogs/222233334444')).toBe(false);
    expect(copy('Safe/Attacker', 'billing/AWSLogs/222233334444')).toBe(false);
    const rules = raw('Billing', 'AWS::S3::Bucket').flatMap(
      ({ Properties }) => Properties.ReplicationConfiguration?.Rules.map(({ Id }: any) => Id) ?? [],
    );
    expect(rules).toEqual(['LogsToTheArchive', 'EverythingToTheReplica']);
  });
});

describe('a replica of several records', () => {
  /** Whether a role gets through, once its own policies allow everything of S3 and deny nothing. */
  const unleashed = (who: string, policy: string, key: string) => {
    const [stack, start] = who.split('/');
    const changed = structuredClone(templates);
    const resources = changed.find(({ name }) => name === stack)?.body['Resources'];
    const [, found] = Object.entries<any>(resources).find(([id]) => id.slice(0, -8) === policy) ?? [];
    found.Properties.PolicyDocument.Statement = [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }];
    const all = worldOf(snapshotOf(changed));
    const principal = all.principals.find(
      ({ resource: { template, logicalId } }) => template.name === stack && logicalId.slice(0, -8) === start,
    );
    if (principal === undefined) throw new Error(`no principal ${who}`);
    const context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
    return decide({ principal, action: 's3:ReplicateObject', resource: `arn:aws:s3:::copies/${key}`, context }, all);
  };
  const BILLING = 'billing/AWSLogs/222233334444';
  it.each<[string, string, string, boolean]>([
    ['the logs of its account', 'Billing/RecordLogDelivery', `${BILLING}/CloudWatchLogs/log.json.gz`, true],
    ['not the events of its account', 'Billing/RecordLogDelivery', `${BILLING}/CloudTrail/log.json.gz`, false],
    ['not the logs of another', 'Billing/RecordLogDelivery', OBJECT.slice(1), false],
    ['of a vault, its logs', 'Record/VaultLogDelivery', OBJECT.slice(1), true],
    ['… and not its events', 'Record/VaultLogDelivery', EVENTS.slice(1), false],
    ['the events of a vault', 'Record/Vault', EVENTS.slice(1), true],
    ['… and not those of an archive', 'Record/Vault', `${BILLING}/CloudTrail/log.json.gz`, false],
    ['the folders of an archive, in its own account', 'Safe/Archive', `${BILLING}/CloudTrail/log.json.gz`, true],
    ['… and not those of a vault', 'Safe/Archive', EVENTS.slice(1), false],
  ])('gets from a role whatever its own policies say: %s', (_, who, key, expected) => {
    const { may, must } = unleashed(`${who}ReplicationRole`, `${who.split('/')[1]}ReplicationPolicy`, key);
    expect([may, must]).toEqual([expected, expected]);
  });
});

describe('the names of the roles', () => {
  const namesIn = (region: string, id: string): string[] => {
    const app = new App();
    const stack = new Stack(app, id, { env: { account: ACCOUNT, region } });
    const safe = { account: ARCHIVE, region: 'eu-north-1' };
    const replica = new AuditReplica(new Stack(app, 'Safe', { env: safe }), 'R', { bucketName: 'copies', retention });
    new AuditVault(stack, 'AVaultOfARatherLongName', { retention, replica });
    const roles = Object.values<any>(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    return roles.flatMap(({ Properties }) => Properties.RoleName ?? []);
  };

  it('tell regions apart: the same stack stands in several of an account', () => {
    const names = [...namesIn('eu-west-1', 'Orders'), ...namesIn('ap-southeast-1', 'Orders')];
    expect(names).toHaveLength(8);
    expect(new Set(names).size).toBe(8);
  });

  it('are as long as IAM takes, by stacks of any length', () => {
    for (const name of namesIn('us-isof-south-1', 'Orders'.repeat(20))) expect(name.length).toBeLessThanOrEqual(64);
  });
});

it('nothing lands before S3 may copy it, and a stream that could not be made goes', () => {
  const [stream] = raw('Record', 'AWS::KinesisFirehose::DeliveryStream');
  expect(stream.DependsOn).toEqual(
    expect.arrayContaining([expect.stringMatching(/^VaultLogDeliveryReplicationPolicy/)]),
  );
  expect(stream.DeletionPolicy).toBe('RetainExceptOnCreate');
});

describe('in the analysis', () => {
  it('the roles of the delivery are no way to tamper with the record', () => {
    const ways = writeOnceOf(snapshot).principals.flatMap(({ principal, ways: found }) =>
      found.length === 0 ? [] : [principal],
    );
    expect(ways.filter((each) => each.includes('LogDelivery'))).toEqual([]);
  });

  it('no rule for the record finds anything', () => {
    const rules = allRules.filter(({ id }) => id.startsWith('AUD') && id !== 'AUD7' && id !== 'AUD14');
    expect(
      runRules(snapshot, rules).map(({ ruleId, logicalId, message }) => `${ruleId} ${logicalId} ${message}`),
    ).toEqual([]);
  });
});

describe('what cannot be received is refused', () => {
  it('a log group of another region, and one whose region is known to be none of the vault', () => {
    const app = new App();
    const vault = new AuditVault(newStack('Record', app), 'Vault', { retention });
    const elsewhere = new Stack(app, 'Elsewhere', { env: { account: ACCOUNT, region: 'us-east-1' } });
    expect(() => vault.receive(new logs.LogGroup(elsewhere, 'Log'))).toThrow(/^BH4005/);
  });

  it('by a record that was there before, and by a folder of an archive', () => {
    const stack = newStack();
    const existing = AuditVault.fromExisting(stack, 'Existing', {
      bucket: new AuditVault(stack, 'Vault', { retention }).bucket,
      trailArn: `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/audit`,
      retention,
    });
    const group = new logs.LogGroup(stack, 'Log');
    expect(() => existing.receive(group)).toThrow(
      /^BH4063: `Orders\/Existing` receives no log groups, at Orders\/Existing/,
    );
    expect(existing.createLogGroup(stack, 'Kept')).toBeDefined();
    const archive = new AuditArchive(stack, 'Archive', {
      bucketName: 'archive',
      retention,
      sources: [{ name: 'orders', account: ACCOUNT, logs: false }],
    });
    expect(() => archive.folder('orders').receive(group)).toThrow(/^BH4063/);
    const trail = new ArchivedAuditTrail(stack, 'Record', { archive, source: 'orders' });
    expect(() => trail.receive(group)).toThrow(/^BH4063: .*`logs: false`/s);
    trail.createLogGroup(stack, 'Other');
    Template.fromStack(stack).resourceCountIs('AWS::Logs::SubscriptionFilter', 0);
  });
});
