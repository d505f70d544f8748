import { Lazy, Stack } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { nameOf } from '../../engine/compile/matrix';
import type { ApiIntent, OperationIntent } from '../../model/intent';
import { DeferredPolicyDocument } from '../../private/deferred-policy-document';
import { misuse } from '../../private/errors';
import { writtenProperties } from '../../private/written-properties';
import { declareIntent } from '../intent';
import { existingAccessLogFormat } from './access-log';
import { identitiesOf } from './caller-identities';
import { ApiAccess } from './api-access';
import { GuardDetail } from './guard-detail';
import { parseEndpointName } from './endpoint-name';
import type { EndpointName } from './endpoint-name';
import { checkDates, lifeIntent } from './endpoint-life';
import { definitionOf } from './definition-file';
import { EndpointTable } from './endpoint-table';
import type { ExistingApiOptions } from './existing-api-options';
import { existingMethods, isPreflight, writtenMethod } from './existing-methods';
import type { ExistingMethod } from './existing-methods';
import { checkCallerLists, differs, notGuarded, withoutStage } from './existing-problem';
import { declareMethodCallers } from './guard-policy';
import { checkGuardOptions } from './option-checks';
import type { DeclaredEndpoint, IDeclaredApi } from './i-declared-api';
import { noteEndpoint } from './replaced-endpoints';
import { checkStageName } from './stage-checks';
import { ExistingLog } from './stage-log';

/** Who may call what of an API that is there already: role lists by `GET /orders/{id}`. */
export type CallersByEndpoint = { readonly [endpoint: string]: readonly iam.IRole[] };

/** What decides on tokens. */
const BY_TOKEN = ['CUSTOM', 'COGNITO_USER_POOLS'];

/** The guard of an API that was made elsewhere. */
export class ExistingApiGuard extends Construct implements IDeclaredApi {
  public readonly stageName: string;

  private readonly access: ApiAccess;
  private readonly log: ExistingLog;
  private readonly resource: apigateway.CfnRestApi;
  private readonly policy: DeferredPolicyDocument;
  /** Where a `RestApi` collects what is added to its policy. */
  private readonly policyBefore: unknown;
  private readonly table = new EndpointTable(this);
  /** Callers by endpoint; none of those for tokens. */
  private readonly declared = new Map<string, readonly iam.IRole[]>();
  private readonly tokens = new Set<string>();
  /** Declared callers of what a specification describes. */
  private readonly operations: OperationIntent[] = [];
  private readonly adopted = new Set<apigateway.Method>();

  constructor(
    public readonly restApi: apigateway.RestApiBase,
    callers: CallersByEndpoint,
    options: ExistingApiOptions,
  ) {
    super(notGuarded(restApi), 'Bulkhead');
    checkCallerLists(restApi, callers);
    checkGuardOptions(restApi, options);
    this.resource = this.ownResource();
    checkDates(restApi, 'the API', { reviewBy: options.reviewBy });
    const stage = this.stage();
    const stageName = stage.stageName as string;
    this.stageName = stageName;
    this.log = new ExistingLog(restApi, stage, options.accessLogGroup, existingAccessLogFormat());
    this.access = new ApiAccess(this, { ...options, stageName });
    for (const [endpoint, roles] of Object.entries(callers)) {
      const name = this.declare(endpoint, roles);
      this.access.declare(name, { callers: roles });
    }
    for (const endpoint of options.tokenEndpoints ?? []) {
      const name = this.declare(endpoint, []);
      this.tokens.add(nameOf(name));
      // With a user pool a method is open only where the resource policy says so too, by one reading of AWS's pages.
      this.access.declareKeyless(name, { needsAllow: true });
    }
    this.policyBefore = this.resource.policy;
    this.policy = new DeferredPolicyDocument(() => this.access.resourcePolicy());
    this.resource.policy = this.policy;
    restApi.latestDeployment?.addToLogicalId(Lazy.any({ produce: () => this.access.fingerprint() }));
    const intent: ApiIntent = {
      kind: 'api',
      path: restApi.node.path,
      stage: stageName,
      ...(options.guardDetail === GuardDetail.CALLERS ? { guardDetail: 'callers' } : {}),
      ...(this.access.callersTag === undefined ? {} : { callersTag: this.access.callersTag }),
      ...lifeIntent({ reviewBy: options.reviewBy }),
    };
    declareIntent(this.resource, intent);
    const found = existingMethods(restApi, this.resource);
    for (const method of 'unread' in found ? [] : found.methods) this.adopt(method);
    if (this.operations.length > 0) declareIntent(this.resource, { ...intent, operations: this.operations });
    this.node.addValidation({ validate: () => [...this.validateMethods(), ...this.validatePolicy()] });
  }

  public get apiId(): string {
    return this.restApi.restApiId;
  }

  public get accessLogGroup(): logs.ILogGroup {
    return this.log.group;
  }

  public get accessLogFormat(): string {
    return this.log.format;
  }

  public declaredEndpoints(): DeclaredEndpoint[] {
    return [...this.declared].map(([endpoint, callers]) => ({
      endpoint,
      callers: [...callers],
      tokens: this.tokens.has(endpoint) ? { audience: [], isLogged: true } : undefined,
    }));
  }

  private declare(endpoint: string, roles: readonly iam.IRole[]): EndpointName {
    const name = parseEndpointName(this, endpoint, { wildcardReason: 'declared by the API underneath' });
    this.table.add(name);
    this.declared.set(nameOf(name), roles);
    noteEndpoint(this, nameOf(name));
    return name;
  }

  private ownResource(): apigateway.CfnRestApi {
    const resource = this.restApi.node.defaultChild;
    if (resource === undefined || !apigateway.CfnRestApi.isCfnRestApi(resource)) {
      throw misuse(this.restApi, {
        code: 'BH1030',
        what: 'the API is not of this app',
        why: 'its resource policy cannot be written here',
        mend: 'call `guard` where the API is made',
      });
    }
    const read = definitionOf(this.restApi, resource);
    const definition = 'unread' in read ? undefined : read.definition;
    // A definition can hold one too.
    const inside = typeof definition === 'object' && definition !== null && 'x-amazon-apigateway-policy' in definition;
    if (inside || Stack.of(this).resolve(resource.policy) !== undefined) throw this.otherPolicy();
    return resource;
  }

  private otherPolicy(): Error {
    return misuse(this.restApi, {
      code: 'BH1031',
      what: 'the API has a resource policy beside that of the guard',
      why: 'there is one for each API, and an Allow in it could open what the guard closes',
      mend: 'take it away, or what adds to it; declare partners of other accounts with a LeastPrivilegeRestApi',
    });
  }

  private stage(): apigateway.CfnStage {
    const stage = this.restApi.deploymentStage?.node.defaultChild as apigateway.CfnStage | undefined;
    if (stage === undefined)
      throw withoutStage(this.restApi, '`deploy: true`, or set `deploymentStage` to its stage first');
    checkStageName(this.restApi, stage.stageName ?? '');
    return stage;
  }

  private adopt(found: ExistingMethod): void {
    const endpoint = nameOf(found);
    const roles = this.declared.get(endpoint);
    if (roles === undefined) {
      // Preflights carry no credentials.
      if (isPreflight(found)) this.access.declareKeyless(found, { needsAllow: true });
      return;
    }
    if (found.construct === undefined) {
      // Those for tokens are declared, too: nobody of them has a role.
      const callers = roles.map((role) => role.node.path);
      this.operations.push({ endpoint, callers, ...identitiesOf(this.restApi, { roles }) });
      return;
    }
    this.adopted.add(found.construct);
    declareMethodCallers(found.construct, { roles });
    declareIntent(found.construct.node.defaultChild as CfnResource, {
      kind: 'endpoint',
      api: this.restApi.node.path,
      endpoint,
      callers: roles.map((role) => role.node.path),
      ...identitiesOf(this.restApi, { roles }),
      highValue: false,
    });
  }

  private validateMethods(): string[] {
    const found = existingMethods(this.restApi, this.resource, writtenMethod);
    if ('unread' in found) return [this.problem('(all)', `cannot be read: ${found.unread}`)];
    const names = new Set(found.methods.map(nameOf));
    const problems = found.methods.flatMap((method) => this.problemsOf(method));
    const missing = found.areAll ? [...this.declared.keys()].filter((name) => !names.has(name)) : [];
    return [...problems, ...missing.map((name) => this.problem(name, 'is declared but the API has no such method'))];
  }

  private problemsOf(found: ExistingMethod): string[] {
    const name = nameOf(found);
    if (isPreflight(found)) return [];
    if (!this.declared.has(name)) return [this.problem(name, 'has no callers')];
    if (found.construct !== undefined && !this.adopted.has(found.construct)) {
      return [this.problem(name, 'was added after `guard`')];
    }
    const expected = this.tokens.has(name) ? BY_TOKEN : ['AWS_IAM'];
    return expected.includes(found.authorization.toUpperCase())
      ? []
      : [
          this.problem(
            name,
            `has the authorization ${found.authorization}, where ${expected.join(' or ')} is expected`,
          ),
        ];
  }

  /** Statements that are added later would go to a policy that is written nowhere; overrides would be in its place. */
  private validatePolicy(): string[] {
    const stack = Stack.of(this);
    const isOurs =
      this.resource.policy === this.policy &&
      JSON.stringify(writtenProperties(this.resource)['Policy']) === JSON.stringify(stack.resolve(this.policy));
    return isOurs && stack.resolve(this.policyBefore) === undefined ? [] : [this.otherPolicy().message];
  }

  private problem(name: string, what: string): string {
    return differs(this.restApi, name, what);
  }
}
