import { Lazy, Names, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { methodCallers, shipGuardPolicy } from './guard-policy';

/** Options of a FunctionIntegration. */
export interface FunctionIntegrationOptions extends apigateway.IntegrationOptions {
  /**
   * Whether the function gets to know, in the environment variable `BULKHEAD_GUARD`, who may call its endpoints, so
   * that `guard` of `cdk-bulkhead/runtime` can check it again. It makes the function depend on the roles of its
   * callers. All variables of a function have 4,096 characters together: enough for about 45 callers. Nothing is
   * shipped to an imported function.
   *
   * @default true
   */
  readonly guardPolicy?: boolean;
}

/**
 * A Lambda function behind an endpoint, as a proxy. It gets one permission for each API and function, which names the
 * API and its stage: no test invocations (they run for real and are in no trail), and no limit on endpoints by the
 * 20,480 bytes of a function's policy.
 *
 * The function is told who may call its endpoints, for the second layer: `guard` of `cdk-bulkhead/runtime`. A policy
 * that does not fit into its environment fails the synth, and so does a function with policies of two APIs.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-test-method.html
 */
export class FunctionIntegration extends apigateway.AwsIntegration {
  private readonly function: lambda.IFunction;
  private readonly guardPolicy: boolean;

  /**
   * @param handler the function
   * @param options as for every integration
   */
  constructor(handler: lambda.IFunction, options: FunctionIntegrationOptions = {}) {
    const { guardPolicy = true, ...rest } = options;
    super({
      service: 'lambda',
      proxy: true,
      path: `2015-03-31/functions/${handler.functionArn}/invocations`,
      options: rest,
    });
    this.function = handler;
    this.guardPolicy = guardPolicy;
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
    if (this.guardPolicy) this.ship(method);
    // A renamed function has another ARN, which the template does not show: the stage must be deployed anew.
    const { functionName } = (this.function.node.defaultChild ?? {}) as { readonly functionName?: string };
    const deploymentToken = Token.isUnresolved(functionName) ? undefined : functionName;
    return { ...config, deploymentToken };
  }

  private ship(method: apigateway.Method): void {
    shipGuardPolicy(this.function, method.api, {
      name: `${method.httpMethod} ${method.resource.path}`,
      // Both are declared after the integration is bound.
      callers: () => methodCallers(method),
      stage: () => literalStage(method.api),
    });
  }
}

/** The name as it was written: a reference to the stage would be a cycle. */
function literalStage({ deploymentStage }: apigateway.IRestApi): string {
  return (deploymentStage.node.defaultChild as apigateway.CfnStage).stageName ?? '';
}
