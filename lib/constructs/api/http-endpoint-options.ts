import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { TokenUse } from './jwt-authorizer';

/** Whose tokens (JWT) an endpoint is called with. */
export interface JwtIssuer {
  /** The issuer, exactly as in the claim `iss`: an https address. Of a Cognito user pool, `userPoolProviderUrl`. */
  readonly issuer: string;
  /** Audiences or, where a token has no `aud`, clients, that tokens must be for. At least one. */
  readonly audience: string[];
  /**
   * Which tokens the guard of the function takes. API Gateway itself does not look at `token_use`.
   *
   * @default TokenUse.ACCESS
   */
  readonly tokenUse?: TokenUse;
}

/** What an endpoint of a LeastPrivilegeHttpApi declares. */
export interface HttpEndpointOptions {
  /**
   * The roles that may call the endpoint, of the account of the API. At least one; none where `jwtIssuer` says whose
   * tokens count.
   *
   * Roles of cdk-bulkhead have a boundary, which then leaves room for the call and keeps them from everything else. An
   * imported or plain role has none: what else it may do is not known here.
   */
  readonly callers: iam.IRole[];
  /**
   * What answers. For a function use `HttpFunctionIntegration`: it gets one permission, and is told who may call. One
   * integration belongs to one API.
   */
  readonly integration: apigatewayv2.HttpRouteIntegration;
  /**
   * Whose tokens it is called with, in place of signatures: `callers` is empty then. Needs `scopes`. The JWT authorizer
   * of API Gateway checks signature, issuer, audience, times and scope; how long tokens live, and what for, it does
   * not.
   *
   * @default - the endpoint asks for AWS_IAM
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
   */
  readonly jwtIssuer?: JwtIssuer;
  /**
   * The scope that a token must hold. One at most: of several, API Gateway takes a token with any of them. Empty where
   * every token of the issuer does, ID tokens included, which only the guard of the function tells apart.
   *
   * @default - none: the endpoint asks for AWS_IAM
   */
  readonly scopes?: string[];
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
  readonly throttle?: apigatewayv2.ThrottleSettings;
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
   * Why a path may end with `{proxy+}`: its callers may call everything below, what is added later included. Without a
   * reason it is refused.
   *
   * @default - the path has no greedy segment
   */
  readonly wildcardReason?: string;
}
