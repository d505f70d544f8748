import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { BoundedRole } from '../roles/bounded-role';
import type { SecretAddress } from './secret-address';

/** What a role may do with one secret. */
export interface SecretAccess {
  /** Without prefix: `GetSecretValue`. */
  readonly secretActions: string[];
  /** Without prefix: `Decrypt`. */
  readonly keyActions: string[];
}

/** A secret, and the key that it is encrypted with. */
export interface SecretWithKey {
  readonly address: SecretAddress;
  /** `undefined` where it is not known, or is that of AWS, which asks for no permission. */
  readonly key?: kms.IKey;
}

/** The same with a key that is known. */
export interface EncryptedSecret extends SecretWithKey {
  readonly key: kms.IKey;
}

/**
 * Gives a role access to one secret: an identity policy that names the secret and its key exactly, in the credential's
 * own stack, and room for it in the role's boundary.
 */
export function grantAccess(
  scope: Construct,
  id: string,
  role: iam.IRole,
  access: SecretAccess,
  { address, key }: SecretWithKey,
): iam.Grant {
  const grantee = new PolicyOfCredential(new iam.Policy(scope, id, { roles: [role] }), role);
  const onSecret = iam.Grant.addToPrincipal({
    grantee,
    actions: access.secretActions.map((action) => `secretsmanager:${action}`),
    resourceArns: [address.arn],
  });
  if (BoundedRole.isBoundedRole(role)) role.extendBoundary(...boundaryOf(access, address));
  if (key === undefined) return onSecret;
  const onKey = iam.Grant.addToPrincipal({
    grantee,
    actions: access.keyActions.map((action) => `kms:${action}`),
    resourceArns: [key.keyArn],
    conditions: address.forThisSecret,
  });
  return onSecret.combine(onKey);
}

/**
 * Lets a role rotate and revoke at once: it begins rotations, and calls the rotation function with the command to
 * revoke. It reads no value. The function does nothing about another secret than its own, and ends nothing before its
 * end; its four steps it refuses for every version but the one that Secrets Manager has made pending.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
export function grantRotation(
  scope: Construct,
  id: string,
  role: iam.IRole,
  { address }: SecretWithKey,
  code: lambda.IFunction,
): iam.Grant {
  const grantee = new PolicyOfCredential(new iam.Policy(scope, id, { roles: [role] }), role);
  if (BoundedRole.isBoundedRole(role)) {
    const { inCompartment } = address;
    role.extendBoundary(
      new iam.PolicyStatement({
        actions: ['secretsmanager:DescribeSecret', 'secretsmanager:RotateSecret'],
        resources: [address.arnPattern],
        conditions: inCompartment,
      }),
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [address.anyFunction],
        conditions: inCompartment,
      }),
    );
  }
  const onSecret = iam.Grant.addToPrincipal({
    grantee,
    actions: ['secretsmanager:DescribeSecret', 'secretsmanager:RotateSecret'],
    resourceArns: [address.arn],
    // How often it rotates, and by what, is the deployment's to say.
    conditions: { BoolIfExists: { 'secretsmanager:ModifyRotationRules': 'false' } },
  });
  const onFunction = iam.Grant.addToPrincipal({
    grantee,
    actions: ['lambda:InvokeFunction'],
    resourceArns: [code.functionArn],
  });
  return onSecret.combine(onFunction);
}

function boundaryOf(access: SecretAccess, address: SecretAddress): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: access.secretActions.map((action) => `secretsmanager:${action}`),
      resources: [address.arnPattern],
      conditions: address.inCompartment,
    }),
    new iam.PolicyStatement({
      actions: access.keyActions.map((action) => `kms:${action}`),
      resources: [address.anyKey],
      // Not by tag: KMS takes up to five minutes to know a new one, and the first rotation does not wait. What this
      // secret is encrypted with is as narrow.
      conditions: address.forThisSecretByPattern,
    }),
  ];
}

/** A role as the grantee of a grant whose statements go into a policy of the credential, not of the role. */
class PolicyOfCredential implements iam.IPrincipal, iam.IGrantable {
  public readonly grantPrincipal: iam.IPrincipal = this;
  public readonly assumeRoleAction: string;
  public readonly policyFragment: iam.PrincipalPolicyFragment;

  constructor(
    private readonly policy: iam.Policy,
    role: iam.IRole,
  ) {
    this.assumeRoleAction = role.assumeRoleAction;
    this.policyFragment = role.policyFragment;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    this.policy.addStatements(statement);
    return { statementAdded: true, policyDependable: this.policy };
  }
}
