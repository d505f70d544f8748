import { Lazy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

/** Who has to do with the bucket of a vault. */
export interface VaultBucketParties {
  readonly bucketArn: string;
  /** The trails that write, each under a prefix of its own. */
  readonly writers: readonly Writer[];
  /** What S3 copies to here. */
  readonly arriving: Arriving;
  /** The one role that may change the guards. */
  readonly administratorArn: string;
  /** The roles that may read, as they are when the template is written. */
  readonly readerArns: () => string[];
}

/** Copies of log groups that arrive beside the files of trails, or of everything in a replica. */
export interface Arriving {
  /** The only folder, `AWSLogs/111122223333/CloudWatchLogs`. @default - each role has statements of its own for its folders */
  readonly folder?: string;
  /** The roles by which S3 copies. */
  readonly copierArns: () => string[];
}

/** A trail that writes. */
export interface Writer {
  /** Tells its statements from those of other trails; empty where there is one trail only. */
  readonly id: string;
  readonly trailArn: string;
  /** `AWSLogs/111122223333` */
  readonly prefix: string;
}

const CLOUDTRAIL = 'cloudtrail.amazonaws.com';

/** Deleting, and hiding behind a delete marker. Object Lock alone does not stop delete markers. */
export const DELETION = [
  's3:DeleteBucket',
  's3:DeleteObject',
  's3:DeleteObjectTagging',
  's3:DeleteObjectVersion',
  's3:DeleteObjectVersionTagging',
];
const RETENTION_CHANGE = ['s3:BypassGovernanceRetention', 's3:PutObjectLegalHold', 's3:PutObjectRetention'];
export const FORGERY = [
  's3:PutObject',
  's3:PutObjectAcl',
  's3:PutObjectTagging',
  's3:PutObjectVersionAcl',
  's3:PutObjectVersionTagging',
  's3:ReplicateDelete',
  's3:ReplicateObject',
  's3:ReplicateTags',
  's3:UpdateObjectEncryption',
];
const READING = [
  's3:GetObject',
  's3:GetObjectAttributes',
  's3:GetObjectTorrent',
  's3:GetObjectVersion',
  's3:GetObjectVersionAttributes',
  's3:GetObjectVersionForReplication',
  's3:GetObjectVersionTorrent',
];
export const GUARD_CHANGE = [
  's3:DeleteBucketPolicy',
  's3:PauseReplication',
  's3:PutBucketAcl',
  's3:PutBucketLogging',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketRequestPayment',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutReplicationConfiguration',
];

/**
 * The policy of the bucket of an audit vault: what CloudTrail needs and nothing else is allowed; writing, reading,
 * deleting and changing the guards is denied to everybody else, whatever their identity policies say.
 *
 * There is deliberately no Deny of objects without SSE-KMS: CloudTrail has written digests with SSE-S3 under trails
 * with a key, and such a Deny stops the whole delivery.
 *
 * The root user of the account can always replace the bucket policy, whatever it says. The lock holds against the
 * root user too.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
export function vaultBucketStatements(parties: VaultBucketParties): iam.PolicyStatement[] {
  const bucket = parties.bucketArn;
  const objects = `${bucket}/*`;
  const [first, ...others] = parties.writers.map(({ trailArn }) => trailArn);
  return [
    ...(first === undefined
      ? []
      : [
          new iam.PolicyStatement({
            sid: 'CloudTrailChecksAcl',
            principals: [new iam.ServicePrincipal(CLOUDTRAIL)],
            actions: ['s3:GetBucketAcl'],
            resources: [bucket],
            conditions: { StringEquals: { 'aws:SourceArn': others.length === 0 ? first : [first, ...others] } },
          }),
        ]),
    ...parties.writers.map(
      ({ id, trailArn, prefix }) =>
        new iam.PolicyStatement({
          sid: `CloudTrailWrites${id}`,
          principals: [new iam.ServicePrincipal(CLOUDTRAIL)],
          actions: ['s3:PutObject'],
          resources: [`${bucket}/${prefix}/*`],
          conditions: { StringEquals: { 'aws:SourceArn': trailArn, 's3:x-amz-acl': 'bucket-owner-full-control' } },
        }),
    ),
    ...encryptedTransportOnly(bucket),
    deny('DenyDeletion', DELETION, [bucket, objects]),
    deny('DenyRetentionChange', RETENTION_CHANGE, [objects]),
    ...forgery(bucket, parties),
    denyReading('DenyReadingByOthers', objects, parties.readerArns),
    deny('DenyGuardChange', GUARD_CHANGE, [bucket], {
      ArnNotEquals: { 'aws:PrincipalArn': parties.administratorArn },
    }),
  ];
}

const COPYING = 's3:ReplicateObject';
const OTHER_FORGERY = FORGERY.filter((action) => action !== COPYING);

/** Nobody writes but CloudTrail, where there are trails, and S3 with the role of an original. */
function forgery(
  bucket: string,
  { writers, arriving: { folder, copierArns } }: VaultBucketParties,
): iam.PolicyStatement[] {
  const objects = [`${bucket}/*`];
  const arriving = folder === undefined ? objects : [`${bucket}/${folder}/*`];
  // The key is absent for people and roles; a negated operator then matches, and the Deny holds.
  const byCloudTrail = { StringNotEquals: { 'aws:PrincipalServiceName': CLOUDTRAIL } };
  return [
    deny('DenyForgery', OTHER_FORGERY, objects, writers.length === 0 ? undefined : byCloudTrail),
    ...(folder === undefined ? [] : [denyCopyingElsewhere('DenyCopyingElsewhere', arriving)]),
    deny('DenyCopyingByOthers', [COPYING], arriving, {
      ArnNotEquals: Lazy.any({ produce: () => exempt(copierArns) }),
    }),
  ];
}

/** Keeps S3 from copying to anywhere else: whoever copies, or one role whose own policies may allow more. */
export function denyCopyingElsewhere(sid: string, objects: string[], conditions?: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: [COPYING],
    notResources: objects,
    conditions,
  });
}

/**
 * The policy of a bucket of the record that can have no lock: only these Denies hold there. Firehose does not say that it
 * can write where a default retention is set, and S3 does not deliver access logs there.
 */
export function unlockedStatements(parties: {
  readonly bucketArn: string;
  /** Whom the Deny of writing leaves out. */
  readonly writer: iam.Conditions;
  readonly readerArns: () => string[];
  readonly administratorArn: string;
}): iam.PolicyStatement[] {
  const bucket = parties.bucketArn;
  const objects = `${bucket}/*`;
  return [
    ...encryptedTransportOnly(bucket),
    deny('DenyDeletion', DELETION, [bucket, objects]),
    deny('DenyForgery', FORGERY, [objects], parties.writer),
    denyReading('DenyReadingByOthers', objects, parties.readerArns),
    deny('DenyGuardChange', GUARD_CHANGE, [bucket], {
      ArnNotEquals: { 'aws:PrincipalArn': parties.administratorArn },
    }),
  ];
}

/** Every way to read an object, and what is said of it. */
const LOOKING = ['s3:GetObject*'];

/** Keeps everybody but these roles from a folder: shorter, since each folder has one. */
export function denyLooking(sid: string, objects: string, readerArns: () => string[]): iam.PolicyStatement {
  return deny(sid, LOOKING, [objects], { ArnNotEquals: Lazy.any({ produce: () => exempt(readerArns) }) });
}

/** Keeps everybody but these roles from reading. Without readers there is no condition, and the Deny is for everybody. */
export function denyReading(sid: string, objects: string, readerArns: () => string[]): iam.PolicyStatement {
  return deny(sid, READING, [objects], { ArnNotEquals: Lazy.any({ produce: () => exempt(readerArns) }) });
}

function exempt(readerArns: () => string[]): Record<string, string[]> | undefined {
  const arns = readerArns();
  return arns.length === 0 ? undefined : { 'aws:PrincipalArn': arns };
}

/** Denies of everything that does not come over TLS 1.2 or later. */
export function encryptedTransportOnly(bucketArn: string): iam.PolicyStatement[] {
  const everything = [bucketArn, `${bucketArn}/*`];
  return [
    deny('DenyPlainHttp', ['s3:*'], everything, { Bool: { 'aws:SecureTransport': 'false' } }),
    deny('DenyOldTls', ['s3:*'], everything, { NumericLessThan: { 's3:TlsVersion': '1.2' } }),
  ];
}

function deny(sid: string, actions: string[], resources: string[], conditions?: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions,
    resources,
    conditions,
  });
}
