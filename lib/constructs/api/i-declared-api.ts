import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/** Tokens with which an endpoint is called. */
export interface DeclaredTokens {
  /**
   * Their issuer, as in the claim `iss`.
   *
   * @default - of whatever issuer the authorizer takes
   */
  readonly issuer?: string;
  /** The clients that they are made for; empty for those of whatever clients the authorizer takes. */
  readonly audience: string[];
  /** Whether the access log says anything of the token: a Lambda authorizer of an HTTP API leaves nothing there. */
  readonly isLogged: boolean;
}

/** An endpoint, and who was declared to call it. */
export interface DeclaredEndpoint {
  /** Method and path: `GET /orders/{id}`. */
  readonly endpoint: string;
  /** The roles that call it, those of partners too; none where it is called with tokens. */
  readonly callers: iam.IRole[];
  /**
   * The tokens that it is called with.
   *
   * @default - none: it asks for AWS_IAM
   */
  readonly tokens?: DeclaredTokens;
  /**
   * Its last day, as `2027-06-30`, where it goes away.
   *
   * @default - it stays
   */
  readonly lastDay?: string;
}

/**
 * An API of which it is declared who calls what: a `LeastPrivilegeRestApi`, a `LeastPrivilegeHttpApi`, or what their `guard`
 * gives of an API that was there already.
 */
export interface IDeclaredApi extends IConstruct {
  /** The id of the API. */
  readonly apiId: string;
  /** The name of its one stage. */
  readonly stageName: string;
  /**
   * The log group of the access log of the stage.
   *
   * @throws BH1072 where the stage of an API that was there already has none that is known here.
   */
  readonly accessLogGroup: logs.ILogGroup;
  /** The format of the lines that the stage writes into that log group; empty where it writes none there. */
  readonly accessLogFormat: string;
  /** The endpoints, and who was declared to call them until now. */
  declaredEndpoints(): DeclaredEndpoint[];
}
