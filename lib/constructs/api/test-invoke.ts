import { CfnResource, Stack } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { misuse } from '../../private/errors';

/**
 * Refuses a permission for test invocations that an integration has just made. TestInvokeMethod skips the
 * authorization, runs for real, and is in no trail.
 *
 * @throws BH1010
 */
export function refuseTestInvoke(endpoint: string, method: apigateway.Method): void {
  // LambdaIntegration puts its permissions below the method, or below the API where they are for all methods.
  const candidates = [...method.node.findAll(), ...method.api.node.children];
  for (const each of candidates) {
    if (!CfnResource.isCfnResource(each) || each.cfnResourceType !== 'AWS::Lambda::Permission') continue;
    const source = JSON.stringify(Stack.of(each).resolve((each as CfnPermission).sourceArn) ?? '');
    if (!/\/test-invoke-stage\/|\/\*\/\*\/\*"/.test(source)) continue;
    throw misuse(method.api, {
      code: 'BH1010',
      what: `the integration of endpoint \`${endpoint}\` admits test invocations`,
      why: 'they skip the authorization, run for real, and no trail shows them',
      mend: 'use `new FunctionIntegration(fn)`, or pass `allowTestInvoke: false` and leave `scopePermissionToMethod` alone',
    });
  }
}
