import { CfnResource } from 'aws-cdk-lib';
import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';

const ROUTE = 'AWS::ApiGatewayV2::Route';
const STAGE = 'AWS::ApiGatewayV2::Stage';

/** The routes of an HTTP API, wherever in the app they were made. */
export function routesOf(httpApi: apigatewayv2.IHttpApi): readonly apigatewayv2.CfnRoute[] {
  return partsOf(httpApi, ROUTE) as readonly apigatewayv2.CfnRoute[];
}

/** The stages of an HTTP API, likewise. */
export function stagesOf(httpApi: apigatewayv2.IHttpApi): readonly apigatewayv2.CfnStage[] {
  return partsOf(httpApi, STAGE) as readonly apigatewayv2.CfnStage[];
}

function partsOf(httpApi: apigatewayv2.IHttpApi, type: string): readonly CfnResource[] {
  return httpApi.node.root.node
    .findAll()
    .filter((each) => CfnResource.isCfnResource(each))
    .filter((each) => each.cfnResourceType === type)
    .filter((each) => (each as unknown as { apiId: string }).apiId === httpApi.apiId);
}

/** What was added to an HTTP API beside what was declared, as BH1009. */
export function undeclaredParts(
  at: Construct,
  httpApi: apigatewayv2.IHttpApi,
  isDeclared: (part: CfnResource) => boolean,
): string[] {
  const routes = routesOf(httpApi).filter((each) => !isDeclared(each));
  const stages = stagesOf(httpApi).filter((each) => !isDeclared(each));
  return [
    ...routes.map((each) =>
      byHand(
        at,
        each,
        `route \`${each.routeKey}\``,
        'nobody said who may call it',
        'use `addEndpoint` with its callers',
      ),
    ),
    ...stages.map((each) =>
      byHand(
        at,
        each,
        `stage \`${each.stageName}\``,
        'it is another way to the endpoints, without throttle and log',
        'take it away; make another API for it',
      ),
    ),
  ];
}

function byHand(at: Construct, part: CfnResource, name: string, why: string, mend: string): string {
  return misuse(at, { code: 'BH1009', what: `${name} was added by hand, by ${part.node.path}`, why, mend }).message;
}
