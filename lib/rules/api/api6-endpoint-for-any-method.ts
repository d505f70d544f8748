import { alternatives, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isChoice, isText } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { apiOfPart, definedBy, isWebSocket } from '../support/api-parts';
import { example } from '../support/examples';
import { about, isOpen, unknownsOf } from '../support/property';

const method = (HttpMethod: string) =>
  example('AWS::ApiGateway::Method', {
    RestApiId: 'a1b2c3',
    ResourceId: 'd4e5f6',
    HttpMethod,
    AuthorizationType: 'AWS_IAM',
  });

export const api6: Rule = {
  id: 'API6',
  title: 'An endpoint answers every method',
  severity: 'error',
  why: 'Who may read may also write: permission for a path with ANY is permission for POST and DELETE, and for methods that nobody thought of. What the function behind it does with them is not declared anywhere.',
  fix: 'Add a method for each verb that is meant, with the callers of each: in CDK, `addMethod` instead of `addProxy` or `proxy: true`; of an HTTP API, routes with `methods`.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-method-settings.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 CM-7'],
  types: ['AWS::ApiGateway::Method', 'AWS::ApiGatewayV2::Route', 'AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'],
  check(resource, snapshot) {
    const { type, properties } = resource;
    if (type === 'AWS::ApiGateway::Method') {
      const { AuthorizationType, ResourceId, Integration } = properties;
      const found = judge(resource, 'HttpMethod', ['ANY']);
      return about(found, { AuthorizationType, ResourceId, Integration });
    }
    if (type === 'AWS::ApiGatewayV2::Route') return isOfWebSocket(resource, snapshot) ? [] : route(resource);
    const found = definedBy(resource).filter(({ verb, isMock }) => verb === 'ANY' && !isMock);
    const quick = type === 'AWS::ApiGatewayV2::Api' && properties['Target'] !== undefined ? ['$default'] : [];
    return [...found.map(({ name }) => name), ...quick].map((name) => ({
      message: `found \`${name}\`; expected the methods that are meant, one by one`,
      detail: `Operation::${name}`,
    }));
  },
  examples: { bad: method('ANY'), good: method('GET') },
};

function isOfWebSocket(part: Resource, snapshot: Snapshot): boolean {
  const api = apiOfPart(part, snapshot);
  if (api !== undefined) return isWebSocket(api);
  return ['$connect', '$disconnect'].includes(show(part.properties['RouteKey']));
}

function route(resource: Resource): readonly Violation[] {
  const { AuthorizationType, Target } = resource.properties;
  const found = judge(resource, 'RouteKey', ['ANY ', '$default']);
  return about(found, { AuthorizationType, Target });
}

/** The values begin with one of these words, or may turn out to. */
function judge({ properties }: Resource, name: string, words: readonly string[]): readonly Violation[] {
  const value = properties[name];
  return alternatives(value).flatMap((each): readonly Violation[] => {
    const start = beginningOf(each);
    const isAny = typeof each === 'string' && words.some((word) => start.startsWith(word));
    const mayBe = isOpen(each) && words.some((word) => word.startsWith(start) || start.startsWith(word));
    if (!isAny && !mayBe) return [];
    const message = `found \`${name}\` ${show(each)}; expected the methods that are meant, one by one`;
    return [{ message, ...(isChoice(value) || mayBe ? { certainty: 'possible', unknowns: unknownsOf(value) } : {}) }];
  });
}

/** What is known of how a text begins. */
function beginningOf(value: Value): string {
  if (typeof value === 'string') return value;
  const [first] = isText(value) ? value.parts : [];
  return typeof first === 'string' ? first : '';
}
