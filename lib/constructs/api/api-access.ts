import { Names, Stack, Token } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { compileAccessMatrix } from '../../engine/compile/access-matrix';
import type { CompiledAccess, MatrixProblem } from '../../engine/compile/access-matrix';
import { DeferredPolicyDocument } from '../../private/deferred-policy-document';
import { misuse } from '../../private/errors';
import type { ErrorCode } from '../../private/errors';
import { worstCaseLength } from '../../private/policy-size';
import { BoundedRole } from '../roles/bounded-role';
import type { EndpointName } from './endpoint-name';
import { closedPolicy, resourcePolicy } from './resource-policy';

/** Characters of a REST API's resource policy. */
const RESOURCE_POLICY_LIMIT = 8192;
/** Characters of the inline policies of a role together. */
const INLINE_POLICY_LIMIT = 10_240;
/** What the compiler cannot express; whatever else it says is refused earlier, or means that it found a fault in itself. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ambiguous: 'BH1013',
  inexpressible: 'BH1014',
  'too-large': 'BH1015',
};
/** Characters of the id of an API. */
const API_ID = 10;

/**
 * Who may call what of one API, and the policies that follow from it: compiled when the template is written, from
 * everything that was declared until then.
 */
export class ApiAccess {
  private readonly endpoints: { method: string; path: string; callers: string[] }[] = [];
  private readonly roles = new Map<string, iam.IRole>();
  private compiled?: { readonly of: number; readonly access: CompiledAccess };

  constructor(
    private readonly scope: IConstruct & { readonly restApi: apigateway.RestApi },
    private readonly stageName: string,
  ) {
    scope.node.addValidation({ validate: () => this.validate() });
  }

  /**
   * Declares an endpoint; returns the construct paths of its callers.
   *
   * @throws BH1003 without callers, BH1005 where one is listed twice, BH1008 where one is of another account
   */
  public declare({ method, path }: EndpointName, callers: readonly iam.IRole[]): string[] {
    const endpoint = `${method} ${path}`;
    // Without a type checker they can be missing.
    if ((callers ?? []).length === 0) {
      throw misuse(this.scope, {
        code: 'BH1003',
        what: `endpoint \`${endpoint}\` has no callers`,
        why: 'nobody could call it',
        mend: 'list at least one role in `callers`',
      });
    }
    const keys = callers.map(keyOf);
    const twice = keys.find((key, index) => keys.indexOf(key) !== index);
    if (twice !== undefined) {
      throw misuse(this.scope, {
        code: 'BH1005',
        what: `endpoint \`${endpoint}\` lists the caller \`${twice}\` twice`,
        mend: 'list it once; a different role may have been meant',
      });
    }
    for (const role of callers) this.checkAccount(endpoint, role);
    for (const role of callers) this.admit(role);
    this.endpoints.push({ method, path, callers: keys });
    return callers.map((role) => role.node.path);
  }

  /** The statements of the API's resource policy. */
  public resourcePolicy(): iam.PolicyStatement[] {
    const access = this.compile();
    if (!access.ok) return closedPolicy();
    return resourcePolicy(access.guard, (key) => (this.roles.get(key) as iam.IRole).roleArn);
  }

  /**
   * What has to change with the policy, for the stage to be deployed anew. The text of the policy is not enough: roles
   * of two stacks can have the same logical id, and a role that is renamed keeps its reference.
   */
  public fingerprint(): unknown {
    const roles = [...this.roles].map(([key, role]) => {
      const { roleName, path } = (role.node.defaultChild ?? {}) as Partial<iam.CfnRole>;
      return { key, roleName, path };
    });
    return { endpoints: this.endpoints, roles };
  }

  /** Gives a role its identity policy, and leaves room in its boundary, at its first endpoint. */
  private admit(role: iam.IRole): void {
    const key = keyOf(role);
    if (this.roles.has(key)) return;
    this.roles.set(key, role);
    // Here and not at the role: the policy names the API, which names the role.
    new iam.Policy(this.scope, `Caller${Names.nodeUniqueId(role.node)}`, {
      roles: [role],
      document: new DeferredPolicyDocument(() => this.identityPolicy(key)),
    });
    if (BoundedRole.isBoundedRole(role)) role._extendBoundaryLater(() => this.boundary(key));
  }

  private identityPolicy(key: string): iam.PolicyStatement[] {
    const access = this.compile();
    const { allow = [], deny = [] } = (access.ok && access.identity.get(key)) || {};
    return [
      ...this.statements(iam.Effect.ALLOW, this.scope.restApi.restApiId, allow),
      ...this.statements(iam.Effect.DENY, this.scope.restApi.restApiId, deny),
    ];
  }

  /** INVARIANT: names no API by reference; the API names the role, which names its boundary. */
  private boundary(key: string): iam.PolicyStatement[] {
    const access = this.compile();
    return access.ok ? this.statements(iam.Effect.ALLOW, '*', access.boundary.get(key) ?? []) : [];
  }

  private statements(effect: iam.Effect, apiId: string, patterns: readonly string[]): iam.PolicyStatement[] {
    if (patterns.length === 0) return [];
    const resources = patterns.map((pattern) =>
      Stack.of(this.scope).formatArn({ service: 'execute-api', resource: apiId, resourceName: pattern }),
    );
    return [new iam.PolicyStatement({ effect, actions: ['execute-api:Invoke'], resources })];
  }

  private compile(): CompiledAccess {
    if (this.compiled?.of !== this.endpoints.length) {
      const access = compileAccessMatrix({ stage: this.stageName, endpoints: this.endpoints });
      this.compiled = { of: this.endpoints.length, access };
    }
    return this.compiled.access;
  }

  private checkAccount(endpoint: string, role: iam.IRole): void {
    const own = Stack.of(this.scope).account;
    const { account } = role.env;
    if (Token.isUnresolved(own) || Token.isUnresolved(account) || own === account) return;
    throw misuse(this.scope, {
      code: 'BH1008',
      what: `caller \`${role.node.path}\` of endpoint \`${endpoint}\` is of account ${account}, the API of ${own}`,
      why: 'across accounts, the other account would have to allow the call too',
      mend: 'let the other account assume a PartnerRole of this account, and list that',
    });
  }

  private validate(): string[] {
    const access = this.compile();
    if (!access.ok) return access.problems.map((problem) => this.uncompiled(problem));
    return [...this.checkResourcePolicy(), ...this.checkIdentityPolicies()];
  }

  private uncompiled({ code, what, why, mend }: MatrixProblem): string {
    return misuse(this.scope, { code: CODES[code] ?? 'BH1016', what, why, mend }).message;
  }

  private checkResourcePolicy(): string[] {
    const length = this.lengthOf(new iam.PolicyDocument({ statements: this.resourcePolicy() }));
    if (length <= RESOURCE_POLICY_LIMIT) return [];
    const error = misuse(this.scope, {
      code: 'BH1021',
      what: `the resource policy is up to ${length} characters long, the limit is ${RESOURCE_POLICY_LIMIT}`,
      why: 'API Gateway would refuse it at deployment',
      mend: 'give endpoints that belong together the same callers, or split the API',
    });
    return [error.message];
  }

  private checkIdentityPolicies(): string[] {
    return [...this.roles].flatMap(([key, role]) => {
      const length = this.lengthOf(new iam.PolicyDocument({ statements: this.identityPolicy(key) }));
      if (length <= INLINE_POLICY_LIMIT) return [];
      const error = misuse(this.scope, {
        code: 'BH1022',
        what: `the policy of caller \`${role.node.path}\` is up to ${length} characters long, the limit is ${INLINE_POLICY_LIMIT}`,
        why: 'IAM would refuse it at deployment',
        mend: 'split the role by purpose, or the API',
      });
      return [error.message];
    });
  }

  private lengthOf(document: iam.PolicyDocument): number {
    const stack = Stack.of(this.scope);
    const api = stack.resolve(this.scope.restApi.restApiId).Ref;
    return worstCaseLength(stack.resolve(document), { [api]: API_ID });
  }
}

/** What tells roles apart. Two imports of one ARN are one role. */
function keyOf(role: iam.IRole): string {
  return Token.isUnresolved(role.roleArn) ? role.node.path : role.roleArn;
}
