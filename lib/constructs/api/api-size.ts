import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/** Resources of a REST API, and routes of an HTTP API, unless AWS raised the quota for it. */
const RESOURCE_LIMIT = 300;
const ROUTE_LIMIT = 300;
/** Resources of a stack, unless the app says that fewer fit, or none shall be counted, by the context key of the CDK. */
const STACK_LIMIT = 500;
const STACK_LIMIT_CONTEXT = '@aws-cdk/core:stackResourceLimit';

/** Where all fits into a stack of its own: what else to do is for the reader to choose. */
const DIVIDE = 'divide it into several APIs behind one domain, each in a stack of its own';

/**
 * What API Gateway would refuse as too many resources: each part of a path is one, the root included.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export function checkResources(at: IConstruct, paths: readonly string[], limit = RESOURCE_LIMIT): string[] {
  const parts = new Set(['']);
  for (const path of paths) {
    const segments = path.split('/').filter((each) => each !== '');
    segments.forEach((_, index) => parts.add(segments.slice(0, index + 1).join('/')));
  }
  if (parts.size <= limit) return [];
  const error = misuse(at, {
    code: 'BH1044',
    what: `the API has ${parts.size} resources (parts of paths, and the root), the limit is ${limit}`,
    why: 'API Gateway would refuse those beyond it at deployment',
    mend: `${DIVIDE}; or deploy a part of it, have AWS raise "Resources per API" for it, and set \`resourceLimit\``,
  });
  return [error.message];
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export function checkRoutes(at: IConstruct, routes: number, limit = ROUTE_LIMIT): string[] {
  if (routes <= limit) return [];
  const error = misuse(at, {
    code: 'BH1045',
    what: `the API has ${routes} routes, the limit is ${limit}`,
    why: 'API Gateway would refuse those beyond it at deployment',
    mend: `${DIVIDE}; or deploy a part of it, have AWS raise "Routes per API" for it, and set \`routeLimit\`; more than 300 integrations it does not take at all`,
  });
  return [error.message];
}

/**
 * What CloudFormation would refuse as too many resources of the stack that an API is in. The CDK says so, too, but not
 * what of it is the API's.
 *
 * @param api what was there before, where `at` is its guard alone
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
export function checkStackSize(at: IConstruct, api: IConstruct, limit = stackLimit(at)): string[] {
  const stack = Stack.of(at);
  const all = stack.node.findAll().filter((each) => isWritten(each) && Stack.of(each) === stack);
  if (limit === 0 || all.length <= limit) return [];
  const own = all.filter((each) => each.node.scopes.some((scope) => scope === at || scope === api));
  const error = misuse(at, {
    code: 'BH1046',
    what: `the stack has ${all.length} resources, the limit is ${limit}; ${own.length} of them are of this API: ${counted(own)}`,
    why: 'CloudFormation would refuse it',
    mend: `put roles, functions and what else is not of the API into stacks of their own; or ${DIVIDE}; or describe a REST API by an inline definition (\`SpecRestApi\` with \`LeastPrivilegeRestApi.guard\`), which is one resource whatever its endpoints`,
  });
  return [error.message];
}

function stackLimit(at: IConstruct): number {
  return Number(at.node.tryGetContext(STACK_LIMIT_CONTEXT) ?? STACK_LIMIT);
}

/** Some are left out of the template, such as a policy without statements. */
function isWritten(construct: IConstruct): boolean {
  if (!CfnResource.isCfnResource(construct)) return false;
  return (construct as unknown as { shouldSynthesize(): boolean }).shouldSynthesize();
}

/** `300 AWS::ApiGateway::Method, 150 AWS::ApiGateway::Resource and 100 others`. */
function counted(resources: readonly IConstruct[]): string {
  const byType = new Map<string, number>();
  for (const each of resources) {
    const { cfnResourceType: type } = each as CfnResource;
    byType.set(type, (byType.get(type) ?? 0) + 1);
  }
  const sorted = [...byType].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, 3).map(([type, count]) => `${count} ${type}`);
  const others = sorted.slice(3).reduce((sum, [, count]) => sum + count, 0);
  return `${shown.join(', ')}${others > 0 ? ` and ${others} others` : ''}`;
}
