import { Stack } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { KEYLESS, compileAccessMatrix } from '../../engine/compile/access-matrix';
import type { CompiledAccess, MatrixProblem } from '../../engine/compile/access-matrix';
import { misuse } from '../../private/errors';
import type { ErrorCode } from '../../private/errors';
import { MANAGED_POLICY_LIMIT, worstCaseLength } from '../../private/policy-size';
import { BoundedRole } from '../roles/bounded-role';
import { checkCallers, keyOf } from './api-callers';
import type { DeclaredCallers } from './api-callers';
import { CallerPolicies } from './caller-policies';
import type { EndpointName } from './endpoint-name';
import { GuardDetail } from './guard-detail';
import { closedPolicy, resourcePolicy } from './resource-policy';
import { checkSourceOverlaps, sourceDenies } from './endpoint-sources';
import type { EndpointSources, SourcedMatrix } from './endpoint-sources';

/** Characters of a REST API's resource policy, unless AWS raised the quota for it. */
const RESOURCE_POLICY_LIMIT = 8192;
/** What the compiler cannot express; whatever else it says is refused earlier, or means that it found a fault in itself. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ambiguous: 'BH1013',
  inexpressible: 'BH1014',
  'too-large': 'BH1015',
};
/** Characters of the id of an API. */
const API_ID = 10;

/** The API whose access is declared. */
export interface GuardedApi extends Construct {
  readonly restApi: apigateway.IRestApi;
}

/** How the access of an API is laid out. */
export interface AccessOptions {
  readonly stageName: string;
  readonly guardDetail?: GuardDetail;
  readonly resourcePolicyLimit?: number;
  /** Statements of the resource policy that hold for the whole API. */
  readonly also?: readonly iam.PolicyStatement[];
}

/**
 * Who may call what of one API, and the policies that follow from it: compiled when the template is written, from
 * everything that was declared until then.
 */
export class ApiAccess {
  private readonly endpoints: SourcedMatrix['endpoints'][number][] = [];
  private readonly roles = new Map<string, iam.IRole>();
  private readonly partners = new Map<string, iam.IRole>();
  private readonly policies = new Map<string, CallerPolicies>();
  private compiled?: { readonly of: number; readonly access: CompiledAccess };

  constructor(
    private readonly scope: GuardedApi,
    private readonly options: AccessOptions,
  ) {
    scope.node.addValidation({ validate: () => this.validate() });
  }

  /**
   * Declares an endpoint; returns the construct paths of its callers.
   *
   * @throws BH1003, BH1005, BH1008, BH1023 as `checkCallers`; BH1024 where a caller has no boundary but must have one
   */
  public declare({ method, path }: EndpointName, declared: DeclaredCallers, sources: EndpointSources = {}): string[] {
    const endpoint = `${method} ${path}`;
    const all = checkCallers(this.scope, endpoint, declared);
    const { callers = [], partners = [] } = declared;
    if (this.options.guardDetail === GuardDetail.CALLERS) this.checkBounded(endpoint, all);
    for (const role of callers) this.admit(role);
    for (const role of partners) this.partners.set(keyOf(role), role);
    this.endpoints.push({ method, path, callers: all.map(keyOf), ...sources });
    return all.map((role) => role.node.path);
  }

  /** Declares an endpoint that does not ask for AWS_IAM: the guard lets everyone through who is no principal. */
  public declareKeyless(
    { method, path }: EndpointName,
    more: EndpointSources & { readonly needsAllow: boolean },
  ): void {
    this.endpoints.push({ method, path, callers: [KEYLESS], ...more });
  }

  /** Declares an endpoint whose authorizer decides on tokens. It has no role for a caller. */
  public declareTokens(name: EndpointName, sources: EndpointSources): string[] {
    this.declareKeyless(name, { needsAllow: false, ...sources });
    return [];
  }

  /** The statements of the API's resource policy. */
  public resourcePolicy(access = this.compile()): iam.PolicyStatement[] {
    if (!access.ok) return closedPolicy();
    const roles = new Map([...this.roles, ...this.partners]);
    return [
      ...resourcePolicy(access, (key) => (roles.get(key) as iam.IRole).roleArn),
      ...sourceDenies(this.matrix()),
      ...(this.options.also ?? []),
    ];
  }

  /** What a partner's own account has to allow it. */
  public partnerPolicy(role: iam.IRole): iam.PolicyDocument {
    const key = keyOf(role);
    if (!this.partners.has(key)) {
      throw misuse(this.scope, {
        code: 'BH1025',
        what: `\`${key}\` is a partner of no endpoint`,
        why: 'there is nothing that its account would have to allow',
        mend: 'list it in the `partners` of an endpoint first',
      });
    }
    return new iam.PolicyDocument({ statements: this.identityPolicy(key), minimize: true });
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
    return { endpoints: this.endpoints, roles, partners: [...this.partners.keys()], detail: this.options.guardDetail };
  }

  /** Gives a role its identity policy, and leaves room in its boundary, at its first endpoint. */
  private admit(role: iam.IRole): void {
    const key = keyOf(role);
    if (this.roles.has(key)) return;
    this.roles.set(key, role);
    const lengths = (): Record<string, number> => this.lengths();
    this.policies.set(key, new CallerPolicies(this.scope, role, () => this.identityPolicy(key), lengths));
    if (BoundedRole.isBoundedRole(role)) role._extendBoundaryLater(() => this.boundary(key));
  }

  private checkBounded(endpoint: string, callers: readonly iam.IRole[]): void {
    const unbounded = callers.find((role) => !BoundedRole.isBoundedRole(role));
    if (unbounded === undefined) return;
    throw misuse(this.scope, {
      code: 'BH1024',
      what: `caller \`${unbounded.node.path}\` of endpoint \`${endpoint}\` has no boundary of cdk-bulkhead`,
      why: 'with GuardDetail.CALLERS, boundaries keep the endpoints apart',
      mend: 'make it a WorkloadRole or another role of cdk-bulkhead, or use GuardDetail.ENDPOINTS',
    });
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
  private boundary(key: string, access = this.compile()): iam.PolicyStatement[] {
    return access.ok ? this.statements(iam.Effect.ALLOW, '*', access.boundary.get(key) ?? []) : [];
  }

  /** One for each pattern; they are merged when they are written. */
  private statements(effect: iam.Effect, apiId: string, patterns: readonly string[]): iam.PolicyStatement[] {
    return patterns.map((pattern) => {
      const arn = { service: 'execute-api', resource: apiId, resourceName: pattern };
      const resources = [Stack.of(this.scope).formatArn(arn)];
      return new iam.PolicyStatement({ effect, actions: ['execute-api:Invoke'], resources });
    });
  }

  private compile(): CompiledAccess {
    if (this.compiled?.of !== this.endpoints.length) {
      this.compiled = { of: this.endpoints.length, access: this.laidOut() };
    }
    return this.compiled.access;
  }

  /** Patterns are merged only where they would not fit otherwise: what is exact is easier to review. */
  private laidOut(): CompiledAccess {
    const matrix = this.matrix();
    const guard = this.options.guardDetail ?? GuardDetail.ENDPOINTS;
    const exact = compileAccessMatrix(matrix, { guard });
    if (!exact.ok || this.fits(exact)) return exact;
    return compileAccessMatrix(matrix, { guard, merged: true });
  }

  private matrix(): SourcedMatrix {
    return { stage: this.options.stageName, endpoints: this.endpoints, partners: [...this.partners.keys()] };
  }

  private fits(access: CompiledAccess): boolean {
    if (this.lengthOf(this.resourcePolicy(access)) > this.limit()) return false;
    return [...this.roles.keys()].every((key) => this.lengthOf(this.boundary(key, access)) <= MANAGED_POLICY_LIMIT);
  }

  private validate(): string[] {
    const access = this.compile();
    if (!access.ok) return access.problems.map((problem) => this.uncompiled(problem));
    return [
      ...this.checkResourcePolicy(),
      ...this.checkIdentityPolicies(),
      ...checkSourceOverlaps(this.scope, this.matrix()),
    ];
  }

  private uncompiled({ code, what, why, mend }: MatrixProblem): string {
    return misuse(this.scope, { code: CODES[code] ?? 'BH1016', what, why, mend }).message;
  }

  private checkResourcePolicy(): string[] {
    const length = this.lengthOf(this.resourcePolicy());
    if (length <= this.limit()) return [];
    const isFine = this.options.guardDetail !== GuardDetail.CALLERS;
    const error = misuse(this.scope, {
      code: 'BH1021',
      what: `the resource policy is up to ${length} characters long, the limit is ${this.limit()}`,
      why: 'API Gateway would refuse it at deployment',
      mend: `give endpoints that belong together the same callers, ${isFine ? 'set `guardDetail: GuardDetail.CALLERS`, ' : ''}split the API into several behind one domain, or have AWS raise the quota and set \`resourcePolicyLimit\``,
    });
    return [error.message];
  }

  private checkIdentityPolicies(): string[] {
    return [...this.policies].flatMap(([key, policies]) => {
      const missing = policies.missing();
      if (missing === 0) return [];
      const error = misuse(this.scope, {
        code: 'BH1022',
        what: `the policy of caller \`${this.roles.get(key)?.node.path}\` needs ${missing} more managed policies than the 10 that a role may have`,
        why: 'IAM would refuse it at deployment',
        mend: 'split the role by purpose, or the API',
      });
      return [error.message];
    });
  }

  private limit(): number {
    return this.options.resourcePolicyLimit ?? RESOURCE_POLICY_LIMIT;
  }

  private lengthOf(statements: iam.PolicyStatement[]): number {
    const document = new iam.PolicyDocument({ statements, minimize: true });
    return worstCaseLength(Stack.of(this.scope).resolve(document), this.lengths());
  }

  private lengths(): Record<string, number> {
    return { [Stack.of(this.scope).resolve(this.scope.restApi.restApiId).Ref ?? '']: API_ID };
  }
}
