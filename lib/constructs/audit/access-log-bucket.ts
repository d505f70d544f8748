import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { recordBucket } from './record-bucket';
import { unlockedStatements } from './vault-bucket-policy';

const LOGGING = 'logging.s3.amazonaws.com';

/** Who has to do with the access log of a record. */
export interface AccessLogBucketOptions {
  readonly retentionDays: number;
  /** The one role that may change the guards. */
  readonly administratorArn: string;
  /** The roles that may read, as they are when the template is written. */
  readonly readerArns: () => string[];
}

/**
 * Where S3 writes who touched the vault. A bucket of its own: a bucket with a default lock cannot receive server access
 * logs, nor can one with a customer key.
 *
 * The condition is on the account, not on the vault's bucket, whose name would be a cycle.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export function accessLogBucket(scope: Construct, id: string, options: AccessLogBucketOptions): s3.Bucket {
  const { retentionDays } = options;
  return recordBucket(scope, id, {
    lifecycleRules: [
      {
        id: 'AsLongAsTheVault',
        expiration: Duration.days(retentionDays),
        noncurrentVersionExpiration: Duration.days(retentionDays),
      },
    ],
    statements: (bucketArn) => [
      new iam.PolicyStatement({
        sid: 'S3WritesAccessLogs',
        principals: [new iam.ServicePrincipal(LOGGING)],
        actions: ['s3:PutObject'],
        resources: [`${bucketArn}/*`],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
      }),
      ...unlockedStatements({
        ...options,
        bucketArn,
        // The key is absent for people and roles; a negated operator then matches, and the Deny holds.
        writer: { StringNotEquals: { 'aws:PrincipalServiceName': LOGGING } },
      }),
    ],
  });
}
