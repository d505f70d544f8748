import { Names, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { CfnResourcePolicy, CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { DeferredPolicyDocument } from '../../private/deferred-policy-document';
import { grantAccess, grantRotation } from './secret-access';
import type { EncryptedSecret } from './secret-access';
import { secretPolicy } from './secret-policy';
import type { CredentialSource } from './credential-source';

/** What a rotation does with its secret. `GetRandomPassword` would need `*`; the code takes its randomness elsewhere. */
const ROTATOR_ACCESS = {
  secretActions: ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'],
  keyActions: ['Decrypt', 'GenerateDataKey'],
};

/** The parts of a rotation. */
export interface RotationParts {
  readonly secret: EncryptedSecret;
  readonly rotationFunction: lambda.IFunction;
  readonly rotator: iam.IRole;
  /** Grows until the template is written. */
  readonly readers: readonly iam.IRole[];
  readonly everyHours: number;
  readonly source?: CredentialSource;
  /** Makes the first value. @default - the first rotation does */
  readonly deployment?: iam.IRole;
  /**
   * Who made the function: `ours` revokes, too; a function of AWS brings its own permission to be called.
   *
   * @default 'ours'
   */
  readonly origin?: 'ours' | 'team' | 'aws';
}

/** Lets the function rotate the secret, and Secrets Manager call the function; sets the schedule; shuts out the rest. */
export function rotateSecret(scope: Construct, parts: RotationParts): CfnRotationSchedule {
  const { secret, rotationFunction, rotator, readers, origin = 'ours' } = parts;
  const access = grantAccess(scope, 'RotatorPolicy', rotator, ROTATOR_ACCESS, secret);
  // A revocation begins a rotation, for which Secrets Manager asks whether its caller may call the function.
  if (origin === 'ours') grantRotation(scope, 'RevocationPolicy', rotator, secret, rotationFunction);
  if (origin !== 'aws') {
    // A function of the team's own may rotate several credentials.
    const id = origin === 'ours' ? 'SecretsManager' : `SecretsManager${Names.nodeUniqueId(scope.node)}`;
    rotationFunction.addPermission(id, {
      principal: new iam.ServicePrincipal('secretsmanager.amazonaws.com'),
      // Without them Secrets Manager would call the function for a secret of anybody.
      sourceAccount: Stack.of(scope).account,
      sourceArn: secret.address.arn,
    });
  }
  const schedule = new CfnRotationSchedule(scope, 'RotationSchedule', {
    secretId: secret.address.arn,
    rotationLambdaArn: rotationFunction.functionArn,
    rotationRules: { scheduleExpression: rateOf(parts.everyHours) },
    // The secret is empty until its first rotation.
    rotateImmediatelyOnUpdate: true,
  });
  // The first rotation begins with the schedule: by then the function needs its permissions and may be called.
  access.applyBefore(schedule);
  schedule.node.addDependency(rotationFunction);
  if (origin === 'ours') schedule.node.addDependency(scope.node.findChild('RotationLogPolicy'));

  const policy = new CfnResourcePolicy(scope, 'SecretPolicy', {
    secretId: secret.address.arn,
    blockPublicPolicy: true,
    resourcePolicy: new DeferredPolicyDocument(() =>
      secretPolicy({
        readers,
        rotator,
        keyArn: secret.key.keyArn,
        rotationFunctionArn: rotationFunction.functionArn,
        source: parts.source,
        deployment: parts.deployment,
      }),
    ),
  });
  // INVARIANT: deleted before the schedule, whose end it forbids. Until it is there, the key alone keeps others out.
  policy.node.addDependency(schedule);
  return schedule;
}

/** `rate(7 days)`, `rate(4 hours)`. */
function rateOf(hours: number): string {
  const [count, unit] = hours % 24 === 0 ? [hours / 24, 'day'] : [hours, 'hour'];
  return `rate(${count} ${unit}${count === 1 ? '' : 's'})`;
}
