import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { ArchivedAuditTrail } from '../../../lib/constructs/audit/archived-audit-trail';
import { AuditArchive } from '../../../lib/constructs/audit/audit-archive';
import type { AuditArchiveProps } from '../../../lib/constructs/audit/audit-archive-props';
import { AuditQueries } from '../../../lib/constructs/audit/audit-queries';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { TamperAlarms } from '../../../lib/constructs/monitoring/tamper-alarms';
import { decide } from '../../../lib/engine/decide/decide';
import type { ExternalPrincipal } from '../../../lib/engine/decide/decision';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { PolicyText } from '../../../lib/model/policy';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';

const REGION = 'eu-west-1';
const ARCHIVE = '444455556666';
const ORDERS = '111122223333';
const BILLING = '222233334444';
const BUCKET = 'audit-archive-444455556666';

/** An archive, two apps in two accounts, an auditor of each, one of the archive, and an administrator in each account. */
function threeAccounts(): App {
  const app = new App();
  const stackOf = (id: string, account: string): Stack => new Stack(app, id, { env: { account, region: REGION } });
  const administratorOf = (stack: Stack): iam.Role => {
    const role = new iam.Role(stack, 'Admin', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*', 'kms:*'], resources: ['*'] }));
    return role;
  };
  const archiveStack = stackOf('Archive', ARCHIVE);
  const archive = new AuditArchive(archiveStack, 'Archive', {
    bucketName: BUCKET,
    retention: Duration.days(400),
    owner: 'security',
    sources: [
      { name: 'orders', account: ORDERS },
      { name: 'billing', account: BILLING },
      { name: 'archive', account: ARCHIVE },
    ],
  });
  const auditor = (stack: Stack, roleName: string) => ({
    owner: 'security',
    assumedBy: new iam.AccountPrincipal(stack.account),
    roleName,
  });
  new AuditorRole(archiveStack, 'Auditor', {
    ...auditor(archiveStack, 'chief-auditor'),
    vault: archive.folder('orders'),
  });
  new ArchivedAuditTrail(archiveStack, 'Own', { archive, source: 'archive' });
  administratorOf(archiveStack);
  for (const [id, account] of [
    ['Orders', ORDERS],
    ['Billing', BILLING],
  ] as const) {
    const stack = stackOf(id, account);
    const trail = new ArchivedAuditTrail(stack, 'Record', { archive, source: id.toLowerCase(), owner: 'security' });
    new AuditorRole(stack, 'Auditor', { ...auditor(stack, `${id.toLowerCase()}-auditor`), vault: trail });
    new AuditQueries(stack, 'Queries', { vault: trail, since: '2026-11-01' });
    const alarmTopic = new AlarmTopic(stack, 'Topic', { emails: ['on-call@example.com'] });
    new TamperAlarms(stack, 'Tampering', { vault: trail, alarmTopic });
    administratorOf(stack);
  }
  return app;
}

const app = threeAccounts();
const sources = app.synth().stacks.map(({ stackName, template, environment: { account, region } }) => ({
  name: stackName,
  file: stackName,
  body: template as Record<string, any>,
  account,
  region,
}));

/** The assembly, after a change of the archive's template. */
function assembly(change?: (archive: Record<string, any>) => void) {
  const changed = structuredClone(sources);
  change?.(changed.find(({ name }) => name === 'Archive')?.body['Resources']);
  const snapshot = snapshotOf(changed);
  return { snapshot, world: worldOf(snapshot) };
}
type Assembly = ReturnType<typeof assembly>;

function allowed(
  { world }: Assembly,
  who: string | ExternalPrincipal,
  action: string,
  resource: PolicyText,
  context: Record<string, string> = {},
) {
  const [stack, start] = typeof who === 'string' ? who.split('/') : [];
  const principal =
    typeof who === 'string'
      ? world.principals.find(
          (each) => each.resource.template.name === stack && each.resource.logicalId.startsWith(start),
        )
      : who;
  if (principal === undefined) throw new Error(`nobody is ${JSON.stringify(who)}`);
  const { may, must } = decide(
    { principal, action, resource, context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', ...context } },
    world,
  );
  expect(may || !must).toBe(true);
  return may === must ? may : 'possible';
}

const WHOLE = assembly();
const CLOUDTRAIL: ExternalPrincipal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };
const logOf = (folder: string, account: string) =>
  `arn:aws:s3:::${BUCKET}/${folder}/AWSLogs/${account}/CloudTrail/eu-west-1/2027/01/01/log.json.gz`;
const trailArn = (account: string, name: string) => `arn:aws:cloudtrail:${REGION}:${account}:trail/${name}`;
const asTrail = (account: string, name: string) => ({
  'aws:SourceArn': trailArn(account, name),
  's3:x-amz-acl': 'bucket-owner-full-control',
  'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com',
});
const keyOf = ({ snapshot }: Assembly): PolicyText =>
  snapshot.resources.find(
    ({ template, logicalId }) => template.name === 'Archive' && logicalId.startsWith('ArchiveKey'),
  )?.arn as PolicyText;

describe('each trail writes to its own folder', () => {
  it('and to no other, whichever account it is of', () => {
    const write = (arn: [string, string], folder: string, account: string) =>
      allowed(WHOLE, CLOUDTRAIL, 's3:PutObject', logOf(folder, account), asTrail(...arn));
    expect(write([ORDERS, 'orders-audit'], 'orders', ORDERS)).toBe(true);
    expect(write([BILLING, 'billing-audit'], 'billing', BILLING)).toBe(true);
    expect(write([ARCHIVE, 'archive-audit'], 'archive', ARCHIVE)).toBe(true);
    expect(write([ORDERS, 'orders-audit'], 'billing', BILLING)).toBe(false);
    expect(write([ORDERS, 'billing-audit'], 'billing', BILLING)).toBe(false);
    expect(write(['999999999999', 'orders-audit'], 'orders', ORDERS)).toBe(false);
  });

  it('checks the bucket and encrypts with its key as itself alone', () => {
    const bucket = `arn:aws:s3:::${BUCKET}`;
    expect(allowed(WHOLE, CLOUDTRAIL, 's3:GetBucketAcl', bucket, asTrail(ORDERS, 'orders-audit'))).toBe(true);
    expect(allowed(WHOLE, CLOUDTRAIL, 's3:GetBucketAcl', bucket, asTrail('999999999999', 'orders-audit'))).toBe(false);
    const encrypt = (account: string, context: string) =>
      allowed(WHOLE, CLOUDTRAIL, 'kms:GenerateDataKey', keyOf(WHOLE), {
        ...asTrail(account, 'orders-audit'),
        'kms:EncryptionContext:aws:cloudtrail:arn': trailArn(context, 'orders-audit'),
      });
    expect(encrypt(ORDERS, ORDERS)).toBe(true);
    expect(encrypt('999999999999', ORDERS)).toBe(false);
    expect(encrypt(ORDERS, '999999999999')).toBe(false);
  });

  it('is told where: bucket, folder and key of the archive, after they stand', () => {
    const orders = sources.find(({ name }) => name === 'Orders')?.body['Resources'];
    const [trail] = Object.values<any>(orders).filter(({ Type }) => Type === 'AWS::CloudTrail::Trail');
    expect(trail.Properties).toMatchObject({ TrailName: 'orders-audit', S3BucketName: BUCKET, S3KeyPrefix: 'orders' });
    expect(JSON.stringify(trail.Properties.KMSKeyId)).toContain(`:kms:${REGION}:${ARCHIVE}:alias/${BUCKET}`);
    const stack = app.node.findChild('Orders') as Stack;
    expect(stack.dependencies.map(({ node }) => node.id)).toEqual(['Archive']);
    expect((app.node.findChild('Archive') as Stack).dependencies).toEqual([]);
  });
});

describe('reading across accounts takes both sides', () => {
  const mine = logOf('orders', ORDERS);
  const throughS3 = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` };

  it('the auditor of an account reads its folder, with the key, and no other folder', () => {
    expect(allowed(WHOLE, 'Orders/Auditor', 's3:GetObject', mine)).toBe(true);
    expect(allowed(WHOLE, 'Orders/Auditor', 'kms:Decrypt', keyOf(WHOLE), throughS3)).toBe(true);
    expect(allowed(WHOLE, 'Orders/Auditor', 'kms:Decrypt', keyOf(WHOLE))).not.toBe(false);
    expect(
      allowed(WHOLE, 'Orders/Auditor', 'kms:Decrypt', keyOf(WHOLE), { 'kms:ViaService': 'ec2.amazonaws.com' }),
    ).toBe(false);
    expect(allowed(WHOLE, 'Orders/Auditor', 's3:GetObject', logOf('billing', BILLING))).toBe(false);
    expect(allowed(WHOLE, 'Billing/Auditor', 's3:GetObject', mine)).toBe(false);
  });

  it('lists it by its own folder only', () => {
    const list = (prefix: string) =>
      allowed(WHOLE, 'Orders/Auditor', 's3:ListBucket', `arn:aws:s3:::${BUCKET}`, { 's3:prefix': prefix });
    expect(list(`orders/AWSLogs/${ORDERS}/CloudTrail/`)).toBe(true);
    expect(list(`billing/AWSLogs/${BILLING}/`)).toBe(false);
  });

  it('the auditor of the archive reads the folder that it was granted, and no other', () => {
    expect(allowed(WHOLE, 'Archive/Auditor', 's3:GetObject', mine)).toBe(true);
    expect(allowed(WHOLE, 'Archive/Auditor', 'kms:Decrypt', keyOf(WHOLE), throughS3)).toBe(true);
    expect(allowed(WHOLE, 'Archive/Auditor', 's3:GetObject', logOf('billing', BILLING))).toBe(false);
  });

  it('one side alone is not enough: neither the statement of the archive without permissions, nor the other way round', () => {
    const reads = ({ Sid = '' }: any): boolean => Sid.startsWith('AuditorReads');
    const closed = assembly((archive) => {
      for (const { Type, Properties } of Object.values<any>(archive)) {
        if (Type !== 'AWS::S3::BucketPolicy') continue;
        Properties.PolicyDocument.Statement = Properties.PolicyDocument.Statement.filter((each: any) => !reads(each));
      }
    });
    expect(allowed(closed, 'Orders/Auditor', 's3:GetObject', mine)).toBe(false);
    const alone = structuredClone(sources);
    for (const { name, body } of alone) {
      if (name !== 'Orders') continue;
      for (const [id, { Type }] of Object.entries<any>(body['Resources'])) {
        if (Type === 'AWS::IAM::Policy') delete body['Resources'][id];
      }
    }
    const snapshot = snapshotOf(alone);
    expect(allowed({ snapshot, world: worldOf(snapshot) }, 'Orders/Auditor', 's3:GetObject', mine)).toBe(false);
  });
});

describe('administrators', () => {
  const bucket = `arn:aws:s3:::${BUCKET}`;
  it.each(['Orders/Admin', 'Billing/Admin', 'Archive/Admin'])(
    '%s neither reads, writes, deletes nor opens it',
    (who) => {
      const objects = [
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:PutObjectRetention',
      ];
      for (const action of objects) expect(allowed(WHOLE, who, action, logOf('orders', ORDERS)), action).toBe(false);
      for (const action of ['s3:PutBucketPolicy', 's3:PutReplicationConfiguration', 's3:PutLifecycleConfiguration']) {
        expect(allowed(WHOLE, who, action, bucket), action).toBe(false);
      }
      expect(allowed(WHOLE, who, 'kms:Decrypt', keyOf(WHOLE))).toBe(false);
      expect(allowed(WHOLE, who, 'kms:ScheduleKeyDeletion', keyOf(WHOLE))).toBe(false);
    },
  );

  it('of the account of the archive would read another folder but for the Deny of that folder', () => {
    // The auditor is among those whom the Deny of the whole bucket leaves out.
    const wide = assembly((archive) => {
      for (const { Type, Properties } of Object.values<any>(archive)) {
        if (Type === 'AWS::S3::BucketPolicy') {
          const { Statement } = Properties.PolicyDocument;
          Properties.PolicyDocument.Statement = Statement.filter(({ Sid }: any) => Sid !== 'DenyReadingBilling');
        }
        if (Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::ManagedPolicy') {
          Properties.PolicyDocument.Statement = [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }];
        }
      }
    });
    expect(allowed(wide, 'Archive/Auditor', 's3:GetObject', logOf('billing', BILLING))).toBe(true);
  });
});

describe('the rules', () => {
  const audit = allRules.filter(({ id }) => id.startsWith('AUD') && id !== 'AUD7');
  const found = ({ snapshot }: Assembly): string[] =>
    runRules(snapshot, audit).map(({ ruleId, message }) => `${ruleId}: ${message}`);
  it('find nothing, in all accounts together', () => {
    expect(found(WHOLE)).toEqual([]);
  });

  it('find a statement that lets in a trail which was not declared', () => {
    const open = assembly((archive) => {
      const policy = Object.values<any>(archive).find(
        ({ Type, Properties }) =>
          Type === 'AWS::S3::BucketPolicy' && JSON.stringify(Properties).includes('CloudTrailWritesBilling'),
      );
      const billing = policy.Properties.PolicyDocument.Statement.find(
        ({ Sid }: any) => Sid === 'CloudTrailWritesBilling',
      );
      billing.Condition.StringEquals['aws:SourceArn'] = trailArn('999999999999', 'billing-audit');
    });
    expect(found(open).some((each) => each.startsWith('Bulkhead-AUD3'))).toBe(true);
  });
});

describe('limits', () => {
  const archive = (more: Partial<AuditArchiveProps>, env: object = { account: ARCHIVE, region: REGION }) => {
    const stack = new Stack(new App(), 'Archive', { env });
    const made = new AuditArchive(stack, 'Archive', {
      bucketName: BUCKET,
      retention: Duration.days(400),
      sources: [{ name: 'orders', account: ORDERS }],
      ...more,
    });
    return { stack, made };
  };
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      name: `a-name-of-forty-letters-that-is-full-${100 + index}`,
      account: String(100000000000 + index),
      readerArns: [
        `arn:aws:iam::${100000000000 + index}:role/a-role-with-a-name-of-sixty-four-letters-${'x'.repeat(22)}`,
      ],
    }));

  const sizes = (
    count: number,
    withReaders: boolean,
    logs = true,
  ): { readonly refused: boolean; readonly key: number } => {
    const some = many(count).map(({ readerArns, ...each }) => ({
      ...each,
      logs,
      ...(withReaders ? { readerArns } : {}),
    }));
    const { stack } = archive({ sources: some, bucketName: 'b'.repeat(63) });
    const refused = stack.node.findAll().flatMap((each) => each.node.validate());
    const [key] = Object.values<any>(
      Template.fromStack(stack, { skipCyclicalDependenciesCheck: true }).findResources('AWS::KMS::Key'),
    );
    return {
      refused: refused.some((each) => each.startsWith('BH4054')),
      key: JSON.stringify(key.Properties.KeyPolicy).length,
    };
  };
  it.each([
    ['eleven sources', 11, false, true],
    ['six sources with a reader of another account each', 6, true, true],
    ['seventeen sources without log groups', 17, false, false],
    ['seven sources without log groups and with such a reader each', 7, true, false],
  ] as const)('%s fit into a bucket policy with the longest names', (_, count, withReaders, logs) => {
    const { refused, key } = sizes(count, withReaders, logs);
    expect(refused).toBe(false);
    expect(key).toBeLessThan(32_000);
  });

  it('more than a bucket policy takes is refused before it is deployed', () => {
    const { stack } = archive({ sources: many(20), bucketName: 'b'.repeat(63) });
    expect(stack.node.findAll().flatMap((each) => each.node.validate())).toEqual([
      expect.stringMatching(/^BH4054: the policy of the bucket has \d+ characters, expected at most 20480/),
    ]);
  });

  it.each<[string, Partial<AuditArchiveProps>]>([
    ['no source', { sources: [] }],
    ['twenty-one sources', { sources: many(21) }],
    ['two of one name', { sources: [many(1)[0], many(1)[0]] as AuditArchiveProps['sources'] }],
    ['a folder with a slash', { sources: [{ name: 'a/b', account: ORDERS }] }],
    ['an account that is none', { sources: [{ name: 'orders', account: 'orders' }] }],
    [
      'a reader that is a session',
      { sources: [{ name: 'orders', account: ORDERS, readerArns: ['arn:aws:sts::1:x'] }] },
    ],
    ['a name that no bucket has', { bucketName: 'Audit_Archive' }],
  ])('%s is refused', (_, more) => {
    expect(() => archive(more)).toThrow(/^BH4050/);
  });

  it('an archive without an account is refused, and a trail of another account or source', () => {
    expect(() => archive({}, {})).toThrow(/^BH4050/);
    const { made, stack } = archive({});
    expect(() => made.folder('payroll')).toThrow(/^BH4051: `payroll` is no source/);
    const elsewhere = new Stack(stack.node.root, 'Elsewhere', { env: { account: BILLING, region: REGION } });
    expect(() => new ArchivedAuditTrail(elsewhere, 'Record', { archive: made, source: 'orders' })).toThrow(/^BH4052/);
  });
});
