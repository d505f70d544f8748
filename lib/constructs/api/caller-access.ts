import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { compileAccessMatrix } from '../../engine/compile/access-matrix';
import type { CompiledAccess, Layout, MatrixProblem } from '../../engine/compile/access-matrix';
import { misuse } from '../../private/errors';
import type { ErrorCode } from '../../private/errors';
import { MANAGED_POLICY_LIMIT, worstCaseLength } from '../../private/policy-size';
import { BoundedRole } from '../roles/bounded-role';
import { keyOf } from './api-callers';
import { CallerPolicies } from './caller-policies';
import type { SourcedMatrix } from './endpoint-sources';

/** What the compiler cannot express; whatever else it says is refused earlier, or means that it found a fault in itself. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ambiguous: 'BH1013',
  inexpressible: 'BH1014',
  'too-large': 'BH1015',
};
/** Characters of the id of an API. */
const API_ID = 10;

/** The API whose callers get policies. */
export interface CalledApi {
  /** A reference to its id. */
  readonly apiId: string;
  readonly stageName: string;
}

/**
 * What the callers of one API may do: their identity policies and the room in their boundaries, compiled when the
 * template is written, from everything that was declared until then.
 */
export abstract class CallerAccess {
  protected readonly endpoints: SourcedMatrix['endpoints'][number][] = [];
  protected readonly roles = new Map<string, iam.IRole>();
  private readonly policies = new Map<string, CallerPolicies>();
  private compiled?: { readonly of: number; readonly access: CompiledAccess };

  constructor(
    protected readonly scope: Construct,
    private readonly api: CalledApi,
    private readonly guard: NonNullable<Layout['guard']>,
  ) {
    scope.node.addValidation({ validate: () => this.validate() });
  }

  /** Roles of other accounts. */
  protected partnerKeys(): readonly string[] {
    return [];
  }

  /** Callers that the guard knows by a tag. */
  protected taggedKeys(): readonly string[] {
    return [];
  }

  /** Whether there is room for what is not merged, in policies that callers share. */
  protected fitsGuard(_access: CompiledAccess): boolean {
    return true;
  }

  /** What else is wrong, once the access is compiled. */
  protected validateGuard(): string[] {
    return [];
  }

  /** Gives a role its identity policy, and leaves room in its boundary, at its first endpoint. */
  protected admit(role: iam.IRole): void {
    const key = keyOf(role);
    if (this.roles.has(key)) return;
    this.roles.set(key, role);
    const lengths = (): Record<string, number> => this.lengths();
    this.policies.set(key, new CallerPolicies(this.scope, role, () => this.identityPolicy(key), lengths));
    if (BoundedRole.isBoundedRole(role)) role._extendBoundaryLater(() => this.boundary(key));
  }

  protected identityPolicy(key: string): iam.PolicyStatement[] {
    const access = this.compile();
    const { allow = [], deny = [] } = (access.ok && access.identity.get(key)) || {};
    return [
      ...this.statements(iam.Effect.ALLOW, this.api.apiId, allow),
      ...this.statements(iam.Effect.DENY, this.api.apiId, deny),
    ];
  }

  protected compile(): CompiledAccess {
    if (this.compiled?.of !== this.endpoints.length) {
      this.compiled = { of: this.endpoints.length, access: this.laidOut() };
    }
    return this.compiled.access;
  }

  protected matrix(): SourcedMatrix {
    return { stage: this.api.stageName, endpoints: this.endpoints, partners: this.partnerKeys() };
  }

  protected lengthOf(statements: iam.PolicyStatement[]): number {
    const document = new iam.PolicyDocument({ statements, minimize: true });
    return worstCaseLength(Stack.of(this.scope).resolve(document), this.lengths());
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

  /** Patterns are merged only where they would not fit otherwise: what is exact is easier to review. */
  private laidOut(): CompiledAccess {
    const matrix = this.matrix();
    const layout = { guard: this.guard, tagged: this.taggedKeys() };
    const exact = compileAccessMatrix(matrix, layout);
    if (!exact.ok || this.fits(exact)) return exact;
    return compileAccessMatrix(matrix, { ...layout, merged: true });
  }

  private fits(access: CompiledAccess): boolean {
    if (!this.fitsGuard(access)) return false;
    return [...this.roles.keys()].every((key) => this.lengthOf(this.boundary(key, access)) <= MANAGED_POLICY_LIMIT);
  }

  private validate(): string[] {
    const access = this.compile();
    if (!access.ok) return access.problems.map((problem) => this.uncompiled(problem));
    return [...this.checkIdentityPolicies(), ...this.validateGuard()];
  }

  private uncompiled({ code, what, why, mend }: MatrixProblem): string {
    return misuse(this.scope, { code: CODES[code] ?? 'BH1016', what, why, mend }).message;
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

  private lengths(): Record<string, number> {
    return { [Stack.of(this.scope).resolve(this.api.apiId).Ref ?? '']: API_ID };
  }
}
