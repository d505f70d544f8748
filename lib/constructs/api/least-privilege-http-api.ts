import type { CfnResource } from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { declareIntent } from '../intent';
import { identitiesOf } from './caller-identities';
import { checkHasCallers } from './api-callers';
import { accessLogGroup } from './access-log';
import { accessData, accessTable } from './declared-access';
import type { DeclaredAccess } from './declared-access';
import { checkDates, checkLife, lifeIntent } from './endpoint-life';
import { checkAnswers, checkWildcardReason, parseEndpointName } from './endpoint-name';
import type { EndpointName } from './endpoint-name';
import { EndpointTable } from './endpoint-table';
import { ExistingHttpApiGuard } from './existing-http-api';
import type { ExistingHttpApiOptions } from './existing-http-api-options';
import { declareRouteCallers } from './guard-policy';
import { HttpApiAccess } from './http-api-access';
import { undeclaredParts } from './http-api-parts';
import { httpDeployment } from './http-deployment';
import type { HttpEndpointOptions } from './http-endpoint-options';
import { checkHttpFrontDoor, openHttpFrontDoor } from './http-front-door';
import { checkWithoutGuard } from './http-without-guard';
import type { HttpFunctionIntegration } from './http-function-integration';
import { HttpApiStage } from './http-stage';
import { HttpIssuers } from './http-tokens';
import type { DeclaredEndpoint, IDeclaredApi } from './i-declared-api';
import type { LeastPrivilegeHttpApiProps } from './least-privilege-http-api-props';
import { refusePlainHttp } from './plain-http';
import { refuseOptions } from './preflights';
import { noteEndpoint, validateReplacements } from './replaced-endpoints';
import { checkStageName, checkThrottle } from './stage-checks';
import { formatInto } from './stage-log';

/**
 * An HTTP API where every endpoint names its callers.
 *
 * Every route asks for AWS_IAM, or for tokens of one issuer (JWT) with one scope. Each caller gets an identity policy
 * that names exactly its endpoints, and room for them in its boundary. There is no `$default` route and none for every
 * method; calls are throttled, and logged with who called what. The stage serves what the template says: it is deployed
 * anew when that changes, and never by itself.
 *
 * **Less than a LeastPrivilegeRestApi guards:** an HTTP API has no resource policy, so that nothing at the API denies
 * whom nobody declared. Any role or user of the account that some policy allows `execute-api:Invoke` on it, or on `*`,
 * can call every endpoint with AWS_IAM. Of roles of cdk-bulkhead, boundaries prevent that; of others of the app, rule
 * API7 finds those that can; of the rest of the account nothing does. The `guard` of `cdk-bulkhead/runtime` in the
 * function stops such calls. Where that is too little, use a LeastPrivilegeRestApi.
 *
 * Nor does an HTTP API have a web ACL, validation of requests, source ranges, private endpoints or traces; and callers
 * of other accounts have to assume a role of this one, such as a PartnerRole.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
 */
export class LeastPrivilegeHttpApi extends Construct implements IDeclaredApi {
  /** The API underneath. Routes and stages that are added to it by hand fail the synth. */
  public readonly httpApi: apigatewayv2.HttpApi;
  /** The one stage. */
  public readonly stage: apigatewayv2.HttpStage;
  /** The access log. */
  public readonly accessLogGroup: logs.ILogGroup;
  /** The name of the one stage. */
  public readonly stageName: string;

  private readonly access: HttpApiAccess;
  private readonly table: EndpointTable;
  private readonly issuers: HttpIssuers;
  private readonly deployment: apigatewayv2.CfnDeployment;
  private readonly settings: HttpApiStage;
  private readonly functionNames: (string | undefined)[] = [];
  private readonly declared = new Set<CfnResource>();
  private readonly endpoints: DeclaredAccess[] = [];
  private readonly watched: DeclaredEndpoint[] = [];
  private readonly hasCors: boolean;

  /**
   * Declares who calls an `HttpApi` that is there already: each caller gets an identity policy with exactly its routes and
   * room for them in its boundary, as of a LeastPrivilegeHttpApi. Call it after all routes were added. Every route
   * must be listed and ask for AWS_IAM, or be among `tokenEndpoints`. The API has one stage.
   *
   * Nothing is added to the API itself but an access log, with `accessLogGroup`, and nothing there can deny: whoever else is allowed to call it still can. The
   * rules API7, API8 and API9 judge it from then on; what was granted before, such as by `route.grantInvoke`, is a finding
   * where it reaches further.
   *
   * @param httpApi an `HttpApi` of this app
   * @param callers for each endpoint, as `GET /orders/{id}`, the roles that may call it
   * @throws BH1030 for an imported API, BH1011 where it has no stage, several, or one without a literal name; BH1027 where `reviewBy` is no date; BH1001 to
   * BH1008 as `addEndpoint`; BH1032 where routes and list differ (at synth); BH1071 where the stage has another access log than `accessLogGroup`
   * @returns what was declared, for an `AccessMonitor`
   */
  public static guard(
    httpApi: apigatewayv2.IHttpApi,
    callers: { [endpoint: string]: iam.IRole[] },
    options: ExistingHttpApiOptions = {},
  ): IDeclaredApi {
    return new ExistingHttpApiGuard(httpApi, callers, options);
  }

  /**
   * @throws BH1011 where the stage name is malformed, BH1012 where a throttle is not positive, BH1017 where vault and
   * own settings of the log contradict each other, BH1026 where CORS is for an origin that nobody is sure of, BH1027 where `reviewBy` is no date, BH1029 where settings of the
   * domain do not fit
   */
  constructor(scope: Construct, id: string, props: LeastPrivilegeHttpApiProps = {}) {
    super(scope, id);
    this.stageName = props.stageName ?? '$default';
    this.hasCors = props.cors !== undefined;
    if (this.stageName !== '$default') checkStageName(this, this.stageName);
    const throttle = { rateLimit: 100, burstLimit: 200, ...props.throttle };
    checkThrottle(this, 'the API', throttle);
    checkDates(this, 'the API', { reviewBy: props.reviewBy });
    checkWithoutGuard(this, props);
    checkHttpFrontDoor(this, props);
    this.accessLogGroup = accessLogGroup(this, props);
    this.httpApi = new apigatewayv2.HttpApi(this, 'HttpApi', {
      apiName: props.httpApiName ?? id,
      description: props.description,
      createDefaultStage: false,
      corsPreflight: props.cors,
      disableExecuteApiEndpoint: props.domain !== undefined,
    });
    this.table = new EndpointTable(this);
    this.issuers = new HttpIssuers(this);
    const { apiId } = this.httpApi;
    this.access = new HttpApiAccess(
      this,
      { apiId, stageName: this.stageName },
      { httpApi: this.httpApi, routeLimit: props.routeLimit },
    );
    this.deployment = httpDeployment(this, this.httpApi.apiId, () => this.functionNames);
    const { httpApi, stageName, deployment, accessLogGroup: log } = this;
    this.settings = new HttpApiStage(this, { httpApi, stageName, deployment, accessLogGroup: log, throttle });
    this.stage = this.settings.stage;
    openHttpFrontDoor(this, this.httpApi, this.stage, props);
    const api = this.httpApi.node.defaultChild as CfnResource;
    declareIntent(api, {
      kind: 'api',
      path: this.node.path,
      stage: this.stageName,
      ...lifeIntent({ reviewBy: props.reviewBy }),
    });
    this.declared.add(this.stage.node.defaultChild as CfnResource);
    this.node.addValidation({
      validate: () => [
        ...undeclaredParts(this, this.httpApi, (part) => this.declared.has(part)),
        ...validateReplacements(this, this.endpoints),
      ],
    });
  }

  /**
   * Adds an endpoint and its callers.
   *
   * A path parameter also stands for values that look like other endpoints of the same depth; those stay with their
   * own callers. API Gateway authorizes the path that was called, and an ARN cannot say "one segment": where two
   * endpoints cannot be told apart, the synth fails.
   *
   * @param endpoint method and path: `GET /orders/{id}`
   * @param options who may call it, and what answers
   * @returns the route, for its metrics
   * @throws BH1001 where the name cannot be read, BH1002 for ANY, BH1003 without callers, BH1004 for a duplicate,
   * BH1005 where a caller is listed twice, BH1006 for a greedy path, BH1007 where a parameter has two names, BH1008
   * where a caller is of another account, BH1012 where the throttle is not positive, BH1013 where another endpoint matches
   * the same request and neither is the more literal, BH1019 where the integration is called by plain HTTP, BH1023 where a
   * caller is no role by its full ARN, BH1026 for OPTIONS beside `cors`, BH1027 where a date is none, BH1037 without an
   * integration, BH1060
   * to BH1063 where issuer or scope are malformed, or do not go with callers; BH1070 for more than one scope
   */
  public addEndpoint(endpoint: string, options: HttpEndpointOptions): apigatewayv2.HttpRoute {
    const name = parseEndpointName(this, endpoint, options);
    checkAnswers(this, name, options);
    checkHasCallers(this, endpoint, options.callers);
    checkWildcardReason(this, name, options.wildcardReason);
    if (this.hasCors) refuseOptions(this, name);
    checkLife(this, endpoint, options);
    if (options.throttle !== undefined) checkThrottle(this, `endpoint \`${endpoint}\``, options.throttle);
    const tokens = this.issuers.tokensOf(endpoint, options);
    this.table.add(name);
    const callers = this.access.declare(name, options.jwtIssuer === undefined ? options.callers : 'tokens');
    const route = new apigatewayv2.HttpRoute(this.httpApi, `${name.method}${name.path}`, {
      httpApi: this.httpApi,
      routeKey: routeKeyOf(name),
      integration: options.integration,
      authorizer: tokens?.authorizer ?? new HttpIamAuthorizer(),
      authorizationScopes: tokens === undefined || tokens.scopes.length === 0 ? undefined : [...tokens.scopes],
    });
    this.deployment.node.addDependency(route);
    this.declared.add(route.node.defaultChild as CfnResource);
    const { integration, scopes, highValue = false, throttle } = options;
    if (throttle !== undefined) this.settings.throttle(endpoint, throttle);
    declareRouteCallers(route, {
      roles: tokens === undefined ? options.callers : [],
      tokens: tokens === undefined ? [] : [tokens.guard],
      stage: this.stageName,
    });
    if (isFunctionIntegration(integration)) this.functionNames.push(integration._functionName());
    for (const made of route.node.findAll().filter((each) => apigatewayv2.CfnIntegration.isCfnIntegration(each))) {
      const { integrationUri: uri, connectionType } = made;
      refusePlainHttp(this, endpoint, { uri, connectionType });
    }
    noteEndpoint(this, endpoint);
    const { issuer, audience, use } = tokens?.guard ?? {};
    this.watched.push({
      endpoint,
      callers: [...options.callers],
      tokens: audience === undefined ? undefined : { issuer, audience: [...audience], isLogged: true },
      lastDay: options.lastDay,
    });
    this.endpoints.push({
      endpoint,
      callers,
      scopes,
      ...(issuer === undefined || audience === undefined
        ? {}
        : { tokens: { issuer, audience, ...(use === undefined ? {} : { use }) } }),
      highValue,
      throttle,
      wildcardReason: options.wildcardReason,
      ...lifeIntent(options),
    });
    declareIntent(route.node.defaultChild as CfnResource, {
      kind: 'endpoint',
      api: this.node.path,
      endpoint,
      callers,
      ...identitiesOf(this, { roles: options.callers, tokens: tokens === undefined ? [] : [tokens.guard] }),
      highValue,
      ...lifeIntent(options),
    });
    return route;
  }

  /** The id of the API. */
  public get apiId(): string {
    return this.httpApi.apiId;
  }

  /** The format of the lines that the stage writes into `accessLogGroup`; empty where it writes none there. */
  public get accessLogFormat(): string {
    return formatInto(this.stage.node.defaultChild as apigatewayv2.CfnStage, this.accessLogGroup);
  }

  /** The address of the stage. Calls with AWS_IAM are signed (SigV4) for the service `execute-api`. */
  public get url(): string {
    return this.stage.url;
  }

  /**
   * Who may call what, as declared until now: `[{ endpoint, callers, scopes?, tokens?, highValue, throttle?, reviewBy?,
   * lastDay?, replacedBy?, wildcardReason? }]`, callers by construct path.
   */
  public accessMatrix(): any {
    return accessData(this.endpoints);
  }

  /** The endpoints, and who was declared to call them until now. */
  public declaredEndpoints(): DeclaredEndpoint[] {
    return [...this.watched];
  }

  /** The same as a Markdown table: endpoints in rows, callers in columns, then a column for each limit that any of them has. */
  public accessMatrixMarkdown(): string {
    return accessTable(this.endpoints);
  }
}

/** INVARIANT: never without a method, which would be ANY. */
function routeKeyOf({ method, path }: EndpointName): apigatewayv2.HttpRouteKey {
  return apigatewayv2.HttpRouteKey.with(path, apigatewayv2.HttpMethod[method as keyof typeof apigatewayv2.HttpMethod]);
}

function isFunctionIntegration(each: apigatewayv2.HttpRouteIntegration): each is HttpFunctionIntegration {
  return '_functionName' in each;
}
