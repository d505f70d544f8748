import { nameOf } from '../../engine/world/resource-name';
import { alternatives, referencedResources, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule } from '../rule';
import { about, isOpen, judge, numberOf, violationOf } from '../support/property';
import type { Answer } from '../support/property';

/** What of the request tells methods apart in the key of the cache. */
const BY_METHOD = /context\.(httpMethod|routeKey)/;

const authorizer = (properties: Readonly<Record<string, unknown>>) => ({
  Resources: {
    Example: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        RestApiId: 'a1b2c3',
        Name: 'tokens',
        Type: 'TOKEN',
        AuthorizerUri: 'arn:aws:lambda',
        ...properties,
      },
    },
    ...Object.fromEntries(
      ['GET', 'DELETE'].map((HttpMethod) => [
        HttpMethod,
        {
          Type: 'AWS::ApiGateway::Method',
          Properties: {
            RestApiId: 'a1b2c3',
            ResourceId: 'd4e5f6',
            HttpMethod,
            AuthorizationType: 'CUSTOM',
            AuthorizerId: { Ref: 'Example' },
          },
        },
      ]),
    ),
  },
});

/**
 * What the function answers is not in the template: the finding is possible. An authorizer of one method has nothing to
 * mix up, and one whose cache is kept by method does not.
 */
export const api11: Rule = {
  id: 'API11',
  title: 'The answer of an authorizer is used for other methods',
  severity: 'warning',
  why: 'The policy that an authorizer returns is kept for the token, and serves every method with that authorizer. Where the function answers for the one method that was called, whoever first reads may then delete, or the other way round, until the time is over.',
  fix: 'Return the full policy of the caller, for all methods, or keep nothing: `AuthorizerResultTtlInSeconds: 0`; in CDK, `resultsCacheTtl: Duration.seconds(0)`. The authorizer of this library returns the full policy.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-24'],
  types: ['AWS::ApiGateway::Authorizer', 'AWS::ApiGatewayV2::Authorizer'],
  check(resource, snapshot) {
    const { properties, type } = resource;
    if (!alternatives(properties['Type']).some((each) => each === 'TOKEN' || each === 'REQUEST')) return [];
    const users = usersOf(resource, snapshot);
    if (users.length < 2) return [];
    if (BY_METHOD.test(show(properties['IdentitySource']))) return [];
    const ttl = properties['AuthorizerResultTtlInSeconds'];
    // Of a REST API 300 seconds unless it says so, of an HTTP API none.
    const judgement = judge(ttl, (one) => isNone(one, type === 'AWS::ApiGatewayV2::Authorizer'));
    if (judgement.certainty === undefined) return [];
    const found = violationOf(
      {
        certainty: 'possible',
        unknowns: ['the policy that the function of the authorizer returns', ...judgement.unknowns],
      },
      `found \`AuthorizerResultTtlInSeconds\` ${isAbsent(ttl) ? 'left at 300' : show(ttl)} for an authorizer of several methods; expected 0, or a policy that does not depend on the method`,
    );
    return about(found, properties['IdentitySource'], properties['AuthorizerUri'], users.map(nameOf).sort());
  },
  examples: { bad: authorizer({}), good: authorizer({ AuthorizerResultTtlInSeconds: 0 }) },
};

/** The methods or routes that have the authorizer. */
function usersOf({ key }: Resource, snapshot: Snapshot): readonly Resource[] {
  return snapshot
    .referencing(key)
    .filter(({ properties }) => referencedResources(properties['AuthorizerId']).includes(key));
}

function isNone(ttl: Value, whereAbsent: boolean): Answer {
  if (isAbsent(ttl)) return whereAbsent ? 'holds' : 'fails';
  if (isOpen(ttl)) return 'open';
  return numberOf(ttl) === 0 ? 'holds' : 'fails';
}
