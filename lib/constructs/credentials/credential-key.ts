import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { DeferredPolicyDocument } from '../../private/deferred-policy-document';
import { keyAdministration } from '../key-administration';
import type { SecretAddress } from './secret-address';

/** Who uses the key of a credential. */
export interface KeyUsers {
  readonly readers: readonly iam.IRole[];
  readonly rotator: iam.IRole;
  /** Makes the first value, and hands it to a database. */
  readonly deployment?: iam.IRole;
}

/**
 * The key of one credential. Only its readers and its rotator use it, only through Secrets Manager, only for this
 * secret; CloudWatch Logs keeps the rotation's log with it. IAM policies of the account open nothing.
 *
 * Deleted with the credential, after a waiting period of 30 days.
 *
 * @param users asked when the template is written: readers can be declared later
 * @param keepsLogs whether logs of the rotation are encrypted with it
 */
export function credentialKey(
  scope: Construct,
  id: string,
  address: SecretAddress,
  users: () => KeyUsers,
  keepsLogs: boolean,
): kms.Key {
  return new kms.Key(scope, id, {
    description: `Encrypts the credential ${scope.node.path}`,
    enableKeyRotation: true,
    pendingWindow: Duration.days(30),
    removalPolicy: RemovalPolicy.DESTROY,
    policy: new DeferredPolicyDocument(() => [
      keyAdministration(scope, { mayBeDeleted: true }),
      proofOfAccess(scope, address),
      ...(keepsLogs ? [logKeeping(scope)] : []),
      ...keyUse(users(), address),
    ]),
  });
}

/**
 * Readers decrypt, the rotator also encrypts, and so does a deployment that makes the first value.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function keyUse({ readers, rotator, deployment }: KeyUsers, address: SecretAddress): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'ReadersDecryptThisSecret',
      principals: [...readers, rotator].map(byArn),
      actions: ['kms:Decrypt'],
      resources: ['*'],
      conditions: address.forThisSecretByPattern,
    }),
    new iam.PolicyStatement({
      sid: 'RotatorEncryptsThisSecret',
      principals: [byArn(rotator)],
      actions: ['kms:GenerateDataKey'],
      resources: ['*'],
      conditions: address.forThisSecretByPattern,
    }),
    ...(deployment === undefined
      ? []
      : [
          new iam.PolicyStatement({
            sid: 'DeploymentMakesTheFirstValue',
            principals: [byArn(deployment)],
            actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
            resources: ['*'],
            conditions: address.forThisSecretByPattern,
          }),
        ]),
  ];
}

/** What CloudWatch Logs needs to keep log groups of this account and region. */
export function logKeeping(scope: Construct): iam.PolicyStatement {
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

/**
 * Whoever gives a secret its key, which is the deployment, must show that he may use the key: Secrets Manager then
 * makes and unwraps a data key that protects nothing. Real versions have another encryption context, so this opens no
 * value.
 */
function proofOfAccess(scope: Construct, address: SecretAddress): iam.PolicyStatement {
  const root = Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'root' });
  return new iam.PolicyStatement({
    sid: 'DeploymentProvesAccess',
    principals: [new iam.ArnPrincipal(root)],
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: ['*'],
    conditions: {
      StringEquals: {
        ...address.viaSecretsManager,
        'kms:EncryptionContext:SecretVersionId': 'RequestToValidateKeyAccess',
      },
    },
  });
}

function byArn(role: iam.IRole): iam.ArnPrincipal {
  return new iam.ArnPrincipal(role.roleArn);
}
