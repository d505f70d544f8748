import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
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

/** The secret, and the key that it is encrypted with. */
export interface EncryptedSecret {
  readonly address: SecretAddress;
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
  { address, key }: EncryptedSecret,
): iam.Grant {
  const grantee = new PolicyOfCredential(new iam.Policy(scope, id, { roles: [role] }), role);
  const onSecret = iam.Grant.addToPrincipal({
    grantee,
    actions: access.secretActions.map((action) => `secretsmanager:${action}`),
    resourceArns: [address.arn],
  });
  const onKey = iam.Grant.addToPrincipal({
    grantee,
    actions: access.keyActions.map((action) => `kms:${action}`),
    resourceArns: [key.keyArn],
    conditions: address.forThisSecret,
  });
  if (BoundedRole.isBoundedRole(role)) role.extendBoundary(...boundaryOf(access, address));
  return onSecret.combine(onKey);
}

function boundaryOf(access: SecretAccess, address: SecretAddress): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: access.secretActions.map((action) => `secretsmanager:${action}`),
      resources: [address.arnPattern],
      conditions: { StringEquals: address.inCompartment },
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
