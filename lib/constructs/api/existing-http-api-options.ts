import type * as logs from 'aws-cdk-lib/aws-logs';

/** Options of `LeastPrivilegeHttpApi.guard`. */
export interface ExistingHttpApiOptions {
  /**
   * Until when somebody reviews the API, its stage and who calls it, as `2027-06-30`. Past that day, rule API19 is a finding
   * at each synth and check. Endpoints may have days of their own.
   *
   * @default - never
   */
  readonly reviewBy?: string;
  /**
   * The endpoints that are called with tokens, as `GET /catalogue`: an authorizer, of JWT or Lambda, decides there and
   * no policy of IAM. Which tokens the authorizer takes is not looked at, and the guard of a
   * function gets to know nothing of them.
   *
   * @default - none: every route asks for AWS_IAM
   */
  readonly tokenEndpoints?: string[];
  /**
   * The routes that an API may have, where AWS raised the quota for this one.
   *
   * @default 300
   */
  readonly routeLimit?: number;
  /**
   * The log group that the stage writes its access log into, in the format that an `AccessMonitor` reads. It is made
   * elsewhere, such as by `vault.createLogGroup(scope, id)`.
   *
   * @default - the access log of the stage stays as it is
   */
  readonly accessLogGroup?: logs.ILogGroup;
}
