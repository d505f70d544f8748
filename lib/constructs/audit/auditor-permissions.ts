import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { COMPARTMENT_TAG } from '../../model/tags';
import type { AuditRecord, IAuditVault } from './i-audit-vault';
import type { LogDelivery } from './log-delivery';
import type { GrantedStatement } from './policy-grantee';

const BUCKET_SETTINGS = [
  's3:GetBucketLocation',
  's3:GetBucketLogging',
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketPolicy',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketVersioning',
  's3:GetEncryptionConfiguration',
  's3:GetLifecycleConfiguration',
  's3:GetReplicationConfiguration',
];
const BUCKET_READS = [...BUCKET_SETTINGS, 's3:ListBucket', 's3:ListBucketVersions'];
const OBJECT_READS = ['s3:GetObject', 's3:GetObjectLegalHold', 's3:GetObjectRetention', 's3:GetObjectVersion'];
const KEY_READS = ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus'];
const TRAIL_READS = [
  'cloudtrail:GetEventSelectors',
  'cloudtrail:GetTrail',
  'cloudtrail:GetTrailStatus',
  'cloudtrail:ListTags',
];
const LOG_READS = [
  'logs:DescribeLogStreams',
  'logs:FilterLogEvents',
  'logs:GetLogEvents',
  'logs:GetLogGroupFields',
  'logs:GetLogRecord',
  'logs:GetQueryResults',
  'logs:StartQuery',
];
/** What tells how log groups are sent on: settings, no content. */
const STREAM_READS = ['firehose:DescribeDeliveryStream'];
/** Whether alarms, and what log groups are sent to, are still as they were: settings, no content. */
const WATCH_READS: Readonly<Record<string, readonly string[]>> = {
  'cloudwatch:alarm': ['cloudwatch:DescribeAlarms'],
  'events:rule': ['events:DescribeRule', 'events:ListRules', 'events:ListTargetsByRule'],
  'logs:log-group': ['logs:DescribeMetricFilters', 'logs:DescribeSubscriptionFilters'],
  'sns:': ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'],
};
/** AWS knows no narrower resource than `*` for these. */
const UNSCOPED_READS = ['cloudtrail:DescribeTrails', 'cloudtrail:ListPublicKeys', 'cloudtrail:LookupEvents'];

/** Running saved and own queries in a workgroup. */
export const QUERY_RUNS = [
  'athena:BatchGetNamedQuery',
  'athena:GetNamedQuery',
  'athena:GetQueryExecution',
  'athena:GetQueryResults',
  'athena:GetQueryResultsStream',
  'athena:GetWorkGroup',
  'athena:ListNamedQueries',
  'athena:ListQueryExecutions',
  'athena:StartQueryExecution',
  'athena:StopQueryExecution',
];
/** Looking up what a table is. */
export const CATALOG_READS = ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'];

/** Finding the saved queries of log groups, and ending one. AWS knows no narrower resource than `*` for these. */
export const LOG_QUERY_RUNS = ['logs:DescribeLogGroups', 'logs:DescribeQueryDefinitions', 'logs:StopQuery'];

/** Every action that reading a vault takes. */
export const AUDITOR_ACTIONS = [
  ...QUERY_RUNS,
  ...CATALOG_READS,
  ...LOG_QUERY_RUNS,
  ...BUCKET_READS,
  ...OBJECT_READS,
  ...KEY_READS,
  ...TRAIL_READS,
  ...LOG_READS,
  ...Object.values(WATCH_READS).flat(),
  ...STREAM_READS,
  ...UNSCOPED_READS,
  'kms:Decrypt',
];

/** What a reader of the vault is granted: exact resources, wherever AWS knows them. */
export function readStatements(vault: IAuditVault): GrantedStatement[] {
  const { record } = vault;
  // Settings of a key are not shown across accounts.
  const isHere = record.account === Stack.of(vault).account;
  const { bucket, encryptionKey, accessLogBucket, logGroup } = record;
  const isIt = byAlias(record);
  return [
    { actions: BUCKET_READS, resourceArns: arnsOf(bucket, accessLogBucket) },
    {
      actions: OBJECT_READS,
      resourceArns: [
        bucket.arnForObjects(`${record.prefix}/*`),
        ...arnsOf(accessLogBucket).map((arn) => `${arn}/${ACCESS_LOG_PREFIX}*`),
      ],
    },
    ...arnsOf(encryptionKey).flatMap((arn) => [
      { actions: ['kms:Decrypt'], resourceArns: [arn], conditions: { ...throughS3(record), ...isIt } },
      ...(isHere ? [{ actions: KEY_READS, resourceArns: [arn], conditions: isIt }] : []),
    ]),
    { actions: TRAIL_READS, resourceArns: [record.trailArn] },
    ...(logGroup === undefined ? [] : [logStatement(logGroup)]),
    ...watchStatements(vault),
    { actions: UNSCOPED_READS, resourceArns: ['*'] },
  ];
}

/** Which key it is, where its id is made elsewhere. */
function byAlias({ keyAlias }: AuditRecord): Record<string, Record<string, string>> {
  return keyAlias === undefined ? {} : { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': keyAlias } };
}

function arnsOf(...resources: readonly (s3.IBucket | kms.IKey | undefined)[]): string[] {
  return resources.flatMap((each) =>
    each === undefined ? [] : 'bucketArn' in each ? [each.bucketArn] : [each.keyArn],
  );
}

/** In the account and region of the vault: where its alarms are, and by which names, it does not know. */
function watchStatements(vault: IAuditVault): GrantedStatement[] {
  const stack = Stack.of(vault);
  return Object.entries(WATCH_READS).map(([type, actions]) => {
    const [service = '', resource = ''] = type.split(':');
    const arnFormat = ['alarm', 'log-group'].includes(resource)
      ? ArnFormat.COLON_RESOURCE_NAME
      : ArnFormat.SLASH_RESOURCE_NAME;
    const all =
      resource === ''
        ? stack.formatArn({ service, resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME })
        : stack.formatArn({ service, resource, resourceName: '*', arnFormat });
    return { actions: [...actions], resourceArns: [all] };
  });
}

/** What a reader of the vault is granted on the way of log groups into it: how it is guarded. */
export function deliveryStatements({ bucket, streamArn }: LogDelivery): GrantedStatement[] {
  return [
    { actions: BUCKET_SETTINGS, resourceArns: [bucket.bucketArn] },
    { actions: STREAM_READS, resourceArns: [streamArn] },
  ];
}

/** What a reader of the vault is granted on a log group of it. */
export function logStatement(logGroup: logs.ILogGroup): GrantedStatement {
  return { actions: LOG_READS, resourceArns: [logGroup.logGroupArn] };
}

/**
 * The same, as the permissions boundary of a reader can say it. Bucket and key are named by pattern: the key policy
 * names the role, the role its boundary, and a reference back to bucket, log group or key would be a cycle.
 */
export function readBoundary(vault: IAuditVault): iam.PolicyStatement[] {
  const stack = Stack.of(vault);
  const { partition } = stack;
  const { record } = vault;
  const ofItsAccount = { StringEquals: { 'aws:ResourceAccount': record.account } };
  const allow = (actions: string[], resources: string[], conditions?: iam.Conditions): iam.PolicyStatement =>
    new iam.PolicyStatement({ actions, resources, conditions });
  const allKeys = stack.formatArn({
    service: 'kms',
    account: record.account,
    region: record.region,
    resource: 'key',
    resourceName: '*',
  });
  const { keyCompartment } = record;
  // A key that is there already has no tag of ours; where its ARN is known, to name it makes no cycle.
  const isNamed = keyCompartment === undefined && !Token.isUnresolved(record.encryptionKey?.keyArn);
  const keys = isNamed ? arnsOf(record.encryptionKey) : [allKeys];
  const ofThisVault = keyCompartment === undefined ? {} : { [`aws:ResourceTag/${COMPARTMENT_TAG}`]: keyCompartment };
  return [
    allow(BUCKET_READS, [`arn:${partition}:s3:::*`], ofItsAccount),
    allow(
      OBJECT_READS,
      [`arn:${partition}:s3:::*/${record.prefix}/*`, `arn:${partition}:s3:::*/${ACCESS_LOG_PREFIX}*`],
      ofItsAccount,
    ),
    ...(record.encryptionKey === undefined
      ? []
      : [
          allow(['kms:Decrypt'], keys, {
            StringEquals: { ...throughS3(record).StringEquals, ...ofThisVault },
            ...byAlias(record),
          }),
          allow(KEY_READS, keys, {
            ...(keyCompartment === undefined ? {} : { StringEquals: ofThisVault }),
            ...byAlias(record),
          }),
        ]),
    allow(TRAIL_READS, [record.trailArn]),
    allow(LOG_READS, [
      stack.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ]),
    allow(STREAM_READS, [stack.formatArn({ service: 'firehose', resource: 'deliverystream', resourceName: '*' })]),
    ...watchStatements(vault).map(({ actions, resourceArns }) => allow([...actions], [...resourceArns])),
    allow(UNSCOPED_READS, ['*']),
  ];
}

/** Where the access logs lie in their bucket. */
export const ACCESS_LOG_PREFIX = 'vault/';

/** Only while S3 asks for it: not to decrypt anything that was taken elsewhere. */
export function throughS3({ region }: { readonly region: string }): {
  readonly StringEquals: Record<string, string>;
} {
  return { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } };
}
