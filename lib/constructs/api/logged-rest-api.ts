import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { accessLogFormat } from './access-log';
import { cacheClusterOf } from './caching';
import { frontDoorOf } from './front-door';
import type { LeastPrivilegeRestApiProps } from './least-privilege-rest-api-props';

/** The API underneath with its one stage: methods ask for AWS_IAM unless they say otherwise, calls are logged and traced. */
export function loggedRestApi(
  scope: Construct,
  props: LeastPrivilegeRestApiProps,
  of: { readonly stageName: string; readonly log: logs.ILogGroup; readonly policy: iam.PolicyDocument },
): apigateway.RestApi {
  return new apigateway.RestApi(scope, 'RestApi', {
    restApiName: props.restApiName ?? scope.node.id,
    description: props.description,
    policy: of.policy,
    ...frontDoorOf(scope, props),
    cloudWatchRole: props.cloudWatchRole ?? false,
    defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
    deployOptions: {
      stageName: of.stageName,
      accessLogDestination: new apigateway.LogGroupLogDestination(of.log),
      accessLogFormat: accessLogFormat(),
      tracingEnabled: true,
      ...cacheClusterOf(scope, props.cacheSize),
    },
  });
}
