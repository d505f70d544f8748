import * as iam from 'aws-cdk-lib/aws-iam';
import { onlyFrom } from './source-binding';
import type { CredentialSource } from './credential-source';

/** Whom and what the policy of a secret names. */
export interface SecretPolicyNames {
  readonly readers: readonly iam.IRole[];
  readonly rotator: iam.IRole;
  readonly keyArn: string;
  readonly rotationFunctionArn: string;
  /** Who makes the first value and hands it to a database: reads and writes. */
  readonly deployment?: iam.IRole;
  readonly source?: CredentialSource;
}

/**
 * Shuts out whoever is not named, whatever his identity policies say. It allows nothing: readers and rotator are
 * allowed by their own policies.
 *
 * | denied | to |
 * |---|---|
 * | reading a value | all but the readers and the rotator (and the deployment, for databases) |
 * | reading from elsewhere than declared | all but the rotator and that deployment |
 * | writing a value, moving a label | all but the rotator and that deployment |
 * | another key, another rotation function | all |
 * | copying to other regions, stopping the rotation | all |
 * | plain HTTP | all |
 *
 * Not denied: what a deployment does (create, update, tag and delete the secret, its policy and its schedule, rotate
 * now). `BatchGetSecretValue` needs `GetSecretValue` on each secret and cannot be named here: it has no resource.
 * `UpdateSecret` could carry a value, but that takes the key, which only the rotator encrypts with. The rotation is bound
 * to no source: it runs where its function does.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
export function secretPolicy({
  readers,
  rotator,
  keyArn,
  rotationFunctionArn,
  deployment,
  source,
}: SecretPolicyNames): iam.PolicyStatement[] {
  const writers = deployment === undefined ? [rotator] : [rotator, deployment];
  return [
    deny('OnlyReadersRead', ['GetSecretValue'], allBut([...readers, ...writers])),
    ...(source === undefined ? [] : [onlyFrom(source, writers)]),
    deny('OnlyTheRotatorWrites', ['PutSecretValue', 'UpdateSecretVersionStage'], allBut(writers)),
    deny('TheKeyStays', ['UpdateSecret'], other('secretsmanager:KmsKeyArn', keyArn)),
    deny('TheRotationStays', ['RotateSecret'], other('secretsmanager:RotationLambdaARN', rotationFunctionArn)),
    deny('NobodyCopiesOrStopsRotation', ['ReplicateSecretToRegions', 'CancelRotateSecret']),
    deny('NoPlainHttp', ['*'], { Bool: { 'aws:SecureTransport': 'false' } }),
  ];
}

function deny(sid: string, actions: string[], conditions?: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: actions.map((action) => `secretsmanager:${action}`),
    resources: ['*'],
    conditions,
  });
}

/** The role's ARN, also where it is a session that calls; who has no ARN is among the others. */
function allBut(roles: readonly iam.IRole[]): iam.Conditions {
  return { ArnNotEquals: { 'aws:PrincipalArn': roles.map((role) => role.roleArn) } };
}

/** The request names another one. A negated operator alone would also match a request that names none. */
function other(key: string, arn: string): iam.Conditions {
  return { ArnNotEquals: { [key]: arn }, Null: { [key]: 'false' } };
}
