import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { IAuditVault } from '../audit/i-audit-vault';
import type { FrontDoorProps } from './front-door-props';
import type { CallerGrouping } from './caller-grouping';
import type { GuardDetail } from './guard-detail';

/** Properties of a LeastPrivilegeRestApi. */
export interface LeastPrivilegeRestApiProps extends FrontDoorProps {
  /**
   * The name of the API.
   *
   * @default - the construct id
   */
  readonly restApiName?: string;
  /**
   * What the API is for.
   *
   * @default - none
   */
  readonly description?: string;
  /**
   * The name of its stage: letters, digits, `-` and `_`, written out.
   *
   * @default 'prod'
   */
  readonly stageName?: string;
  /**
   * Until when somebody reviews the API, its stage and who calls it, as `2027-06-30`. Past that day, rule API19 is a finding
   * at each synth and check. Endpoints may have days of their own.
   *
   * @default - never
   */
  readonly reviewBy?: string;
  /**
   * Requests a second, and in one burst, over all endpoints that say nothing else. Best effort of API Gateway,
   * neither a quota nor a defence.
   *
   * @default - 100 a second, 200 in one burst
   */
  readonly throttle?: apigateway.ThrottleSettings;
  /**
   * The size of the cache of the stage in GB: `0.5`, `1.6`, `6.1`, `13.5`, `28.4`, `58.2`, `118` or `237`. It is paid by
   * the hour. What is cached, each endpoint says itself: see `cache` there.
   *
   * @default - there is no cache
   */
  readonly cacheSize?: string;
  /**
   * Where the access log belongs: it gets the key and the retention of the vault, and the vault's auditors read it.
   * Not together with `logEncryptionKey` or `logRetention`.
   *
   * @default - a log group with a key of its own, for whoever may read the logs of the account
   */
  readonly auditVault?: IAuditVault;
  /**
   * The key of the access log. Its policy is extended for the log group; the policy of an imported key has to allow
   * the same to `logs.<region>.amazonaws.com` already. In the API's region.
   *
   * @default - a key of its own, rotated every year
   */
  readonly logEncryptionKey?: kms.IKey;
  /**
   * How long the access log is kept. It outlives the stack.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;
  /**
   * Whether to set the role by which API Gateway writes logs. There is one for each account and region: this replaces
   * it for all APIs there. Where it is false, the account must have one already, or the stage cannot be deployed.
   *
   * @default false
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
   */
  readonly cloudWatchRole?: boolean;
  /**
   * What the resource policy tells apart, where there are too many callers or endpoints for every detail.
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
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
   */
  readonly resourcePolicyLimit?: number;
  /**
   * The resources that an API may have, where AWS raised the quota for this one: each part of a path, and the root.
   *
   * @default 300
   */
  readonly resourceLimit?: number;
}
