import { Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { COMPARTMENT_TAG } from '../../model/tags';
import { KEY_LOSS, keyAdministration } from '../key-administration';

/** What the key of a vault serves. */
export interface VaultKeyOptions {
  readonly description: string;
  readonly compartment: string;
  /** The trails that write with it; none where it is for log groups alone. */
  readonly trails: readonly Trail[];
  /** Whether CloudWatch Logs keeps log groups with it. */
  readonly forLogGroups: boolean;
  /** The one role that may change the policy, tags and aliases of it. @default - nobody is kept from it */
  readonly administratorArn?: string;
  /**
   * Whether that is another role than the one that deploys. KMS makes no key whose maker could not change its policy
   * again, unless it is told not to look.
   *
   * @default false
   */
  readonly isDeployedByOthers?: boolean;
  /** What else may be done with it. */
  readonly more?: readonly iam.PolicyStatement[];
}

/** A trail, as its ARN names it. */
export interface Trail {
  readonly trailArn: string;
  readonly trailName: string;
  readonly account: string;
}

/**
 * The key of an audit vault: CloudTrail writes with it, CloudWatch Logs keeps log groups with it, the auditors who are
 * granted it read with it, and the account looks after it without using it.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function vaultKey(scope: Construct, id: string, options: VaultKeyOptions): kms.Key {
  const key = new kms.Key(scope, id, {
    description: options.description,
    enableKeyRotation: true,
    pendingWindow: Duration.days(30),
    removalPolicy: RemovalPolicy.RETAIN,
    policy: new iam.PolicyDocument({
      statements: [
        keyAdministration(scope, { mayBeDeleted: false }),
        ...(options.trails.length === 0 ? [] : cloudTrailStatements(scope, options.trails)),
        ...(options.forLogGroups ? [logsStatement(scope)] : []),
        ...(options.more ?? []),
        // Without its key the locked record can never be read again: deleting the key defeats the lock.
        new iam.PolicyStatement({
          sid: 'DenyLoss',
          effect: iam.Effect.DENY,
          principals: [new iam.StarPrincipal()],
          actions: KEY_LOSS,
          resources: ['*'],
        }),
        ...(options.administratorArn === undefined ? [] : [denyGuardChange(options.administratorArn)]),
      ],
    }),
  });
  if (options.isDeployedByOthers === true) {
    (key.node.defaultChild as kms.CfnKey).bypassPolicyLockoutSafetyCheck = true;
  }
  Tags.of(key).add(COMPARTMENT_TAG, options.compartment);
  return key;
}

/**
 * A changed policy takes away `DenyLoss`; a changed tag shuts out readers, whose boundary asks for it. To point an alias, by
 * which trails and copies know the key, at another, or to delete it, takes the permission on the key as well: a Deny here
 * is enough.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
 */
function denyGuardChange(administratorArn: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'DenyGuardChange',
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: ['kms:DeleteAlias', 'kms:PutKeyPolicy', 'kms:TagResource', 'kms:UntagResource', 'kms:UpdateAlias'],
    resources: ['*'],
    conditions: { ArnNotEquals: { 'aws:PrincipalArn': administratorArn } },
  });
}

function cloudTrailStatements(scope: Construct, trails: readonly Trail[]): iam.PolicyStatement[] {
  const { partition } = Stack.of(scope);
  const ofTheseTrails = { 'aws:SourceArn': oneOrMore(trails.map(({ trailArn }) => trailArn)) };
  // The region is that of the event's trail record, which for a multi-region trail AWS documents as `*`.
  const contexts = trails.map(
    ({ account, trailName }) => `arn:${partition}:cloudtrail:*:${account}:trail/${trailName}`,
  );
  const statement = (sid: string, actions: string[], conditions: iam.Conditions): iam.PolicyStatement =>
    new iam.PolicyStatement({
      sid,
      principals: [new iam.ServicePrincipal('cloudtrail.amazonaws.com')],
      actions,
      resources: ['*'],
      conditions,
    });
  return [
    statement('CloudTrailEncrypts', ['kms:GenerateDataKey*'], {
      StringEquals: ofTheseTrails,
      StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': oneOrMore(contexts) },
    }),
    statement('CloudTrailDescribes', ['kms:DescribeKey'], { StringEquals: ofTheseTrails }),
    // A bucket key is unwrapped for each use: a trail with one cannot be created or updated without Decrypt.
    statement('CloudTrailUsesBucketKey', ['kms:Decrypt'], { StringEquals: ofTheseTrails }),
  ];
}

function oneOrMore(values: readonly string[]): string | string[] {
  const [first = '', ...more] = values;
  return more.length === 0 ? first : [first, ...more];
}

/** For the log groups of this account and region, so that the access log of an API can be kept under this key too. */
function logsStatement(scope: Construct): iam.PolicyStatement {
  const stack = Stack.of(scope);
  return new iam.PolicyStatement({
    sid: 'CloudWatchLogsKeepsLogGroups',
    principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    resources: ['*'],
    conditions: {
      ArnLike: {
        'kms:EncryptionContext:aws:logs:arn': `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:*`,
      },
    },
  });
}
