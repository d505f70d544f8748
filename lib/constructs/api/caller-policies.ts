import { AspectPriority, Aspects, Names, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import { DeferredPolicyDocument } from '../../private/deferred-policy-document';
import { MANAGED_POLICY_LIMIT, worstCaseLength } from '../../private/policy-size';

/** Managed policies that a role may have by default; others may be attached too, so that one place stays free. */
const MOST_MANAGED = 9;

/**
 * The identity policies of one caller: an inline policy, and managed policies where they do not fit into one. How many
 * there are is known only when everything was declared, so that an aspect makes them.
 */
export class CallerPolicies {
  private made = 1;

  /** @param statements one for each resource pattern, so that they can be divided; asked when the template is written */
  constructor(
    private readonly scope: Construct,
    private readonly role: iam.IRole,
    private readonly statements: () => readonly iam.PolicyStatement[],
    private readonly lengths: () => Readonly<Record<string, number>>,
  ) {
    // Here and not at the role: the policy names the API, which names the role.
    new iam.Policy(scope, this.id(), { roles: [role], document: new DeferredPolicyDocument(() => this.part(0)) });
    Aspects.of(scope).add(
      { visit: (node: IConstruct) => void (node === scope && this.makeOthers()) },
      { priority: AspectPriority.MUTATING },
    );
  }

  /** How many policies are missing, since a role cannot have as many; 0 where all fit. */
  public missing(): number {
    return Math.max(0, this.parts().length - 1 - MOST_MANAGED);
  }

  private makeOthers(): void {
    const needed = Math.min(this.parts().length, MOST_MANAGED + 1);
    for (; this.made < needed; this.made += 1) {
      const part = this.made;
      new iam.ManagedPolicy(this.scope, `${this.id()}Part${part + 1}`, {
        description: `Endpoints of ${this.scope.node.path} that ${this.role.node.id} may call, part ${part + 1}`.slice(
          0,
          1000,
        ),
        roles: [this.role],
        document: new DeferredPolicyDocument(() => this.part(part)),
      });
    }
  }

  private id(): string {
    return `Caller${Names.nodeUniqueId(this.role.node)}`;
  }

  private part(index: number): iam.PolicyStatement[] {
    return this.parts()[index] ?? [];
  }

  /** As many statements in each as fit; a Deny holds from whichever policy it is in. */
  private parts(): iam.PolicyStatement[][] {
    const parts: iam.PolicyStatement[][] = [[]];
    const stack = Stack.of(this.scope);
    const lengths = this.lengths();
    let length = 0;
    for (const statement of this.statements()) {
      // Statements that differ in their resource only become one: what counts for each is its resource.
      const own = worstCaseLength(stack.resolve(statement.resources[0]), lengths) + 1;
      if (length + own > MANAGED_POLICY_LIMIT - STATEMENT_FRAMES) {
        parts.push([]);
        length = 0;
      }
      parts[parts.length - 1].push(statement);
      length += own;
    }
    return parts;
  }
}

/** The text around the resources of an Allow and a Deny of `execute-api:Invoke`, and of the document. */
const STATEMENT_FRAMES = 250;
