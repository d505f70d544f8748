import type * as logs from 'aws-cdk-lib/aws-logs';
import type { CallerGrouping } from './caller-grouping';
import type { GuardDetail } from './guard-detail';

/** Options of `LeastPrivilegeRestApi.guard`. */
export interface ExistingApiOptions {
  /**
   * What the resource policy tells apart.
   *
   * @default GuardDetail.ENDPOINTS
   */
  readonly guardDetail?: GuardDetail;
  /**
   * How it knows callers: by the whole ARN of each, or roles that the app makes by a tag, where they are too many.
   *
   * @default CallerGrouping.ARN
   */
  readonly callersBy?: CallerGrouping;
  /**
   * The characters that a resource policy may have, where AWS raised the quota for this API.
   *
   * @default 8192
   */
  readonly resourcePolicyLimit?: number;
  /**
   * The resources that an API may have, where AWS raised the quota for this one: each part of a path, and the root.
   *
   * @default 300
   */
  readonly resourceLimit?: number;
  /**
   * Until when somebody reviews the API, its stage and who calls it, as `2027-06-30`. Past that day, rule API19 is a finding
   * at each synth and check. Endpoints may have days of their own.
   *
   * @default - never
   */
  readonly reviewBy?: string;
  /**
   * The endpoints that are called with tokens, as `GET /catalogue`: an authorizer, of a Cognito user pool or Lambda, decides
   * there. The resource policy lets through to it whoever calls without a signature. Which tokens it takes is not looked
   * at, and the guard of a function gets to know nothing of them.
   *
   * @default - none: every method asks for AWS_IAM
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
   */
  readonly tokenEndpoints?: string[];
  /**
   * The log group that the stage writes its access log into, in the format that an `AccessMonitor` reads. It is made
   * elsewhere, such as by `vault.createLogGroup(scope, id)`. A REST API writes only where the account has a role
   * for it, as with `cloudWatchRole: true` of one of its APIs.
   *
   * @default - the access log of the stage stays as it is
   */
  readonly accessLogGroup?: logs.ILogGroup;
}
