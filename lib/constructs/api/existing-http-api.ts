import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { declareIntent } from '../intent';
import { identitiesOf } from './caller-identities';
import type { CallersByEndpoint } from './existing-api';
import type { ExistingHttpApiOptions } from './existing-http-api-options';
import { checkCallerLists, differs, notGuarded, withoutStage } from './existing-problem';
import { checkDates, lifeIntent } from './endpoint-life';
import { declareRouteCallers } from './guard-policy';
import { checkWithoutGuard } from './http-without-guard';
import { httpAccessLogFormat } from './http-access-log';
import { HttpApiAccess } from './http-api-access';
import { routesOf, stagesOf } from './http-api-parts';
import { parseEndpointName } from './endpoint-name';
import type { DeclaredEndpoint, IDeclaredApi } from './i-declared-api';
import { noteEndpoint } from './replaced-endpoints';
import { checkStageName } from './stage-checks';
import { ExistingLog } from './stage-log';

/** What decides on tokens. */
const BY_TOKEN = ['JWT', 'CUSTOM'];

/** The callers of an HTTP API that was made elsewhere. */
export class ExistingHttpApiGuard extends Construct implements IDeclaredApi {
  public readonly stageName: string;

  private readonly access: HttpApiAccess;
  private readonly log: ExistingLog;
  /** Callers by endpoint; none of those for tokens. */
  private readonly declared = new Map<string, readonly iam.IRole[]>();
  private readonly tokens = new Set<string>();
  private readonly adopted = new Set<apigatewayv2.CfnRoute>();

  constructor(
    private readonly httpApi: apigatewayv2.IHttpApi,
    callers: CallersByEndpoint,
    options: ExistingHttpApiOptions,
  ) {
    super(notGuarded(httpApi), 'Bulkhead');
    checkCallerLists(httpApi, callers);
    const { tokenEndpoints = [], reviewBy, routeLimit } = options;
    checkWithoutGuard(httpApi, options);
    const resource = this.ownResource();
    const stage = this.stage();
    this.stageName = stage.stageName;
    this.log = new ExistingLog(httpApi, stage, options.accessLogGroup, httpAccessLogFormat());
    this.access = new HttpApiAccess(this, { apiId: httpApi.apiId, stageName: this.stageName }, { httpApi, routeLimit });
    for (const [endpoint, roles] of Object.entries(callers)) this.declare(endpoint, roles ?? []);
    for (const endpoint of tokenEndpoints) this.declare(endpoint);
    checkDates(httpApi, 'the API', { reviewBy });
    declareIntent(resource, {
      kind: 'api',
      path: httpApi.node.path,
      stage: this.stageName,
      ...lifeIntent({ reviewBy }),
    });
    for (const route of routesOf(this.httpApi)) this.adopt(route);
    this.node.addValidation({ validate: () => this.validate(resource) });
  }

  public get apiId(): string {
    return this.httpApi.apiId;
  }

  public get accessLogGroup(): logs.ILogGroup {
    return this.log.group;
  }

  public get accessLogFormat(): string {
    return this.log.format;
  }

  public declaredEndpoints(): DeclaredEndpoint[] {
    const byJwt = new Set(
      routesOf(this.httpApi)
        .filter(isByJwt)
        .map(({ routeKey }) => routeKey),
    );
    return [...this.declared].map(([endpoint, callers]) => ({
      endpoint,
      callers: [...callers],
      tokens: this.tokens.has(endpoint) ? { audience: [], isLogged: byJwt.has(endpoint) } : undefined,
    }));
  }

  private declare(endpoint: string, roles?: readonly iam.IRole[]): void {
    const name = parseEndpointName(this, endpoint, { wildcardReason: 'declared by the API underneath' });
    this.access.declare(name, roles === undefined ? 'tokens' : roles);
    const key = `${name.method} ${name.path}`;
    this.declared.set(key, roles ?? []);
    noteEndpoint(this, key);
    if (roles === undefined) this.tokens.add(key);
  }

  private ownResource(): apigatewayv2.CfnApi {
    const resource = this.httpApi.node.defaultChild;
    if (resource !== undefined && apigatewayv2.CfnApi.isCfnApi(resource)) return resource;
    throw misuse(this.httpApi, {
      code: 'BH1030',
      what: 'the API is not of this app',
      why: 'its routes are not known here',
      mend: 'call `guard` where the API is made',
    });
  }

  private stage(): apigatewayv2.CfnStage {
    const [stage, ...others] = stagesOf(this.httpApi);
    if (others.length > 0) throw misuse(this.httpApi, { code: 'BH1011', ...SEVERAL });
    if (stage === undefined)
      throw withoutStage(this.httpApi, 'an `HttpStage` before `guard`, or leave `createDefaultStage` alone');
    const name = stage.stageName;
    if (name !== '$default') checkStageName(this.httpApi, name);
    return stage;
  }

  private adopt(resource: apigatewayv2.CfnRoute): void {
    const endpoint = resource.routeKey;
    const roles = this.declared.get(endpoint);
    if (roles === undefined) return;
    this.adopted.add(resource);
    const route = resource.node.scope as apigatewayv2.HttpRoute;
    if (route.node.defaultChild === resource) declareRouteCallers(route, { roles, stage: this.stageName });
    declareIntent(resource, {
      kind: 'endpoint',
      api: this.httpApi.node.path,
      endpoint,
      callers: roles.map((role) => role.node.path),
      ...identitiesOf(this.httpApi, { roles }),
      highValue: false,
    });
  }

  private validate({ body, bodyS3Location, target }: apigatewayv2.CfnApi): string[] {
    if ([body, bodyS3Location, target].some((each) => each !== undefined)) {
      return [misuse(this.httpApi, { code: 'BH1032', ...DEFINED }).message];
    }
    const routes = routesOf(this.httpApi);
    const names = routes.map(({ routeKey }) => routeKey);
    return [
      ...routes.flatMap((route) => this.problemsOf(route)),
      ...[...this.declared.keys()]
        .filter((name) => !names.includes(name))
        .map((name) => this.problem(name, 'is declared but the API has no such method')),
      ...(stagesOf(this.httpApi).length > 1 ? [misuse(this.httpApi, { code: 'BH1011', ...SEVERAL }).message] : []),
    ];
  }

  private problemsOf(route: apigatewayv2.CfnRoute): string[] {
    const { routeKey: name, authorizationType = 'NONE' } = route;
    if (!this.declared.has(name)) return [this.problem(name, 'has no callers')];
    if (!this.adopted.has(route)) return [this.problem(name, 'was added after `guard`')];
    const expected = this.tokens.has(name) ? BY_TOKEN : ['AWS_IAM'];
    if (expected.includes(authorizationType)) return [];
    return [
      this.problem(name, `has the authorization ${authorizationType}, where ${expected.join(' or ')} is expected`),
    ];
  }

  private problem(name: string, what: string): string {
    return differs(this.httpApi, name, what);
  }
}

const DEFINED = {
  what: 'the API has a definition (`body`) or a `target`, which make routes of their own',
  why: 'what they ask of callers is not read here, and a guard that leaves a route out is none',
  mend: 'make each route with `addRoutes` and take the definition away; or make it a SpecRestApi, of which `LeastPrivilegeRestApi.guard` reads the definition',
};

function isByJwt({ authorizationType }: apigatewayv2.CfnRoute): boolean {
  return authorizationType === 'JWT';
}

const SEVERAL = {
  what: 'the API has several stages',
  why: 'the policies name one; the others would be open to nobody, or to whoever was allowed them before',
  mend: 'make one API for each environment',
};
