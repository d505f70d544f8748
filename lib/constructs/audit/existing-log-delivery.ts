import { Annotations, Aws, CfnOutput, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { IConstruct } from 'constructs';
import { accessLogBucket } from './access-log-bucket';
import { resourceOf } from './existing-record';
import { guardAdministratorArn } from './guard-administrator';
import type { IAuditVault } from './i-audit-vault';
import { LogDelivery, arrivingFolder } from './log-delivery';
import { isRecordBucket } from './record-bucket';
import { copiesArrive, logsArrive } from './arriving-copies';
import { notReceived } from './vault-log-groups';

/** What the owner of bucket and key has to do, and how to say that it is done: the id of the warning. */
const TO_LET_IN = 'cdk-bulkhead:audit-record-has-to-let-logs-in';

/**
 * The way of log groups into a bucket that was there before. Its policy and that of its key are written here where they are
 * resources of this app; else they are printed, for the owner to add.
 *
 * @throws BH4063 where S3 could not copy to that bucket.
 */
export function existingLogDelivery(vault: IAuditVault & IConstruct, key: () => kms.IKey): LogDelivery {
  const { bucket, encryptionKey, prefix, account, region } = vault.record;
  const stack = Stack.of(vault);
  const ofThisApp = resourceOf(bucket, s3.CfnBucket.CFN_RESOURCE_TYPE_NAME) as s3.CfnBucket | undefined;
  check(vault, ofThisApp);
  const administratorArn = guardAdministratorArn(vault, undefined);
  const days = vault.retention.toDays();
  const objects = [`${bucket.bucketArn}/${arrivingFolder(prefix)}/*`];
  return new LogDelivery(vault, 'LogDelivery', {
    prefix,
    // S3 copies what is under a key of KMS to a key of KMS alone.
    key: encryptionKey === undefined ? undefined : key(),
    accessLogs: accessLogBucket(vault, 'AccessLogs', {
      retentionDays: days,
      administratorArn,
      readerArns: () => vault.grants.readerArns,
    }),
    administratorArn,
    days,
    targets: [
      {
        id: 'LogsToTheRecord',
        path: vault.node.path,
        bucketArn: bucket.bucketArn,
        bucketName: bucket.bucketName,
        ...(encryptionKey === undefined ? {} : { key: { arn: encryptionKey.keyArn, pattern: encryptionKey.keyArn } }),
        region,
        retentionDays: days,
        writable: [],
        isElsewhere: account !== stack.account,
        isUnseen: ofThisApp === undefined,
        admit: (roleArn) => {
          const isIt = { ArnEquals: { 'aws:PrincipalArn': roleArn } };
          const root = new iam.ArnPrincipal(`arn:${stack.partition}:iam::${stack.account}:root`);
          // In one account, the role's own policies are enough for the bucket.
          const onBucket =
            account === stack.account
              ? undefined
              : copiesArrive('LogsArrive', stack, { roleArn, account: stack.account, objects });
          const onKey = encryptionKey === undefined ? undefined : logsArrive([root], { region }, isIt);
          const isKeyHere =
            encryptionKey !== undefined && resourceOf(encryptionKey, kms.CfnKey.CFN_RESOURCE_TYPE_NAME) !== undefined;
          if (isKeyHere && onKey !== undefined) encryptionKey.addToResourcePolicy(onKey);
          if (ofThisApp !== undefined && onBucket !== undefined) bucket.addToResourcePolicy(onBucket);
          tell(vault, roleArn, {
            bucket: ofThisApp === undefined ? onBucket : undefined,
            key: isKeyHere ? undefined : onKey,
            isSeen: ofThisApp !== undefined,
          });
        },
      },
    ],
  });
}

/** What of a bucket of this app can be seen. */
function check(vault: IAuditVault, bucket: s3.CfnBucket | undefined): void {
  if (isRecordBucket(vault.record.bucket)) {
    throw notReceived(
      vault,
      'its bucket is that of a vault, archive or replica, which lets in its own role alone',
      'let the `AuditVault` or `ArchivedAuditTrail` receive the log group, and leave `logs` out here',
    );
  }
  if (bucket === undefined || bucket.objectLockEnabled === true) return;
  const versioning = bucket.versioningConfiguration as s3.CfnBucket.VersioningConfigurationProperty | undefined;
  if (versioning !== undefined && versioning.status !== 'Suspended') return;
  throw notReceived(vault, 'its bucket is not versioned, and S3 copies to no such bucket', 'give the bucket versions');
}

interface ToAdd {
  readonly bucket: iam.PolicyStatement | undefined;
  readonly key: iam.PolicyStatement | undefined;
  readonly isSeen: boolean;
}

function tell(vault: IConstruct, roleArn: string, { bucket, key, isSeen }: ToAdd): void {
  const stack = Stack.of(vault);
  const shown = Object.entries({ Bucket: bucket, Key: key }).flatMap(([what, statement]) => {
    if (statement === undefined) return [];
    const value = plain(stack, JSON.stringify(statement.toStatementJson()));
    new CfnOutput(vault, `StatementOfThe${what}`, {
      description: `What the policy of the ${what.toLowerCase()} of the record has to have`,
      value,
    });
    return [`the policy of the ${what.toLowerCase()} has the output \`StatementOfThe${what}\`, ${value}`];
  });
  if (isSeen && shown.length === 0) return;
  const denies = `no Deny of the bucket keeps \`${plain(stack, roleArn)}\` from \`s3:ReplicateObject\``;
  Annotations.of(vault).addWarningV2(
    TO_LET_IN,
    `no log group arrives until ${[...shown, denies, 'the bucket is versioned'].join(', and ')}. Have its owner see to that, then acknowledge this.`,
  );
}

/** The partition is that of the region, where that is known. */
function plain({ region }: Stack, text: string): string {
  const known = Token.isUnresolved(region) ? undefined : RegionInfo.get(region).partition;
  return known === undefined ? text : text.replaceAll(Aws.PARTITION, known);
}
