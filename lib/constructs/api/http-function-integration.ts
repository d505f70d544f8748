import { Lazy, Names, Stack, Token } from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { Duration } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { routeCallers, shipGuardPolicy } from './guard-policy';

/** Options of an HttpFunctionIntegration. */
export interface HttpFunctionIntegrationOptions {
  /**
   * Whether the function gets to know, in the environment variable `BULKHEAD_GUARD`, who may call its endpoints, so
   * that `guard` of `cdk-bulkhead/runtime` can check it again. An HTTP API has no resource policy: this is the one check
   * that a permission given elsewhere in the account does not open. It makes the function depend on the roles of its
   * callers. All variables of a function have 4,096 characters together: enough for about 45 callers. Nothing is
   * shipped to an imported function.
   *
   * @default true
   */
  readonly guardPolicy?: boolean;
  /**
   * How long API Gateway waits for an answer: 50 ms to 30 s.
   *
   * @default - 30 seconds
   */
  readonly timeout?: Duration;
}

/**
 * A Lambda function behind the endpoints of a LeastPrivilegeHttpApi, or of an `HttpApi` under
 * `LeastPrivilegeHttpApi.guard`, as a proxy with payload format 2.0. It gets one permission for each API and function,
 * which names the API and its stage; every stage where nothing was declared.
 *
 * The function is told who may call its endpoints, for the second layer: `guard` of `cdk-bulkhead/runtime`. A policy
 * that does not fit into its environment fails the synth, and so does a function with policies of two APIs.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export class HttpFunctionIntegration extends apigatewayv2.HttpRouteIntegration {
  private readonly handler: lambda.IFunction;
  private readonly options: HttpFunctionIntegrationOptions;

  /**
   * @param handler the function
   * @param options timeout, and whether the guard policy is shipped
   */
  constructor(handler: lambda.IFunction, options: HttpFunctionIntegrationOptions = {}) {
    super(`Function${Names.nodeUniqueId(handler.node)}`);
    this.handler = handler;
    this.options = options;
  }

  /** Called by the route. */
  public override bind(
    _options: apigatewayv2.HttpRouteIntegrationBindOptions,
  ): apigatewayv2.HttpRouteIntegrationConfig {
    return {
      type: apigatewayv2.HttpIntegrationType.AWS_PROXY,
      uri: this.handler.functionArn,
      payloadFormatVersion: apigatewayv2.PayloadFormatVersion.VERSION_2_0,
      timeout: this.options.timeout,
    };
  }

  /**
   * Called for each route: lets the stage of its API invoke the function, and tells the function who may call.
   */
  protected override completeBind({ route }: apigatewayv2.HttpRouteIntegrationBindOptions): void {
    const { httpApi } = route;
    const id = `Invoke${Names.nodeUniqueId(this.handler.node)}`;
    // What was declared of a route comes after its integration was bound.
    const stage = (): string => routeCallers(route)?.stage ?? '';
    if (httpApi.node.tryFindChild(id) === undefined) {
      this.handler.addPermission(id, {
        scope: httpApi,
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        sourceArn: Stack.of(httpApi).formatArn({
          service: 'execute-api',
          resource: httpApi.apiId,
          resourceName: Lazy.string({ produce: () => `${stage() || '*'}/*/*` }),
        }),
      });
    }
    if (!(this.options.guardPolicy ?? true)) return;
    shipGuardPolicy(this.handler, httpApi, {
      get name() {
        return (route.node.defaultChild as apigatewayv2.CfnRoute).routeKey;
      },
      callers: () => routeCallers(route),
      stage,
    });
  }

  /**
   * What the template does not show: a renamed function has another ARN, and the stage must be deployed anew.
   *
   * @internal
   */
  public _functionName(): string | undefined {
    const { functionName } = (this.handler.node.defaultChild ?? {}) as { readonly functionName?: string };
    return Token.isUnresolved(functionName) ? undefined : functionName;
  }
}
