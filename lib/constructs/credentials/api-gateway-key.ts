import { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { COMPARTMENT_TAG, EXPIRES_ON_TAG, OWNER_TAG, PURPOSE_TAG } from '../../model/tags';
import { compartmentOf } from '../intent';
import { checkThere } from './credential-declaration';
import { checkHttps } from './check-https';
import { RotatedCredential } from './rotated-credential';
import type { RotatedCredentialProps } from './rotated-credential';

const API_GATEWAY_KEY = Symbol.for('cdk-bulkhead.ApiGatewayKey');

/** Properties of an ApiGatewayKey. */
export interface ApiGatewayKeyProps extends RotatedCredentialProps {
  /**
   * The stage of the one API that the key is for. Its methods ask for a key by `apiKeyRequired`, as endpoints of a
   * LeastPrivilegeRestApi do.
   */
  readonly stage: apigateway.Stage;
  /**
   * How fast the holder may call. Best effort of API Gateway, no block and no cap on costs.
   *
   * @default - the limits of the stage
   */
  readonly throttle?: apigateway.ThrottleSettings;
  /**
   * How often the holder may call in a period. Best effort, too.
   *
   * @default - no quota
   */
  readonly quota?: apigateway.QuotaSettings;
  /**
   * An address of the API that is called with each new key, by GET: it must not answer 403 to it, and must not need
   * another authentication, such as AWS_IAM. Of HTTPS; redirects are not followed.
   *
   * @default - no new key is tried: the rotation asks API Gateway whether it holds the key, in the plan, by this value
   */
  readonly probeUrl?: string;
}

/**
 * A key of API Gateway for one API, with a usage plan of its own: it meters a caller, and is no authentication. Use it
 * beside AWS_IAM or tokens.
 *
 * Stored as JSON with the member `apiKey`. The value of a key cannot be changed, so that a rotation makes a new key. The
 * one before stays valid until the next rotation, is disabled then, and deleted by a rotation at least a day later.
 *
 * When it leaks: revoke it, and it is disabled some seconds later, when its successor is there. API Gateway can take
 * some time until all its hosts know.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export class ApiGatewayKey extends RotatedCredential {
  /** Whether this is an ApiGatewayKey. Works across copies of the library. */
  public static isApiGatewayKey(x: any): x is ApiGatewayKey {
    return x !== null && typeof x === 'object' && API_GATEWAY_KEY in x;
  }

  /** The usage plan of this key alone. */
  public readonly usagePlan: apigateway.UsagePlan;

  /**
   * @throws BH3001 to BH3013 and BH3025 as RotatedCredential says; BH3021 without a stage, BH3024 where the address is not
   * of HTTPS.
   */
  constructor(scope: Construct, id: string, props: ApiGatewayKeyProps) {
    checkThere(`${scope.node.path}/${id}`, 'stage', props.stage);
    super(scope, id, props, {
      credentialKind: 'api-gateway-key',
      rotation: 'rotate-api-gateway-key',
      environment: props.probeUrl === undefined ? {} : { PROBE_URL: props.probeUrl },
    });
    Object.defineProperty(this, API_GATEWAY_KEY, { value: true });
    checkHttps(this, 'probeUrl', props.probeUrl);
    this.usagePlan = new apigateway.UsagePlan(this, 'UsagePlan', {
      description: `Of the credential ${this.node.path} alone`.slice(0, 1024),
      apiStages: [{ stage: props.stage }],
      throttle: props.throttle,
      quota: props.quota,
    });
    const compartment = compartmentOf(this);
    const tags = {
      [COMPARTMENT_TAG]: compartment,
      [OWNER_TAG]: this.owner,
      [PURPOSE_TAG]: this.purpose,
      [EXPIRES_ON_TAG]: this.expiresOn,
    };
    this.configureRotation('USAGE_PLAN_ID', this.usagePlan.usagePlanId);
    this.configureRotation('KEY_NAME', compartment);
    this.configureRotation('KEY_TAGS', Stack.of(this).toJsonString(tags));
    this.letRotation('ApiKeyPolicy', ...this.keyStatements(compartment));
  }

  /** New keys carry the tag of this compartment, and only such keys are changed; no key of anybody else is listed. */
  private keyStatements(compartment: string): iam.PolicyStatement[] {
    const { partition, region } = Stack.of(this);
    const arn = (path: string): string => `arn:${partition}:apigateway:${region}::${path}`;
    const tagged = (by: string) => ({ StringEquals: { [`aws:${by}/${COMPARTMENT_TAG}`]: compartment } });
    return [
      new iam.PolicyStatement({
        actions: ['apigateway:GET', 'apigateway:POST'],
        resources: [arn(`/usageplans/${this.usagePlan.usagePlanId}/keys`)],
      }),
      new iam.PolicyStatement({
        actions: ['apigateway:POST'],
        resources: [arn('/apikeys')],
        conditions: tagged('RequestTag'),
      }),
      new iam.PolicyStatement({
        // Asked for a key that is made with tags. A key of somebody else's cannot be tagged by it: that takes PATCH, too.
        actions: ['apigateway:PUT'],
        resources: [arn(`/tags/arn%3A${partition}%3Aapigateway%3A${region}%3A%3A%2Fapikeys%2F*`)],
        conditions: tagged('RequestTag'),
      }),
      new iam.PolicyStatement({
        actions: ['apigateway:DELETE', 'apigateway:PATCH'],
        resources: [arn('/apikeys/*')],
        conditions: tagged('ResourceTag'),
      }),
    ];
  }
}
