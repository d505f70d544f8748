import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { COMPARTMENT_TAG } from '../../model/tags';
import { compartmentOf } from '../intent';
import type { IAuditVault } from './i-audit-vault';
import type { GrantedStatement } from './policy-grantee';

const BUCKET_READS = [
  's3:GetBucketLocation',
  's3:GetBucketLogging',
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketPolicy',
  's3:GetBucketVersioning',
  's3:GetEncryptionConfiguration',
  's3:GetLifecycleConfiguration',
  's3:ListBucket',
  's3:ListBucketVersions',
];
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

/** Every action that reading a vault takes. */
export const AUDITOR_ACTIONS = [
  ...QUERY_RUNS,
  ...CATALOG_READS,
  ...BUCKET_READS,
  ...OBJECT_READS,
  ...KEY_READS,
  ...TRAIL_READS,
  ...LOG_READS,
  ...UNSCOPED_READS,
  'kms:Decrypt',
];

/** What a reader of the vault is granted: exact resources, wherever AWS knows them. */
export function readStatements(vault: IAuditVault): GrantedStatement[] {
  return [
    { actions: BUCKET_READS, resourceArns: [vault.bucket.bucketArn, vault.accessLogBucket.bucketArn] },
    {
      actions: OBJECT_READS,
      resourceArns: [
        vault.bucket.arnForObjects(`AWSLogs/${Stack.of(vault).account}/*`),
        vault.accessLogBucket.arnForObjects(`${ACCESS_LOG_PREFIX}*`),
      ],
    },
    { actions: ['kms:Decrypt'], resourceArns: [vault.encryptionKey.keyArn], conditions: throughS3(vault) },
    { actions: KEY_READS, resourceArns: [vault.encryptionKey.keyArn] },
    { actions: TRAIL_READS, resourceArns: [vault.trailArn] },
    logStatement(vault.logGroup),
    { actions: UNSCOPED_READS, resourceArns: ['*'] },
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
  const { account, partition } = stack;
  const ofThisAccount = { StringEquals: { 'aws:ResourceAccount': account } };
  const allow = (actions: string[], resources: string[], conditions?: iam.Conditions): iam.PolicyStatement =>
    new iam.PolicyStatement({ actions, resources, conditions });
  const keys = stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*' });
  const ofThisVault = { [`aws:ResourceTag/${COMPARTMENT_TAG}`]: compartmentOf(vault) };
  return [
    allow(BUCKET_READS, [`arn:${partition}:s3:::*`], ofThisAccount),
    allow(
      OBJECT_READS,
      [`arn:${partition}:s3:::*/AWSLogs/${account}/*`, `arn:${partition}:s3:::*/${ACCESS_LOG_PREFIX}*`],
      ofThisAccount,
    ),
    allow(['kms:Decrypt'], [keys], { StringEquals: { ...throughS3(vault).StringEquals, ...ofThisVault } }),
    allow(KEY_READS, [keys], { StringEquals: ofThisVault }),
    allow(TRAIL_READS, [vault.trailArn]),
    allow(LOG_READS, [
      stack.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ]),
    allow(UNSCOPED_READS, ['*']),
  ];
}

/** Where the access logs lie in their bucket. */
export const ACCESS_LOG_PREFIX = 'vault/';

/** Only while S3 asks for it: not to decrypt anything that was taken elsewhere. */
export function throughS3(at: IConstruct): { readonly StringEquals: Record<string, string> } {
  return { StringEquals: { 'kms:ViaService': `s3.${Stack.of(at).region}.amazonaws.com` } };
}
