import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { EndpointCache } from './endpoint-cache';
import type { JwtAuthorizer } from './jwt-authorizer';

/** What an endpoint declares. */
export interface EndpointOptions {
  /**
   * The roles that may call the endpoint; everyone else is denied. At least one, of the API's account; none where
   * `partners` or `jwtAuthorizer` says who calls.
   *
   * Roles of cdk-bulkhead have a boundary, which then leaves room for the call. An imported or plain role is guarded
   * as well, but what else it may do is not known here.
   */
  readonly callers: iam.IRole[];
  /**
   * Roles of other accounts that may call the endpoint as themselves, by `iam.Role.fromRoleArn` with the full ARN. The
   * resource policy then allows them exactly this; their own account has to allow it too: see `partnerPolicy`. Nothing
   * of ours binds such a role elsewhere. A `PartnerRole`, which a partner assumes, belongs into `callers`.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
   */
  readonly partners?: iam.IRole[];
  /**
   * What answers. For a function use `FunctionIntegration`; a `LambdaIntegration` needs `allowTestInvoke: false`.
   */
  readonly integration: apigateway.Integration;
  /**
   * Whether a call moves money, rights or data that cannot be brought back. Whoever calls a write of high value may call
   * nothing else that is declared in the app but other writes of high value: rule API9. A read (GET, HEAD, OPTIONS) of
   * high value may be called by who reads; `SeparationOfDuties` keeps it apart from writes of high value.
   *
   * @default false
   */
  readonly highValue?: boolean;
  /**
   * Requests a second, and in one burst, for this endpoint. Best effort of API Gateway, neither a quota nor a
   * defence.
   *
   * @default - the API's
   */
  readonly throttle?: apigateway.ThrottleSettings;
  /**
   * The shape of the body, for every content type. A request that does not fit is answered with 400 and never
   * reaches the integration.
   *
   * @default - the body is not looked at
   */
  readonly requestModel?: apigateway.IModel;
  /**
   * Query string parameters and headers, as `method.request.querystring.page`, and whether each is required.
   *
   * @default - none
   */
  readonly requestParameters?: { [name: string]: boolean };
  /**
   * What the method may answer, for an integration that is no proxy: API Gateway answers 500 to what is not listed here.
   * A proxy needs none.
   *
   * @default - none
   */
  readonly methodResponses?: apigateway.MethodResponse[];
  /**
   * The name of the operation, for SDKs and documentation.
   *
   * @default - none
   */
  readonly operationName?: string;
  /**
   * Whether a call needs a key of the API besides, which meters its holder and authenticates nobody: an ApiGatewayKey with
   * the stage of this API. Who is let in, callers and tokens decide as everywhere. Where no usage plan of the app has the
   * stage, a warning says so (`cdk-bulkhead:api-key-without-usage-plan`): nobody could call.
   *
   * @default false
   */
  readonly apiKeyRequired?: boolean;
  /**
   * The day by which somebody has to look at the endpoint and its callers again, as `2027-06-30`. Past it, the endpoint
   * is a finding.
   *
   * @default - none
   */
  readonly reviewBy?: string;
  /**
   * The endpoint that takes its place, for one that is going away: `GET /v2/orders/{id}`, of an API of the app, below a path
   * of its domain or not; one of another app with its address, `GET https://orders.example.com/orders/{id}`. Needs `lastDay`.
   *
   * @default - it stays
   */
  readonly replacedBy?: string;
  /**
   * The last day on which the endpoint is meant to be there, as `2027-06-30`. Past it, it is a finding, whether it is
   * before or after `reviewBy`: of both days each is one when it has passed, so that an endpoint whose end is put off is
   * still reviewed.
   *
   * @default - it stays
   */
  readonly lastDay?: string;
  /**
   * The address ranges that it may be called from, as CIDR: public, written out, not wider than /8 (IPv6: /16). The
   * resource policy denies everything else. Where the pattern of the endpoint also matches another endpoint, that one
   * needs the same ranges.
   *
   * @default - from anywhere
   */
  readonly sourceRanges?: string[];
  /**
   * Which of the VPC endpoints of a private API it may be called through. The resource policy denies everything else.
   * Where the pattern of the endpoint also matches another endpoint, that one needs the same.
   *
   * @default - all of the API
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
   */
  readonly vpcEndpoints?: ec2.IVpcEndpoint[];
  /**
   * Keeps answers in the cache of the stage, encrypted. Only for GET, and only where no caller gets what was answered to
   * another. Clients cannot empty it: `execute-api:InvalidateCache` is denied to everyone.
   *
   * @default - not cached
   */
  readonly cache?: EndpointCache;
  /**
   * Why a path may end with `{proxy+}`: its callers may call everything below, what is added later included. Without a
   * reason it is refused.
   *
   * @default - the path has no greedy segment
   */
  readonly wildcardReason?: string;
  /**
   * Who decides on tokens, for an endpoint that is called with tokens of an issuer in place of signatures: `callers` and
   * `partners` are empty then. Needs `scopes`. Of the same API in all of its endpoints.
   *
   * @default - the endpoint asks for AWS_IAM
   */
  readonly jwtAuthorizer?: JwtAuthorizer;
  /**
   * The scopes that a token must hold, all of them; empty where every token of the issuer does.
   *
   * @default - none: the endpoint asks for AWS_IAM
   */
  readonly scopes?: string[];
}
