import { Lazy } from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { httpAccessLogFormat } from './http-access-log';

/** What the one stage of an HTTP API is made of. */
export interface HttpStageParts {
  readonly httpApi: apigatewayv2.HttpApi;
  readonly stageName: string;
  readonly deployment: apigatewayv2.CfnDeployment;
  readonly accessLogGroup: logs.ILogGroup;
  /** Of all routes. */
  readonly throttle: apigatewayv2.ThrottleSettings;
}

/** The one stage of an HTTP API: logged, throttled, and never deployed by itself. */
export class HttpApiStage {
  public readonly stage: apigatewayv2.HttpStage;
  private readonly throttles: Record<string, object> = {};

  constructor(
    scope: Construct,
    private readonly parts: HttpStageParts,
  ) {
    const { httpApi, stageName, deployment, accessLogGroup, throttle } = parts;
    this.stage = new apigatewayv2.HttpStage(scope, 'Stage', { httpApi, stageName, autoDeploy: false });
    const resource = this.stage.node.defaultChild as apigatewayv2.CfnStage;
    resource.deploymentId = deployment.ref;
    resource.accessLogSettings = { destinationArn: accessLogGroup.logGroupArn, format: httpAccessLogFormat() };
    resource.defaultRouteSettings = {
      throttlingRateLimit: throttle.rateLimit,
      throttlingBurstLimit: throttle.burstLimit,
      detailedMetricsEnabled: true,
    };
    resource.routeSettings = Lazy.any({
      produce: () => (Object.keys(this.throttles).length === 0 ? undefined : this.throttles),
    });
  }

  /** The settings of one route replace the common ones as a whole, so that each says everything. */
  public throttle(endpoint: string, settings: apigatewayv2.ThrottleSettings): void {
    const { rateLimit, burstLimit } = { ...this.parts.throttle, ...settings };
    this.throttles[endpoint] = {
      ThrottlingRateLimit: rateLimit,
      ThrottlingBurstLimit: burstLimit,
      DetailedMetricsEnabled: true,
    };
  }
}
