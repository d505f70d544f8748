import { alternatives, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { declaredApi } from '../support/api-example';
import { apiOfPart, definedBy, isMockMethod, nameOfMethod } from '../support/api-parts';
import { about } from '../support/property';

const METHOD = 'AWS::ApiGateway::Method';
const ROUTE = 'AWS::ApiGatewayV2::Route';
const READS = { GET: ['Orders/Reader'], POST: ['Orders/Reader'] };
const PERMISSION = { Resource: 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/prod/GET/' };

/** Of APIs whose callers were declared: what is in the template beside it, whoever added it and in whichever stack. */
export const api23: Rule = {
  id: 'API23',
  title: 'An API serves a method that was not declared',
  severity: 'error',
  why: 'Nobody said who may call it: the policies of the API tell declared endpoints apart, and a permission for a pattern of theirs, such as `GET/orders/*`, lets its holder into a deeper one that came later.',
  fix: 'Declare it with `addEndpoint` and its callers, or in the matrix that guards the API, or take it away. An OPTIONS method that API Gateway itself answers needs no declaration.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples-for-api-execution.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 CM-7', 'NIST 800-53 r5 AC-6'],
  types: [METHOD, ROUTE, 'AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'],
  check(resource, snapshot) {
    const { type, intent } = resource;
    if (type === METHOD || type === ROUTE) return intent?.kind === 'endpoint' ? [] : part(resource, snapshot);
    if (intent?.kind !== 'api') return [];
    const declared = new Set(intent.operations?.map(({ endpoint }) => endpoint));
    return definedBy(resource)
      .filter(({ verb, name, isMock }) => !declared.has(name) && !(verb === 'OPTIONS' && isMock))
      .map(({ name }) => notDeclared(name));
  },
  examples: {
    bad: withDelete({ AuthorizationType: 'AWS_IAM' }),
    good: withDelete({ HttpMethod: 'OPTIONS', AuthorizationType: 'NONE', Integration: { Type: 'MOCK' } }),
  },
};

function part(resource: Resource, snapshot: Snapshot): readonly Violation[] {
  const { type, properties } = resource;
  if (apiOfPart(resource, snapshot)?.intent?.kind !== 'api') return [];
  const { AuthorizationType, ResourceId, Integration, Target } = properties;
  if (type === ROUTE) return about([notDeclared(show(properties['RouteKey']))], { AuthorizationType, Target });
  const verbs = alternatives(properties['HttpMethod']);
  if (verbs.every((verb) => verb === 'OPTIONS') && isMockMethod(resource)) return [];
  return about([notDeclared(nameOfMethod(resource, snapshot))], { AuthorizationType, ResourceId, Integration });
}

function notDeclared(name: string): Violation {
  return {
    message: `found \`${name}\`, for which nobody was declared; expected declared endpoints only`,
    detail: `Operation::${name}`,
  };
}

function withDelete(properties: Readonly<Record<string, unknown>>): ExampleTemplate {
  const { Resources } = declaredApi(READS, PERMISSION);
  return {
    Resources: {
      ...Resources,
      Api: {
        Type: 'AWS::ApiGateway::RestApi',
        Properties: { Name: 'orders' },
        Metadata: { 'cdk-bulkhead': { kind: 'api', path: 'Orders/Api', stage: 'prod' } },
      },
      Delete: {
        Type: METHOD,
        Properties: {
          RestApiId: { Ref: 'Api' },
          ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
          HttpMethod: 'DELETE',
          ...properties,
        },
      },
    },
  };
}
