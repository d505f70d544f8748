import { Lazy } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DeferredPolicyDocument } from '../../private/deferred-policy-document';
import { declareIntent } from '../intent';
import { identitiesOf } from './caller-identities';
import { checkHasCallers } from './api-callers';
import { accessLogGroup } from './access-log';
import { setAnswerHeaders, twiceAnswered } from './answer-headers';
import { ApiAccess } from './api-access';
import { KeyedEndpoints } from './api-keys';
import { cacheOf, parametersOf, setCacheKey } from './caching';
import { accessData, accessTable } from './declared-access';
import type { DeclaredAccess } from './declared-access';
import { checkAnswers, checkWildcardReason, parseEndpointName } from './endpoint-name';
import { sourcesOf, vpcEndpointName } from './endpoint-sources';
import { EndpointTable } from './endpoint-table';
import { checkDates, checkLife, lifeIntent } from './endpoint-life';
import { ExistingApiGuard } from './existing-api';
import type { ExistingApiOptions } from './existing-api-options';
import type { EndpointOptions } from './endpoint-options';
import { GuardDetail } from './guard-detail';
import { declareMethodCallers } from './guard-policy';
import { checkReserved, openFrontDoor, vpcEndpointDenies } from './front-door';
import { loggedRestApi } from './logged-rest-api';
import { checkGuardOptions, checkSwitches } from './option-checks';
import type { DeclaredEndpoint, IDeclaredApi } from './i-declared-api';
import { pinMethod } from './method-override';
import { methodSettings } from './method-settings';
import type { EndpointSettings } from './method-settings';
import { tokensOf } from './endpoint-tokens';
import type { LeastPrivilegeRestApiProps } from './least-privilege-rest-api-props';
import { checkGiven, operationsOf } from './open-api';
import type { OpenApiProps } from './open-api-props';
import { settingsOf } from './open-api-settings';
import { openApiOf } from './open-api-written';
import type { WrittenEndpoint } from './open-api-written';
import { refusePlainHttp } from './plain-http';
import type { Called } from './plain-http';
import { Preflights } from './preflights';
import { noteEndpoint, validateReplacements } from './replaced-endpoints';
import { checkStageName, checkThrottle } from './stage-checks';
import { formatInto } from './stage-log';
import { refuseTestInvoke } from './test-invoke';
import { undeclaredMethods } from './undeclared-methods';

/**
 * A REST API where every endpoint names its callers and everyone else is denied.
 *
 * Every method asks for AWS_IAM. Each caller gets an identity policy that names exactly its endpoints, and the
 * resource policy denies each endpoint to everyone who is not its caller, so that an Allow elsewhere in the account
 * opens nothing. Plain HTTP, invalidation of caches and test invocations are denied. Calls are validated, throttled,
 * traced and logged: who, from where, what, and how it was decided.
 *
 * Limits: 8,192 characters of resource policy, which is about 60 callers where all endpoints have the same, and fewer
 * with every group of endpoints that has callers of its own. Where that is too little, `GuardDetail.CALLERS` leaves the
 * endpoints to the boundaries of the callers, `CallerGrouping.TAG` knows callers by a tag whatever their number, and several
 * APIs can stand behind one domain. Identity policies are divided among managed policies. What does not fit, 300 resources
 * of the API and 500 of its stack included, fails the synth with number and limit, and so do paths that no policy can tell
 * apart.
 *
 * Not promised: what people may do who can change the API, its policy or the roles; that throttling stops an attack.
 * Plain and imported roles have no boundary of ours: the Denies hold for them too, but where such a caller of
 * `/orders/{id}/refunds` is allowed `/orders/{id}` by a policy from elsewhere, the resource policy cannot tell its
 * requests apart. Nor can the checks see what an imported role is allowed.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export class LeastPrivilegeRestApi extends Construct implements IDeclaredApi {
  /** The API underneath. What is added to it by hand is undeclared: methods fail the synth. */
  public readonly restApi: apigateway.RestApi;
  /** The one stage. */
  public readonly stage: apigateway.Stage;
  /** The access log. */
  public readonly accessLogGroup: logs.ILogGroup;
  /** The name of the one stage. */
  public readonly stageName: string;

  private readonly access: ApiAccess;
  private readonly table: EndpointTable;
  private readonly validator: apigateway.IRequestValidator;
  private readonly throttle: apigateway.ThrottleSettings;
  private readonly settings: EndpointSettings[] = [];
  private readonly declared = new Set<apigateway.Method>();
  private readonly preflights: Preflights;
  private readonly endpoints: WrittenEndpoint[] = [];
  private readonly keyed: KeyedEndpoints;

  /**
   * Makes an API of the operations of an OpenAPI document. Of the document it takes methods, paths, operation ids, the
   * parameters of query strings and headers and whether they are required, schemas of JSON bodies,
   * `x-amazon-apigateway-integration`, and `x-cdk-bulkhead` as `openApi()` writes it. Callers and partners are given here:
   * the document lets nobody in, and its `security` grants nothing. Stage and throttle of `props` go before those of the
   * document. A domain, a web ACL or VPC endpoints that it mentions have to be given too.
   *
   * @param document the document as an object
   * @throws BH1035 where an operation has no id of its own, BH1036 where callers and operations do not fit together
   * or the document says that it does not hold something, BH1037 where an operation has no integration, BH1038 where a
   * body's schema has a keyword, or a parameter a place or name, that API Gateway does not check, BH1039 where an integration of the document cannot be read; as the constructor and `addEndpoint`
   */
  public static fromOpenApi(scope: Construct, id: string, document: any, props: OpenApiProps): LeastPrivilegeRestApi {
    checkGiven(scope, props);
    const api = new LeastPrivilegeRestApi(scope, id, settingsOf(scope, document, props));
    for (const { endpoint, schema, ...options } of operationsOf(api, document, props)) {
      const requestModel = schema && api.restApi.addModel(`Body${options.operationName}`, { schema });
      api.addEndpoint(endpoint, { ...options, requestModel });
    }
    return api;
  }

  /**
   * Guards an API that is there already: writes its resource policy and the identity policies of its callers, as for a
   * LeastPrivilegeRestApi. Call it after all methods were added. Every method must be listed and ask for AWS_IAM, or be
   * among `tokenEndpoints`; mocks that answer preflights stay open. The methods of a `SpecRestApi` are read from
   * `ApiDefinition.fromInline` and `fromAsset`. Those of a definition that lies in a bucket already are not known here: that
   * each of them is listed and asks for AWS_IAM is yours to see to.
   *
   * It adds nothing else, no throttle or validation, and an access log only with `accessLogGroup`.
   *
   * @param restApi a `RestApi` or `SpecRestApi` of this app with a stage, and without a resource policy
   * @param callers for each endpoint, as `GET /orders/{id}`, the roles that may call it
   * @throws BH1030 for an imported API, BH1031 where it has a resource policy or gets one later (at synth), BH1011 where its stage has no literal
   * name; BH1001 to BH1008 as `addEndpoint`; BH1032 where methods and list differ (at synth); BH1071 where the stage has another access log than
   * `accessLogGroup`
   * @returns what was declared, for an `AccessMonitor`
   */
  public static guard(
    restApi: apigateway.RestApiBase,
    callers: { [endpoint: string]: iam.IRole[] },
    options: ExistingApiOptions = {},
  ): IDeclaredApi {
    return new ExistingApiGuard(restApi, callers, options);
  }

  /**
   * @throws BH1011 where the stage name is malformed, BH1012 where a throttle is not positive, BH1017 where
   * vault and own settings of the log contradict each other, BH1026 where CORS is for an origin that nobody is sure of, BH1027 where `reviewBy` is no date, BH1029 where settings
   * of domain, web ACL or VPC endpoints do not fit, BH1034 where there is no cache of that size, BH1051 where an
   * option is of another type
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: LeastPrivilegeRestApiProps = {},
  ) {
    super(scope, id);
    const stageName = props.stageName ?? 'prod';
    this.stageName = stageName;
    checkStageName(this, stageName);
    checkGuardOptions(this, props);
    this.throttle = { rateLimit: 100, burstLimit: 200, ...props.throttle };
    checkThrottle(this, 'the API', this.throttle);
    checkDates(this, 'the API', { reviewBy: props.reviewBy });
    const log = accessLogGroup(this, props);
    this.accessLogGroup = log;
    const policy = new DeferredPolicyDocument(() => this.access.resourcePolicy());
    this.restApi = loggedRestApi(this, props, { stageName, log, policy });
    this.stage = this.restApi.deploymentStage;
    (this.stage.node.defaultChild as apigateway.CfnStage).methodSettings = methodSettings(this.throttle, this.settings);
    this.validator = this.restApi.addRequestValidator('Validator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    this.keyed = new KeyedEndpoints(this, this.stage);
    this.preflights = new Preflights(props.cors);
    this.table = new EndpointTable(this);
    this.access = new ApiAccess(this, { ...props, stageName, also: vpcEndpointDenies(props) });
    openFrontDoor(this, this.restApi, props);
    this.restApi.latestDeployment?.addToLogicalId(Lazy.any({ produce: () => this.access.fingerprint() }));
    declareIntent(this.restApi.node.defaultChild as CfnResource, {
      kind: 'api',
      path: this.node.path,
      stage: stageName,
      ...(props.guardDetail === GuardDetail.CALLERS ? { guardDetail: 'callers' } : {}),
      ...(this.access.callersTag === undefined ? {} : { callersTag: this.access.callersTag }),
      ...lifeIntent({ reviewBy: props.reviewBy }),
    });
    this.node.addValidation({
      validate: () => [
        ...undeclaredMethods(this, this.restApi, this.declared),
        ...twiceAnswered(this, this.restApi),
        ...validateReplacements(
          this,
          this.endpoints.map(({ access }) => access),
        ),
      ],
    });
  }

  /** The id of the API. */
  public get apiId(): string {
    return this.restApi.restApiId;
  }

  /** The format of the lines that the stage writes into `accessLogGroup`; empty where it writes none there. */
  public get accessLogFormat(): string {
    return formatInto(this.stage.node.defaultChild as apigateway.CfnStage, this.accessLogGroup);
  }

  /** The address of the stage, with a slash at its end. Calls are signed (SigV4) for the service `execute-api`. */
  public get url(): string {
    return this.restApi.url;
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
   * @returns the method, for its metrics
   * @throws BH1001 where the name cannot be read, BH1002 for ANY, BH1003 without callers, BH1004 for a duplicate,
   * BH1005 where a caller is listed twice, BH1006 for a greedy path, BH1007 where a parameter has two names, BH1008
   * where a caller is of another account, BH1010 where test invocations are admitted, BH1019 where the integration is called
   * by plain HTTP, BH1023 where a caller is no role by its full ARN, BH1026 for OPTIONS beside `cors`, BH1037 without an
   * integration, BH1012 where the throttle is not
   * positive, BH1013 where another endpoint matches the same request and neither is the more literal, BH1018 where the
   * integration passes a header on that overrides the method, BH1028 where an endpoint around or within it has other ranges
   * or VPC endpoints, BH1029 for `/ping` and `/sping` with a domain, BH1033 where VPC endpoints or ranges do not fit the API,
   * BH1034 where it cannot be cached, BH1050 where a caller is of another region and has no name
   */
  public addEndpoint(endpoint: string, options: EndpointOptions): apigateway.Method {
    const name = parseEndpointName(this, endpoint, options);
    checkAnswers(this, name, options);
    checkHasCallers(this, endpoint, options.callers);
    checkSwitches(this, { apiKeyRequired: options.apiKeyRequired, highValue: options.highValue });
    checkWildcardReason(this, name, options.wildcardReason);
    checkReserved(this, name, this.props);
    this.preflights.refuse(this, name);
    checkLife(this, endpoint, options);
    const sources = sourcesOf(this, endpoint, options, this.props);
    const cached = cacheOf(this, name, options, this.props.cacheSize);
    if (options.throttle !== undefined) checkThrottle(this, `endpoint \`${endpoint}\``, options.throttle);
    this.table.add(name);
    const tokens = tokensOf(this, endpoint, options);
    const callers =
      tokens.length === 0 ? this.access.declare(name, options, sources) : this.access.declareTokens(name, sources);
    const resource = this.restApi.root.resourceForPath(name.path);
    const method = resource.addMethod(name.method, options.integration, {
      ...(options.jwtAuthorizer === undefined
        ? { authorizationType: apigateway.AuthorizationType.IAM }
        : { authorizationType: apigateway.AuthorizationType.CUSTOM, authorizer: options.jwtAuthorizer.authorizer }),
      requestValidator: this.validator,
      requestParameters: parametersOf(options, cached),
      // For every content type: one that is not named would not be validated.
      requestModels: options.requestModel === undefined ? undefined : { $default: options.requestModel },
      operationName: options.operationName,
      apiKeyRequired: options.apiKeyRequired,
      methodResponses: options.methodResponses,
    });
    refuseTestInvoke(endpoint, method);
    refusePlainHttp(this, endpoint, (method.node.defaultChild as apigateway.CfnMethod).integration as Called);
    pinMethod(endpoint, method);
    setAnswerHeaders(method, options.methodResponses ?? []);
    setCacheKey(method, cached);
    this.answerPreflight(name.path, resource);
    this.declared.add(method);
    declareMethodCallers(method, { roles: [...options.callers, ...(options.partners ?? [])], tokens });
    if (options.throttle !== undefined || cached !== undefined) {
      this.settings.push({ ...name, throttle: options.throttle, cacheSeconds: cached?.ttlSeconds });
    }
    noteEndpoint(this, endpoint);
    if (options.apiKeyRequired === true) this.keyed.note(endpoint);
    this.endpoints.push({ access: declaredAccess(endpoint, callers, options), options });
    declareIntent(method.node.defaultChild as CfnResource, {
      kind: 'endpoint',
      api: this.node.path,
      endpoint: `${name.method} ${name.path}`,
      callers,
      ...identitiesOf(this, { roles: [...options.callers, ...(options.partners ?? [])], tokens }),
      highValue: options.highValue ?? false,
      ...lifeIntent(options),
    });
    return method;
  }

  /**
   * What the account of a partner has to allow it, so that it can call its endpoints: the Allow of the resource policy
   * is one half, this is the other. Give it to the partner, for example as an output of the stack.
   *
   * @param partner a role from the `partners` of an endpoint
   * @throws BH1025 where it is a partner of no endpoint
   */
  public partnerPolicy(partner: iam.IRole): iam.PolicyDocument {
    return this.access.partnerPolicy(partner);
  }

  /**
   * Who may call what, as declared until now: `[{ endpoint, callers, partners?, scopes?, tokens?, highValue, apiKeyRequired?,
   * throttle?, sourceRanges?, vpcEndpoints?, requestParameters?, requestModel?, cache?, reviewBy?, lastDay?, replacedBy?,
   * wildcardReason?, operationName? }]`, callers by construct path.
   */
  public accessMatrix(): any {
    return accessData(this.endpoints.map(({ access }) => access));
  }

  /** The endpoints, and who was declared to call them until now. */
  public declaredEndpoints(): DeclaredEndpoint[] {
    return this.endpoints.map(({ access: { endpoint, lastDay }, options }) => ({
      endpoint,
      callers: [...options.callers, ...(options.partners ?? [])],
      tokens: options.jwtAuthorizer?._tokens(),
      lastDay,
    }));
  }

  /** The same as a Markdown table: endpoints in rows, callers in columns, then a column for each limit that any of them has. */
  public accessMatrixMarkdown(): string {
    return accessTable(this.endpoints.map(({ access }) => access));
  }

  /**
   * The same as an OpenAPI 3.1 document that `fromOpenApi` reads as the same API: callers, partners, scopes, throttles,
   * source ranges, VPC endpoints, caching and dates in `x-cdk-bulkhead`, parameters and schemas of bodies in standard
   * fields. No integrations and no addresses. What limits calls but cannot be written, such as a model of another app, is
   * named in `unwritten`, and `fromOpenApi` refuses the document for it.
   */
  public openApi(): any {
    const { throttle, props, endpoints, stageName: stage } = this;
    return JSON.parse(JSON.stringify(openApiOf({ at: this, title: this.node.id, stage, throttle, props, endpoints })));
  }

  private answerPreflight(path: string, resource: apigateway.IResource): void {
    const answer = this.preflights.answer(path, resource);
    if (answer === undefined) return;
    this.table.add(answer.name);
    this.declared.add(answer.method);
    this.access.declareKeyless(answer.name, { needsAllow: true });
  }
}

function declaredAccess(endpoint: string, callers: readonly string[], options: EndpointOptions): DeclaredAccess {
  const {
    operationName,
    scopes,
    highValue = false,
    wildcardReason,
    throttle,
    sourceRanges,
    requestParameters,
    requestModel,
    jwtAuthorizer,
    cache,
  } = options;
  const { partners = [], vpcEndpoints } = options;
  return {
    endpoint,
    callers,
    ...(partners.length === 0 ? {} : { partners: partners.map((role) => role.roleArn) }),
    scopes,
    operationName,
    highValue,
    ...(options.apiKeyRequired === true ? { apiKeyRequired: true } : {}),
    wildcardReason,
    throttle,
    sourceRanges,
    vpcEndpoints: vpcEndpoints?.map(vpcEndpointName),
    requestParameters,
    requestModel: requestModel === undefined ? undefined : true,
    tokens: jwtAuthorizer?._written(),
    cache: cache && { ttlSeconds: cache.ttl.toSeconds(), sameForEveryCaller: cache.sameForEveryCaller ?? false },
    ...lifeIntent(options),
  };
}
