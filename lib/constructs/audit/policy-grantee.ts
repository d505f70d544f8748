import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * Lets grants to a role land in a policy of the granting construct's stack, not in the role's own: the role is named
 * by key and bucket policies of that stack, and a reference back would be a cycle.
 */
export class PolicyGrantee implements iam.IPrincipal {
  public readonly grantPrincipal = this;
  public readonly assumeRoleAction: string;
  private readonly policy: iam.Policy;

  constructor(
    scope: Construct,
    id: string,
    private readonly role: iam.IRole,
  ) {
    this.assumeRoleAction = role.assumeRoleAction;
    this.policy = new iam.Policy(scope, id, { roles: [role] });
  }

  public get policyFragment(): iam.PrincipalPolicyFragment {
    return this.role.policyFragment;
  }

  public get principalAccount(): string | undefined {
    return this.role.principalAccount;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    this.policy.addStatements(statement);
    return { statementAdded: true, policyDependable: this.policy };
  }

  /** All statements as one grant. */
  public grant(statements: readonly GrantedStatement[]): iam.Grant {
    return statements
      .map((each) => iam.Grant.addToPrincipal({ ...each, grantee: this }))
      .reduce((all, each) => all.combine(each));
  }
}

/** A statement that is granted. */
export interface GrantedStatement {
  readonly actions: string[];
  readonly resourceArns: string[];
  readonly conditions?: Record<string, Record<string, unknown>>;
}
