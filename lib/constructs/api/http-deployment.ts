import { createHash } from 'node:crypto';
import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { CfnDeployment } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';

/** What a deployment holds of an HTTP API: a change of any of these is served after the next one only. */
const HELD = ['AWS::ApiGatewayV2::Route', 'AWS::ApiGatewayV2::Integration', 'AWS::ApiGatewayV2::Authorizer'];

/**
 * A deployment of an HTTP API that is made anew whenever what it holds changes in the template, in place of
 * `AutoDeploy`: with that, a route that somebody adds by hand is served at once.
 *
 * @param api the construct with all parts of the API below it
 * @param more what else a deployment depends on, asked for when the template is written
 */
export function httpDeployment(api: Construct, apiId: string, more: () => unknown): CfnDeployment {
  const deployment = new CfnDeployment(api, 'Deployment', {
    apiId,
    description: `Endpoints that ${api.node.path} declares`.slice(0, 1024),
  });
  const stack = Stack.of(api);
  const plain = stack.getLogicalId(deployment);
  deployment.overrideLogicalId(
    Lazy.uncachedString({
      produce: () => {
        const held = api.node
          .findAll()
          .filter((each) => CfnResource.isCfnResource(each))
          .filter(({ cfnResourceType }) => HELD.includes(cfnResourceType))
          .map((part) => propertiesOf(stack, part));
        return `${plain}${createHash('sha256')
          .update(JSON.stringify([held, more()]))
          .digest('hex')
          .slice(0, 32)}`;
      },
    }),
  );
  return deployment;
}

/** The properties with overrides, as the template will have them. */
function propertiesOf(stack: Stack, part: CfnResource): unknown {
  const written = (part as unknown as { _toCloudFormation(): object })._toCloudFormation();
  const { Resources } = stack.resolve(written) as { Resources: Record<string, { Properties?: unknown }> };
  return Object.entries(Resources).map(([id, { Properties }]) => [id, Properties]);
}
