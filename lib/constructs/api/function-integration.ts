import { Lazy, Names, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/**
 * A Lambda function behind an endpoint, as a proxy. It gets one permission for each API and function, which names the
 * API and its stage: no test invocations (they run for real and are in no trail), and no limit on endpoints by the
 * 20,480 bytes of a function's policy.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-test-method.html
 */
export class FunctionIntegration extends apigateway.AwsIntegration {
  private readonly function: lambda.IFunction;

  /**
   * @param handler the function
   * @param options as for every integration
   */
  constructor(handler: lambda.IFunction, options: apigateway.IntegrationOptions = {}) {
    super({
      service: 'lambda',
      proxy: true,
      path: `2015-03-31/functions/${handler.functionArn}/invocations`,
      options,
    });
    this.function = handler;
  }

  /** Called by API Gateway's Method. Adds the permission where the API has none for this function yet. */
  public override bind(method: apigateway.Method): apigateway.IntegrationConfig {
    const config = super.bind(method);
    const { api } = method;
    const id = `Invoke${Names.nodeUniqueId(this.function.node)}`;
    if (api.node.tryFindChild(id) === undefined) {
      this.function.addPermission(id, {
        scope: api,
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        // The stage comes after the methods.
        sourceArn: Lazy.string({ produce: () => api.arnForExecuteApi('*', '/*', api.deploymentStage.stageName) }),
      });
    }
    // A renamed function has another ARN, which the template does not show: the stage must be deployed anew.
    const { functionName } = (this.function.node.defaultChild ?? {}) as { readonly functionName?: string };
    const deploymentToken = Token.isUnresolved(functionName) ? undefined : functionName;
    return { ...config, deploymentToken };
  }
}
