import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { AuditArchive } from '../../../lib/constructs/audit/audit-archive';
import { AuditReplica } from '../../../lib/constructs/audit/audit-replica';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { decide } from '../../../lib/engine/decide/decide';
import type { ExternalPrincipal } from '../../../lib/engine/decide/decision';
import { worldOf } from '../../../lib/engine/world/world-of';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';
import { ACCOUNT, REGION } from './deployed';

/** Where a copy of everything is, and the archive of several accounts. */
const SAFE = '444455556666';
const OTHER = '999999999999';
const TRAIL = 'orders-audit';

/**
 * A vault with its auditor and topic, its replica in another account, an archive there, and in each account somebody whose
 * own policies allow everything of S3, KMS and SNS.
 */
function templates(): readonly Template[] {
  const app = new App();
  const safe = new Stack(app, 'Safe', { env: { account: SAFE, region: REGION } });
  const stack = new Stack(app, 'Record', { env: { account: ACCOUNT, region: REGION } });
  const replica = new AuditReplica(safe, 'Replica', { bucketName: 'copies', retention: Duration.days(400) });
  const vault = new AuditVault(stack, 'Vault', { retention: Duration.days(400), trailName: TRAIL, replica });
  new AlarmTopic(stack, 'OnCall', { emails: ['on-call@example.com'] });
  const archive = new AuditArchive(safe, 'Archive', {
    bucketName: 'archive',
    retention: Duration.days(400),
    sources: [
      { name: 'orders', account: ACCOUNT, readerArns: [`arn:aws:iam::${ACCOUNT}:role/attacker`] },
      { name: 'billing', account: OTHER, readerArns: [`arn:aws:iam::${SAFE}:role/clerk`] },
      // A second one of the same account, and the archive's own.
      { name: 'payroll', account: ACCOUNT },
      { name: 'safe', account: SAFE },
    ],
  });
  for (const [at, read, id] of [
    [stack, vault, 'Auditor'],
    [safe, replica.copyOf(vault), 'CopyAuditor'],
    [safe, archive.folder('orders'), 'ArchiveAuditor'],
  ] as const) {
    new AuditorRole(at, id, {
      vault: read,
      owner: 'security',
      assumedBy: new iam.AccountPrincipal(at.account),
      roleName: id,
    });
  }
  for (const [at, id] of [
    [stack, `Orders-logs-${REGION}`],
    [stack, `Payroll-logs-${REGION}`],
    [safe, `Safe-logs-${REGION}`],
    [stack, 'Attacker'],
    [safe, 'Attacker'],
    [safe, 'Clerk'],
  ] as const) {
    const attacker = new iam.Role(at, id, {
      roleName: id.toLowerCase(),
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    attacker.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*', 'kms:*', 'sns:*'], resources: ['*'] }));
  }
  return app.synth().stacks.map(({ stackName, template, environment: { account, region } }) => ({
    name: stackName,
    file: stackName,
    body: template,
    account,
    region,
  }));
}
interface Template {
  readonly name: string;
  readonly file: string;
  readonly body: Record<string, any>;
  readonly account: string;
  readonly region: string;
}

const WHOLE = templates();
const DOCUMENTS: Record<string, string> = {
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
};
const documentOf = ({ Type, Properties }: any): any => Properties[DOCUMENTS[Type] ?? ''];

/** Every statement of every policy of a bucket, key or topic: `Record/VaultKey/DenyLoss`. */
function everyStatement(): string[] {
  return WHOLE.flatMap(({ name, body }) =>
    Object.entries<any>(body['Resources'])
      .filter(([, { Type }]) => Type in DOCUMENTS)
      .flatMap(([id, resource]) =>
        documentOf(resource).Statement.map(({ Sid }: any) => `${name}/${id.slice(0, -8)}/${Sid ?? 'without a name'}`),
      ),
  );
}

type Change = (statements: any[]) => any[];
/** The templates after a change of the statements of one policy. */
function changed(policy: string, change: Change): readonly Template[] {
  const [stack, start] = policy.split('/');
  const all = structuredClone(WHOLE);
  const resources = all.find(({ name }) => name === stack)?.body['Resources'];
  const found = Object.entries<any>(resources).filter(
    ([id, { Type }]) => id.slice(0, -8) === start && Type in DOCUMENTS,
  );
  if (found.length !== 1) throw new Error(`${found.length} policies are ${policy}`);
  const document = documentOf(found[0]?.[1]);
  document.Statement = change(document.Statement);
  return all;
}

/** A request: who, what, on which resource of which stack, with which context. */
interface Asked {
  /** `Record/Attacker`, or a service. */
  readonly who: string | ExternalPrincipal;
  readonly action: string;
  /** `Record/VaultBucket` */
  readonly on: string;
  /** What comes behind the ARN. */
  readonly end?: string;
  readonly context?: Record<string, string>;
}
const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

function answer(all: readonly Template[], { who, action, on, end = '', context = {} }: Asked): boolean | 'possible' {
  const snapshot = snapshotOf(all);
  const world = worldOf(snapshot);
  const find = (path: string) => {
    const [stack, start] = path.split('/');
    return snapshot.resources.find(
      ({ template, logicalId, type }) =>
        template.name === stack && logicalId.slice(0, -8) === start && !type.endsWith('Policy'),
    );
  };
  const principal = typeof who === 'string' ? world.principals.find(({ resource }) => resource === find(who)) : who;
  const arn = find(on)?.arn as any;
  if (principal === undefined || arn === undefined)
    throw new Error(`nobody, or nothing: ${JSON.stringify({ who, on })}`);
  const resource = typeof arn === 'string' ? `${arn}${end}` : end === '' ? arn : { ...arn, parts: [...arn.parts, end] };
  const { may, must } = decide({ principal, action, resource, context: { ...TLS, ...context } }, world);
  return may === must ? may : 'possible';
}

/** How a statement is proved. */
interface Proof {
  /** What an Allow is there for, or what a Deny keeps from. */
  readonly asked: Asked;
  /** Of an Allow: who else is not let in by it. */
  readonly not?: readonly Asked[];
  /** What a Deny guards against that the rest of the policy does not allow today. */
  readonly widened?: Change;
}
type Proofs = Record<string, Proof>;

const service = (name: string): ExternalPrincipal => ({ kind: 'service', service: `${name}.amazonaws.com` });
const CLOUDTRAIL = service('cloudtrail');
const trailArn = (account: string, name = TRAIL): string => `arn:aws:cloudtrail:${REGION}:${account}:trail/${name}`;
const asTrail = (arn: string) => ({
  'aws:SourceArn': arn,
  's3:x-amz-acl': 'bucket-owner-full-control',
  'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com',
});
const throughS3 = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` };
const throughEc2 = { 'kms:ViaService': `ec2.${REGION}.amazonaws.com` };

/** Denies that every bucket of a record has. */
function guards(policy: string, on: string, object: string, encryption: Proofs = {}, isLocked = true): Proofs {
  const who = `${on.split('/')[0]}/Attacker`;
  const deny = (sid: string, action: string, end = '', context = {}): Proofs => ({
    [`${policy}/${sid}`]: { asked: { who, action, on, end, context } },
  });
  return {
    ...deny('DenyPlainHttp', 's3:ListBucket', '', { 'aws:SecureTransport': 'false' }),
    ...deny('DenyOldTls', 's3:ListBucket', '', { 's3:TlsVersion': '1.0' }),
    ...(object === ''
      ? {}
      : {
          ...deny('DenyDeletion', 's3:DeleteObject', object),
          ...(isLocked ? deny('DenyRetentionChange', 's3:PutObjectRetention', object) : {}),
          ...deny('DenyForgery', 's3:PutObject', object),
          ...deny('DenyReadingByOthers', 's3:GetObject', object),
          ...deny('DenyGuardChange', 's3:PutBucketPolicy'),
        }),
    ...encryption,
  };
}

/** The statement by which a trail writes a folder, and no other trail does. */
function writes(sid: string, on: string, folder: string, arn: string): Proofs {
  const ask = (context: object, end = `/${folder}/CloudTrail/log.json.gz`): Asked => ({
    who: CLOUDTRAIL,
    action: 's3:PutObject',
    on,
    end,
    context: { ...asTrail(arn), ...context },
  });
  return {
    [sid]: {
      asked: ask({}),
      not: [
        ask({ 'aws:SourceArn': trailArn('123412341234') }),
        ask({ 'aws:SourceArn': `${arn}-2` }),
        ask({ 's3:x-amz-acl': 'public-read' }),
        ask({}, '/elsewhere/log.json.gz'),
      ],
    },
  };
}

function checks(sid: string, on: string, arn: string): Proofs {
  const ask = (source: string): Asked => ({ who: CLOUDTRAIL, action: 's3:GetBucketAcl', on, context: asTrail(source) });
  return { [sid]: { asked: ask(arn), not: [ask(trailArn('123412341234')), ask(`${arn}-2`)] } };
}

/** The statement by which S3 writes the access log of a bucket. */
function accessLog(policy: string, on: string, account: string): Proofs {
  const ask = (source: string): Asked => ({
    who: service('logging.s3'),
    action: 's3:PutObject',
    on,
    end: '/vault/2027-01-01',
    context: { 'aws:SourceAccount': source },
  });
  return { [`${policy}/S3WritesAccessLogs`]: { asked: ask(account), not: [ask('123412341234')] } };
}

/** What every key has: it stays manageable without being of use, and cannot be lost. */
function keptKey(on: string, isAliased: 'alias' | 'policy' | false = 'alias'): Proofs {
  const who = `${on.split('/')[0]}/Attacker`;
  return {
    [`${on}/AdministrationWithoutUse`]: {
      asked: { who, action: 'kms:EnableKey', on },
      not: ['kms:Decrypt', 'kms:CreateGrant', 'kms:ScheduleKeyDeletion'].map((action) => ({ who, action, on })),
    },
    ...(isAliased !== false
      ? {
          [`${on}/DenyGuardChange`]: {
            asked: { who, action: isAliased === 'alias' ? 'kms:UpdateAlias' : 'kms:PutKeyPolicy', on },
          },
        }
      : {}),
    [`${on}/DenyLoss`]: {
      asked: { who, action: 'kms:ScheduleKeyDeletion', on },
      // The account is not allowed it either: the Deny holds when somebody widens that.
      widened: (statements) =>
        statements.map((each) => (each.Sid === 'AdministrationWithoutUse' ? { ...each, Action: 'kms:*' } : each)),
    },
  };
}

/** What the key of a trail lets CloudTrail do, and no other trail. */
function trailKey(on: string, arn: string): Proofs {
  const ask = (action: string, context: object = {}): Asked => ({
    who: CLOUDTRAIL,
    action,
    on,
    context: { 'aws:SourceArn': arn, 'kms:EncryptionContext:aws:cloudtrail:arn': arn, ...context },
  });
  const foreign = { 'aws:SourceArn': trailArn('123412341234') };
  return {
    [`${on}/CloudTrailEncrypts`]: {
      asked: ask('kms:GenerateDataKey'),
      not: [
        ask('kms:GenerateDataKey', foreign),
        ask('kms:GenerateDataKey', { 'kms:EncryptionContext:aws:cloudtrail:arn': foreign['aws:SourceArn'] }),
      ],
    },
    [`${on}/CloudTrailDescribes`]: { asked: ask('kms:DescribeKey'), not: [ask('kms:DescribeKey', foreign)] },
    [`${on}/CloudTrailUsesBucketKey`]: { asked: ask('kms:Decrypt'), not: [ask('kms:Decrypt', foreign)] },
  };
}

function logsKey(on: string, account: string): Proofs {
  const ask = (of: string, who = service(`logs.${REGION}`)): Asked => ({
    who,
    action: 'kms:GenerateDataKey',
    on,
    context: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${REGION}:${of}:log-group:events` },
  });
  return {
    [`${on}/CloudWatchLogsKeepsLogGroups`]: {
      asked: ask(account),
      not: [ask('123412341234'), ask(account, service('logs.us-east-1'))],
    },
  };
}

/** The statement by which a role of the delivery of log groups encrypts, through S3. */
function encrypts(sid: string, who: string, others: readonly string[]): Proofs {
  const on = sid.split('/').slice(0, 2).join('/');
  const ask = (by: string, context: Record<string, string> = throughS3): Asked => ({
    who: by,
    action: 'kms:GenerateDataKey',
    on,
    context,
  });
  return { [sid]: { asked: ask(who), not: [ask(who, throughEc2), ...others.map((other) => ask(other))] } };
}

function decrypts(sid: string, who: string, others: readonly string[] = []): Proofs {
  const on = sid.split('/').slice(0, 2).join('/');
  const ask = (by: string, context: Record<string, string> = throughS3): Asked => ({
    who: by,
    action: 'kms:Decrypt',
    on,
    context,
  });
  return { [sid]: { asked: ask(who), not: [ask(who, throughEc2), ...others.map((other) => ask(other))] } };
}

const COPYING = 'Record/VaultReplicationRole';
const OBJECT = `/AWSLogs/${ACCOUNT}/CloudTrail/log.json.gz`;
const ON_ARCHIVE = 'Safe/ArchiveBucket';
const ORDERS_OBJECT = `/orders${OBJECT}`;
const publish = (name: string, context = {}): Asked => ({
  who: service(name),
  action: 'sns:Publish',
  on: 'Record/OnCallTopic',
  context,
});
const encryptAlarm = (name: string, context = {}): Asked => ({
  who: service(name),
  action: 'kms:GenerateDataKey',
  on: 'Record/OnCallKey',
  context,
});
const own = { 'aws:SourceAccount': ACCOUNT };
const foreign = { 'aws:SourceAccount': OTHER };
const byAttacker = (action: string, on: string, context = {}): Asked => ({
  who: 'Record/Attacker',
  action,
  on,
  context,
});
const copies = (who: string, action: string, end: string): Asked => ({ who, action, on: 'Safe/ReplicaBucket', end });

const ON_LANDING = 'Record/VaultLogDeliveryLanding';
const LOGS_COPIER = 'Record/VaultLogDeliveryReplicationRole';
const LOGS_WRITER = 'Record/VaultLogDeliveryWriter';
const LOGS_OBJECT = `/AWSLogs/${ACCOUNT}/CloudWatchLogs/${REGION}/2027/01/01/00/log.json.gz`;
const arrives = (who: Asked['who'], end: string): Asked => ({ who, action: 's3:ReplicateObject', on: ON_ARCHIVE, end });

const BILLING_OBJECT = `/billing/AWSLogs/${OTHER}/CloudTrail/log.json.gz`;
const reads = (who: string, end: string): Asked => ({ who, action: 's3:GetObject', on: ON_ARCHIVE, end });
const lists = (who: string, prefix: string): Asked => ({
  who,
  action: 's3:ListBucket',
  on: ON_ARCHIVE,
  context: { 's3:prefix': prefix },
});

/** The reader of another account is not allowed it either: a Deny of a folder holds when somebody widens that. */
const readingEverywhere: Change = (statements) =>
  statements.map((each) =>
    String(each.Sid).startsWith('AuditorReads') ? { ...each, Resource: 'arn:aws:s3:::archive/*' } : each,
  );

const SAFE_COPIER = 'Safe/Safelogseuwest1';
/** Nothing of its account is among the templates: who has that role may do whatever the bucket lets it. */
const BILLING_COPIER: ExternalPrincipal = {
  kind: 'arn',
  arn: `arn:aws:iam::${OTHER}:role/billing-logs-${REGION}`,
};
/** By the role of one source into its folder, and not into that of another of the same account. */
function arrivesFor(id: string, folder: string, neighbour: string): Proofs {
  const who = `Record/${id}logseuwest1`;
  return {
    [`Safe/ArchiveBucketPolicy/LogsArrive${id}`]: {
      asked: arrives(who, `/${folder}${LOGS_OBJECT}`),
      not: [
        arrives(who, `/${neighbour}${LOGS_OBJECT}`),
        arrives(who, `/${folder}${OBJECT}`),
        arrives(who, `/${neighbour}/AWSLogs/${ACCOUNT}/CloudTrail${LOGS_OBJECT}`),
        arrives(who, `/billing/AWSLogs/${OTHER}/CloudWatchLogs/log.json.gz`),
        arrives('Record/Attacker', `/${folder}${LOGS_OBJECT}`),
        { ...arrives(who, `/${folder}${LOGS_OBJECT}`), action: 's3:PutObject' },
      ],
    },
  };
}

const PROOFS: Proofs = {
  // The vault.
  ...guards('Record/VaultBucketPolicy', 'Record/VaultBucket', OBJECT),
  ...checks('Record/VaultBucketPolicy/CloudTrailChecksAcl', 'Record/VaultBucket', trailArn(ACCOUNT)),
  ...writes('Record/VaultBucketPolicy/CloudTrailWrites', 'Record/VaultBucket', `AWSLogs/${ACCOUNT}`, trailArn(ACCOUNT)),
  ...guards('Record/VaultAccessLogsPolicy', 'Record/VaultAccessLogs', '/vault/2027-01-01', {}, false),
  ...accessLog('Record/VaultAccessLogsPolicy', 'Record/VaultAccessLogs', ACCOUNT),
  ...keptKey('Record/VaultKey', 'policy'),
  ...trailKey('Record/VaultKey', trailArn(ACCOUNT)),
  ...logsKey('Record/VaultKey', ACCOUNT),
  ...decrypts('Record/VaultKey/AuditorDecrypts1', 'Record/Auditor', ['Record/Attacker']),
  ...decrypts('Record/VaultKey/ReplicationDecrypts', COPYING, ['Record/Attacker']),
  // The log groups on their way to the vault.
  'Record/VaultBucketPolicy/DenyCopyingByOthers': {
    asked: { who: 'Record/Attacker', action: 's3:ReplicateObject', on: 'Record/VaultBucket', end: LOGS_OBJECT },
  },
  'Record/VaultBucketPolicy/DenyCopyingElsewhere': {
    asked: { who: 'Record/Attacker', action: 's3:ReplicateObject', on: 'Record/VaultBucket', end: OBJECT },
  },
  ...guards(`${ON_LANDING}Policy`, ON_LANDING, LOGS_OBJECT, {}, false),
  ...encrypts('Record/VaultKey/LogsLand', LOGS_WRITER, ['Record/Attacker', COPYING]),
  ...encrypts('Record/VaultKey/LogsArrive', LOGS_COPIER, ['Record/Attacker', COPYING]),
  ...decrypts('Record/VaultKey/LogCopiesDecrypts', LOGS_COPIER, ['Record/Attacker']),
  // The topic.
  ...keptKey('Record/OnCallKey', false),
  'Record/OnCallKey/EventsEncrypt': { asked: encryptAlarm('events'), not: [encryptAlarm('lambda')] },
  'Record/OnCallKey/AlarmsEncrypt': {
    asked: encryptAlarm('cloudwatch', own),
    not: [encryptAlarm('cloudwatch', foreign), encryptAlarm('lambda', own)],
  },
  // EventBridge takes no conditions in the policy of a topic: rules of other accounts are not kept out.
  'Record/OnCallTopicPolicy/EventsPublish': { asked: publish('events'), not: [publish('lambda')] },
  'Record/OnCallTopicPolicy/AlarmsPublish': {
    asked: publish('cloudwatch', own),
    not: [publish('cloudwatch', foreign), publish('lambda', own)],
  },
  'Record/OnCallKey/DenyOtherPolicies': { asked: byAttacker('kms:PutKeyPolicy', 'Record/OnCallKey') },
  'Record/OnCallTopicPolicy/DenyListening': { asked: byAttacker('sns:Subscribe', 'Record/OnCallTopic') },
  'Record/OnCallTopicPolicy/DenySilencing': { asked: byAttacker('sns:SetTopicAttributes', 'Record/OnCallTopic') },
  'Record/OnCallTopicPolicy/AllowPublishThroughSSLOnly': {
    asked: byAttacker('sns:Publish', 'Record/OnCallTopic', { 'aws:SecureTransport': 'false' }),
  },
  // The replica.
  ...guards('Safe/ReplicaBucketPolicy', 'Safe/ReplicaBucket', OBJECT),
  'Safe/ReplicaBucketPolicy/DenyCopyingByOthers': { asked: copies('Safe/Attacker', 's3:ReplicateObject', OBJECT) },
  'Safe/ReplicaBucketPolicy/ReplicationWrites1': {
    asked: copies(COPYING, 's3:ReplicateObject', OBJECT),
    not: [
      copies('Record/Attacker', 's3:ReplicateObject', OBJECT),
      copies(COPYING, 's3:PutObject', OBJECT),
      copies(COPYING, 's3:ReplicateDelete', OBJECT),
    ],
  },
  'Safe/ReplicaBucketPolicy/ReplicationWrites2': {
    asked: copies(LOGS_COPIER, 's3:ReplicateObject', LOGS_OBJECT),
    not: [
      copies('Record/Attacker', 's3:ReplicateObject', LOGS_OBJECT),
      copies(LOGS_COPIER, 's3:ReplicateObject', OBJECT),
      copies(LOGS_COPIER, 's3:PutObject', LOGS_OBJECT),
    ],
  },
  ...encrypts('Safe/ReplicaKey/ReplicationEncrypts2', LOGS_COPIER, ['Record/Attacker', LOGS_WRITER]),
  ...guards('Safe/ReplicaAccessLogsPolicy', 'Safe/ReplicaAccessLogs', '/vault/2027-01-01', {}, false),
  ...accessLog('Safe/ReplicaAccessLogsPolicy', 'Safe/ReplicaAccessLogs', SAFE),
  ...keptKey('Safe/ReplicaKey'),
  ...logsKey('Safe/ReplicaKey', SAFE),
  ...decrypts('Safe/ReplicaKey/AuditorDecrypts1', 'Safe/CopyAuditor', ['Safe/Attacker', COPYING]),
  'Safe/ReplicaKey/ReplicationEncrypts1': {
    asked: { who: COPYING, action: 'kms:GenerateDataKey', on: 'Safe/ReplicaKey', context: throughS3 },
    not: [
      { who: COPYING, action: 'kms:GenerateDataKey', on: 'Safe/ReplicaKey', context: throughEc2 },
      { who: 'Record/Attacker', action: 'kms:GenerateDataKey', on: 'Safe/ReplicaKey', context: throughS3 },
    ],
  },
  // The archive.
  ...guards('Safe/ArchiveBucketPolicy', ON_ARCHIVE, ORDERS_OBJECT),
  'Safe/ArchiveBucketPolicy/DenyReadingByOthers': { asked: reads('Safe/Attacker', '/elsewhere') },
  'Safe/ArchiveBucketPolicy/DenyReadingOrders': { asked: reads('Safe/Clerk', ORDERS_OBJECT) },
  'Safe/ArchiveBucketPolicy/DenyReadingBilling': {
    asked: reads('Record/Attacker', BILLING_OBJECT),
    widened: readingEverywhere,
  },
  'Safe/ArchiveBucketPolicy/AuditorReads1': {
    asked: reads('Record/Attacker', ORDERS_OBJECT),
    not: [reads('Record/Auditor', ORDERS_OBJECT), reads('Record/Attacker', BILLING_OBJECT)],
  },
  'Safe/ArchiveBucketPolicy/AuditorsLocate': {
    asked: { who: 'Record/Attacker', action: 's3:GetBucketLocation', on: ON_ARCHIVE },
    not: [
      { who: BILLING_COPIER, action: 's3:GetBucketLocation', on: ON_ARCHIVE },
      { who: 'Record/Attacker', action: 's3:GetBucketPolicy', on: ON_ARCHIVE },
    ],
  },
  'Safe/ArchiveBucketPolicy/AuditorLists1': {
    asked: lists('Record/Attacker', `orders/AWSLogs/${ACCOUNT}/CloudTrail/`),
    not: [lists('Record/Auditor', `orders/AWSLogs/${ACCOUNT}/`), lists('Record/Attacker', `billing/AWSLogs/${OTHER}/`)],
  },
  'Safe/ArchiveBucketPolicy/DenyCopyingByOthers': { asked: arrives('Safe/Attacker', `/orders${LOGS_OBJECT}`) },
  // Of another account, a role is let in to its folder, and so not to that of its neighbour in the account.
  ...arrivesFor('Orders', 'orders', 'payroll'),
  ...arrivesFor('Payroll', 'payroll', 'orders'),
  'Safe/ArchiveBucketPolicy/LogsArriveBilling': {
    asked: { ...arrives(BILLING_COPIER, `/billing/AWSLogs/${OTHER}/CloudWatchLogs/log.json.gz`) },
    not: [arrives(BILLING_COPIER, BILLING_OBJECT), arrives(BILLING_COPIER, `/orders${LOGS_OBJECT}`)],
  },
  // Of the account of the archive, a role is kept from all but its folder.
  'Safe/ArchiveBucketPolicy/DenyCopyingElsewhereSafe': { asked: arrives(SAFE_COPIER, `/orders${LOGS_OBJECT}`) },
  ...encrypts('Safe/ArchiveKey/LogsArrive', 'Record/Orderslogseuwest1', ['Record/Attacker', 'Safe/Attacker']),
  'Safe/ArchiveBucketPolicy/DenyReadingPayroll': {
    asked: reads('Record/Attacker', `/payroll${OBJECT}`),
    widened: readingEverywhere,
  },
  'Safe/ArchiveBucketPolicy/DenyReadingSafe': { asked: reads('Safe/Clerk', `/safe/AWSLogs/${SAFE}/log.json.gz`) },
  ...checks('Safe/ArchiveBucketPolicy/CloudTrailChecksAcl', ON_ARCHIVE, trailArn(ACCOUNT)),
  ...writes(
    'Safe/ArchiveBucketPolicy/CloudTrailWritesOrders',
    ON_ARCHIVE,
    `orders/AWSLogs/${ACCOUNT}`,
    trailArn(ACCOUNT),
  ),
  ...writes(
    'Safe/ArchiveBucketPolicy/CloudTrailWritesBilling',
    ON_ARCHIVE,
    `billing/AWSLogs/${OTHER}`,
    trailArn(OTHER, 'billing-audit'),
  ),
  ...writes(
    'Safe/ArchiveBucketPolicy/CloudTrailWritesPayroll',
    ON_ARCHIVE,
    `payroll/AWSLogs/${ACCOUNT}`,
    trailArn(ACCOUNT, 'payroll-audit'),
  ),
  ...writes(
    'Safe/ArchiveBucketPolicy/CloudTrailWritesSafe',
    ON_ARCHIVE,
    `safe/AWSLogs/${SAFE}`,
    trailArn(SAFE, 'safe-audit'),
  ),
  ...guards('Safe/ArchiveAccessLogsPolicy', 'Safe/ArchiveAccessLogs', '/vault/2027-01-01', {}, false),
  ...accessLog('Safe/ArchiveAccessLogsPolicy', 'Safe/ArchiveAccessLogs', SAFE),
  ...keptKey('Safe/ArchiveKey'),
  ...trailKey('Safe/ArchiveKey', trailArn(ACCOUNT)),
  ...logsKey('Safe/ArchiveKey', SAFE),
  ...decrypts('Safe/ArchiveKey/AuditorDecrypts1', 'Record/Attacker', ['Record/Auditor']),
  ...decrypts('Safe/ArchiveKey/AuditorDecrypts2', 'Safe/Clerk', ['Safe/Attacker']),
  ...decrypts('Safe/ArchiveKey/AuditorDecrypts3', 'Safe/ArchiveAuditor', ['Safe/CopyAuditor']),
};
it('every statement of every policy of a bucket, key and topic has a proof', () => {
  expect(everyStatement().sort()).toEqual(Object.keys(PROOFS).sort());
});

describe('without the statement something breaks, or somebody comes through; with it', () => {
  const effects = new Map(
    WHOLE.flatMap(({ name, body }) =>
      Object.entries<any>(body['Resources'])
        .filter(([, { Type }]) => Type in DOCUMENTS)
        .flatMap(([id, each]) =>
          documentOf(each).Statement.map(({ Sid, Effect }: any) => [`${name}/${id.slice(0, -8)}/${Sid}`, Effect]),
        ),
    ),
  );
  it.each(Object.entries(PROOFS))('%s', (statement, { asked, not = [], widened = (all) => all }) => {
    const policy = statement.split('/').slice(0, 2).join('/');
    const sid = statement.split('/')[2];
    const isDeny = effects.get(statement) === 'Deny';
    expect(answer(changed(policy, widened), asked)).toBe(!isDeny);
    const open = changed(policy, (all) => widened(all).filter(({ Sid }) => Sid !== sid));
    expect(answer(open, asked)).toBe(isDeny);
    expect(not.map((each) => answer(WHOLE, each))).toEqual(not.map(() => false));
    if (!isDeny) expect(not.length).toBeGreaterThan(0);
  });
});

it('AUD3 finds a trail that cannot deliver, and one that is not bound', () => {
  const audit = allRules.filter(({ id }) => id === 'AUD3');
  const found = (all: readonly Template[]): boolean => runRules(snapshotOf(all), audit).length > 0;
  expect(found(WHOLE)).toBe(false);
  for (const policy of ['Record/VaultBucketPolicy', 'Record/VaultKey']) {
    for (const sid of ['CloudTrailChecksAcl', 'CloudTrailWrites', 'CloudTrailEncrypts', 'CloudTrailDescribes']) {
      if (!everyStatement().includes(`${policy}/${sid}`)) continue;
      expect(found(changed(policy, (all) => all.filter(({ Sid }) => Sid !== sid)))).toBe(true);
      const unbound = changed(policy, (all) => {
        delete all.find(({ Sid }) => Sid === sid).Condition.StringEquals['aws:SourceArn'];
        return all;
      });
      expect(found(unbound)).toBe(true);
    }
  }
});
