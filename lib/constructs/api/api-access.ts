import * as iam from 'aws-cdk-lib/aws-iam';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { KEYLESS, compileAccessMatrix } from '../../engine/compile/access-matrix';
import type { CompiledAccess } from '../../engine/compile/access-matrix';
import { misuse } from '../../private/errors';
import { BoundedRole } from '../roles/bounded-role';
import { checkResources, checkStackSize } from './api-size';
import { checkCallers, keyOf } from './api-callers';
import type { DeclaredCallers } from './api-callers';
import { CallerAccess } from './caller-access';
import type { EndpointName } from './endpoint-name';
import { CallerGrouping } from './caller-grouping';
import { GuardDetail } from './guard-detail';
import { divide, divisionText, shorten } from './policy-size-advice';
import { closedPolicy, resourcePolicy } from './resource-policy';
import { checkSourceOverlaps, checkSourcesBeside, sourceDenies } from './endpoint-sources';
import type { EndpointSources, SourcedMatrix } from './endpoint-sources';
import { TaggedCallers, taggable } from './tagged-callers';
import { unsignedDenies } from './unsigned-requests';

/** Characters of a REST API's resource policy, unless AWS raised the quota for it. */
const RESOURCE_POLICY_LIMIT = 8192;

/** The API whose access is declared. */
export interface GuardedApi extends Construct {
  readonly restApi: apigateway.IRestApi;
}

/** How the access of an API is laid out. */
export interface AccessOptions {
  readonly stageName: string;
  readonly guardDetail?: GuardDetail;
  readonly callersBy?: CallerGrouping;
  readonly resourcePolicyLimit?: number;
  readonly resourceLimit?: number;
  /** Statements of the resource policy that hold for the whole API. */
  readonly also?: readonly iam.PolicyStatement[];
}

/**
 * Who may call what of one REST API, and the policies that follow from it: compiled when the template is written, from
 * everything that was declared until then.
 */
export class ApiAccess extends CallerAccess {
  private readonly partners = new Map<string, iam.IRole>();
  private readonly restApi: apigateway.IRestApi;
  private readonly tagged: TaggedCallers;

  constructor(
    scope: GuardedApi,
    private readonly options: AccessOptions,
  ) {
    const guard = options.guardDetail ?? GuardDetail.ENDPOINTS;
    super(scope, { apiId: scope.restApi.restApiId, stageName: options.stageName }, guard);
    this.restApi = scope.restApi;
    this.tagged = new TaggedCallers(scope, this.roles, () => this.tags());
    if (this.isByTag()) this.tagged.setTags();
  }

  /** The name of the tag by which the guard knows callers; `undefined` where it knows all of them by their ARNs. */
  public get callersTag(): string | undefined {
    return this.isByTag() ? this.tagged.key : undefined;
  }

  /**
   * Declares an endpoint; returns the construct paths of its callers.
   *
   * @throws BH1003, BH1005, BH1008, BH1023 as `checkCallers`; BH1024 where a caller has no boundary but must have one;
   * BH1028 where an endpoint around or within it has other sources
   */
  public declare({ method, path }: EndpointName, declared: DeclaredCallers, sources: EndpointSources = {}): string[] {
    const endpoint = `${method} ${path}`;
    const all = checkCallers(this.scope, endpoint, declared);
    const { callers = [], partners = [] } = declared;
    if (this.options.guardDetail === GuardDetail.CALLERS) this.checkBounded(endpoint, all);
    for (const role of callers) this.admit(role);
    for (const role of partners) this.partners.set(keyOf(role), role);
    this.add({ method, path, callers: all.map(keyOf), ...sources });
    return all.map((role) => role.node.path);
  }

  /** Declares an endpoint that does not ask for AWS_IAM: the guard lets everyone through who is no principal. */
  public declareKeyless(
    { method, path }: EndpointName,
    more: EndpointSources & { readonly needsAllow: boolean },
  ): void {
    this.add({ method, path, callers: [KEYLESS], ...more });
  }

  /** Declares an endpoint whose authorizer decides on tokens. It has no role for a caller. */
  public declareTokens(name: EndpointName, sources: EndpointSources): string[] {
    this.declareKeyless(name, { needsAllow: false, ...sources });
    return [];
  }

  /** The statements of the API's resource policy. */
  public resourcePolicy(access = this.compile(), matrix = this.matrix()): iam.PolicyStatement[] {
    if (!access.ok) return closedPolicy();
    const roles = new Map([...this.roles, ...this.partners]);
    return [
      ...resourcePolicy(
        access,
        (key) => (roles.get(key) as iam.IRole).roleArn,
        access.tags.size > 0 ? this.tagged.condition() : undefined,
      ),
      ...unsignedDenies({ stage: this.options.stageName, endpoints: matrix.endpoints }),
      ...sourceDenies(matrix),
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
    const { guardDetail, callersBy } = this.options;
    return { endpoints: this.endpoints, roles, partners: [...this.partners.keys()], detail: guardDetail, callersBy };
  }

  protected override partnerKeys(): readonly string[] {
    return [...this.partners.keys()];
  }

  /** Roles have their tag before the guard asks for it. It names them by nothing that would make them come first. */
  protected override admit(role: iam.IRole): void {
    super.admit(role);
    const [api, resource] = [this.restApi.node.defaultChild, taggable(role)];
    if (!this.isByTag() || api === undefined || resource === undefined) return;
    (api as apigateway.CfnRestApi).addResourceDependency(resource);
  }

  protected override taggedKeys(): readonly string[] {
    return this.isByTag() ? this.tagged.keys() : [];
  }

  protected override fitsGuard(access: CompiledAccess): boolean {
    return this.lengthOf(this.resourcePolicy(access)) <= this.limit();
  }

  protected override validateGuard(): string[] {
    return [
      ...this.checkResourcePolicy(),
      ...this.tagged.validate(),
      ...checkSourceOverlaps(this.scope, this.matrix()),
      ...checkResources(
        this.scope,
        this.endpoints.map(({ path }) => path),
        this.options.resourceLimit,
      ),
      ...checkStackSize(this.scope, this.restApi),
    ];
  }

  private isByTag(): boolean {
    return this.options.callersBy === CallerGrouping.TAG;
  }

  private tags(): ReadonlyMap<string, string> {
    const access = this.compile();
    return access.ok ? access.tags : new Map();
  }

  private add(endpoint: SourcedMatrix['endpoints'][number]): void {
    checkSourcesBeside(this.scope, endpoint, this.endpoints);
    this.endpoints.push(endpoint);
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

  private checkResourcePolicy(): string[] {
    const length = this.lengthOf(this.resourcePolicy());
    if (length <= this.limit()) return [];
    const error = misuse(this.scope, {
      code: 'BH1021',
      what: `the resource policy is up to ${length} characters long, the limit is ${this.limit()}`,
      why: `API Gateway would refuse it at deployment; it names ${this.roles.size + this.partners.size - this.taggedKeys().length} callers by their ARNs`,
      mend: `${[...this.others(), this.divided()].join('; or ')}; or give endpoints that belong together the same callers, or have AWS raise the quota and set \`resourcePolicyLimit\``,
    });
    return [error.message];
  }

  /** The other layouts that would fit, measured: what tells less apart, and what knows callers by a tag. */
  private others(): string[] {
    const matrix = this.matrix();
    const { guardDetail = GuardDetail.ENDPOINTS } = this.options;
    const layouts: [GuardDetail, readonly string[]][] = [
      [GuardDetail.CALLERS, this.taggedKeys()],
      [guardDetail, this.tagged.keys()],
      [GuardDetail.CALLERS, this.tagged.keys()],
    ];
    const isNow = (detail: GuardDetail, tagged: readonly string[]): boolean =>
      detail === guardDetail && tagged.length === this.taggedKeys().length;
    for (const [detail, tagged] of layouts) {
      if (isNow(detail, tagged)) continue;
      const length = this.lengthWith(matrix, detail, tagged);
      if (length <= this.limit()) return [this.layoutText(detail, tagged, length)];
    }
    return [];
  }

  private layoutText(detail: GuardDetail, tagged: readonly string[], length: number): string {
    const isByTag = tagged.length > 0 && !this.isByTag();
    const isCoarse = detail !== (this.options.guardDetail ?? GuardDetail.ENDPOINTS);
    const options = [
      ...(isCoarse ? ['`guardDetail: GuardDetail.CALLERS`'] : []),
      ...(isByTag ? ['`callersBy: CallerGrouping.TAG` (as closed as the right to set a tag)'] : []),
    ];
    const unbounded = isCoarse ? [...this.roles.values()].filter((role) => !BoundedRole.isBoundedRole(role)) : [];
    const those = unbounded.length === 0 ? '' : ', and make roles of cdk-bulkhead of those that are none: ';
    const named = shorten(unbounded.map(({ node }) => `\`${node.path}\``));
    return `set ${options.join(' and ')}, with which it has ${length} characters${those}${named}`;
  }

  private divided(): string {
    const { endpoints, ...matrix } = this.matrix();
    const paths = endpoints.map(({ path }) => path);
    const lengthOf = (places: readonly number[]): number => {
      const some = places.map((place) => endpoints[place]);
      const partners = this.partnerKeys().filter((key) => some.some(({ callers }) => callers.includes(key)));
      return this.lengthWith(
        { ...matrix, endpoints: some, partners },
        this.options.guardDetail ?? 'endpoints',
        this.taggedKeys(),
      );
    };
    return divisionText(divide(paths, this.limit(), lengthOf));
  }

  private lengthWith(matrix: SourcedMatrix, guard: 'endpoints' | 'callers', tagged: readonly string[]): number {
    const access = compileAccessMatrix(matrix, { guard, tagged, merged: true });
    return access.ok ? this.lengthOf(this.resourcePolicy(access, matrix)) : Infinity;
  }

  private limit(): number {
    return this.options.resourcePolicyLimit ?? RESOURCE_POLICY_LIMIT;
  }
}
