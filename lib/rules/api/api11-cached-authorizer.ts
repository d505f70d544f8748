import { nameOf } from '../../engine/world/resource-name';
import { operationsOf } from '../../engine/world/open-api';
import type { Operation } from '../../engine/world/open-api';
import { alternatives, elements, entries, member, referencedResources, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
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
  types: [
    'AWS::ApiGateway::Authorizer',
    'AWS::ApiGatewayV2::Authorizer',
    'AWS::ApiGateway::RestApi',
    'AWS::ApiGatewayV2::Api',
  ],
  check(resource, snapshot) {
    const { properties, type } = resource;
    if (type === 'AWS::ApiGateway::RestApi' || type === 'AWS::ApiGatewayV2::Api') {
      return definedAuthorizers(properties['Body']).flatMap(({ scheme, authorizer, users }) =>
        cached(
          {
            kind: member(authorizer, 'type'),
            identity: member(authorizer, 'identitySource'),
            uri: member(authorizer, 'authorizerUri'),
            ttl: member(authorizer, 'authorizerResultTtlInSeconds'),
            isHttp: type === 'AWS::ApiGatewayV2::Api',
            users,
          },
          `\`authorizerResultTtlInSeconds\` of the authorizer \`${scheme}\` of the OpenAPI definition`,
          `Authorizer::${scheme}`,
        ),
      );
    }
    const users = usersOf(resource, snapshot);
    return cached(
      {
        kind: properties['Type'],
        identity: properties['IdentitySource'],
        uri: properties['AuthorizerUri'],
        ttl: properties['AuthorizerResultTtlInSeconds'],
        isHttp: type === 'AWS::ApiGatewayV2::Authorizer',
        users: users.map(nameOf),
      },
      '`AuthorizerResultTtlInSeconds`',
    );
  },
  examples: { bad: authorizer({}), good: authorizer({ AuthorizerResultTtlInSeconds: 0 }) },
};

/** An authorizer, as a resource or a definition has it. */
interface Authorizer {
  readonly kind: Value | undefined;
  readonly identity: Value | undefined;
  readonly uri: Value | undefined;
  readonly ttl: Value | undefined;
  readonly isHttp: boolean;
  /** The methods that have it. */
  readonly users: readonly string[];
}

function cached(
  { kind, identity, uri, ttl, isHttp, users }: Authorizer,
  named: string,
  detail?: string,
): readonly Violation[] {
  if (!alternatives(kind).some((each) => typeof each === 'string' && /^(token|request)$/i.test(each))) return [];
  if (users.length < 2 || BY_METHOD.test(show(identity))) return [];
  // Of a REST API 300 seconds unless it says so, of an HTTP API none.
  const judgement = judge(ttl, (one) => isNone(one, isHttp));
  if (judgement.certainty === undefined) return [];
  const found = violationOf(
    {
      certainty: 'possible',
      unknowns: ['the policy that the function of the authorizer returns', ...judgement.unknowns],
    },
    `found ${named} ${isAbsent(ttl) ? 'left at 300' : show(ttl)} for an authorizer of several methods; expected 0, or a policy that does not depend on the method`,
    detail,
  );
  return about(found, identity, uri, [...users].sort());
}

/** The authorizers of an OpenAPI definition, by the names of their security schemes, and the operations that ask for them. */
function definedAuthorizers(
  definition: Value | undefined,
): readonly { readonly scheme: string; readonly authorizer: Value; readonly users: readonly string[] }[] {
  return alternatives(definition).flatMap((body) => {
    const { operations } = operationsOf(body);
    const places = [member(body, 'components', 'securitySchemes'), member(body, 'securityDefinitions')];
    return places.flatMap(alternatives).flatMap((schemes) =>
      entries(schemes).flatMap(([scheme, value]) => {
        const authorizer = member(value, 'x-amazon-apigateway-authorizer');
        if (isAbsent(authorizer)) return [];
        const users = operations.filter((each) => asksFor(each, scheme)).map(({ name }) => name);
        return [{ scheme, authorizer, users }];
      }),
    );
  });
}

/** Whether an operation may ask for a scheme; what is not known of its `security` may. */
function asksFor({ value }: Operation, scheme: string): boolean {
  return elements(member(value, 'security')).some((each) => isOpen(each) || !isAbsent(member(each, scheme)));
}

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
