import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { IAuditVault } from '../audit/i-audit-vault';
import type { ClientCertificates } from './front-door-props';

/**
 * A domain of an HTTP API's own. It stands at the root of the domain: whether the path of an API mapping belongs to the
 * path that is authorized is not documented.
 */
export interface HttpApiDomain {
  /**
   * The name: `api.example.com`. Makes a domain, with `certificate`; not together with `existing`.
   *
   * @default - `existing`
   */
  readonly name?: string;
  /**
   * The certificate of the name, in the region of the API.
   *
   * @default - `existing`
   */
  readonly certificate?: acm.ICertificate;
  /**
   * A domain that is there already.
   *
   * @default - one is made
   */
  readonly existing?: apigatewayv2.IDomainName;
  /**
   * Certificates that clients have to show (mutual TLS), besides what each endpoint asks for. Of a domain that is made
   * here.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mutual-tls.html
   */
  readonly clientCertificates?: ClientCertificates;
}

/** Properties of a LeastPrivilegeHttpApi. */
export interface LeastPrivilegeHttpApiProps {
  /**
   * The name of the API.
   *
   * @default - the construct id
   */
  readonly httpApiName?: string;
  /**
   * What the API is for.
   *
   * @default - none
   */
  readonly description?: string;
  /**
   * The name of its stage: letters, digits, `-` and `_`, written out; or `$default`, which stands in no address.
   *
   * @default '$default'
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
  readonly throttle?: apigatewayv2.ThrottleSettings;
  /**
   * A domain of its own. The default endpoint (`<id>.execute-api.<region>.amazonaws.com`) is then closed, since it would
   * lead past the domain and its certificates.
   *
   * @default - the default endpoint
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-disable-default-endpoint.html
   */
  readonly domain?: HttpApiDomain;
  /**
   * Lets browsers of these origins call: API Gateway answers preflights itself, without credentials. Origins are written
   * out, by https: no wildcard, not `null`, no path.
   *
   * @default - no preflight is answered
   */
  readonly cors?: apigatewayv2.CorsPreflightOptions;
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
   * The routes that an API may have, where AWS raised the quota for this one.
   *
   * @default 300
   */
  readonly routeLimit?: number;
}
