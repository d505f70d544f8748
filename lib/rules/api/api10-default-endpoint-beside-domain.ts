import { alternatives, elements, member, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule } from '../rule';
import { isOpen, isTrue, judge, violationOf } from '../support/property';

const MAPPINGS = [
  'AWS::ApiGateway::BasePathMapping',
  'AWS::ApiGateway::BasePathMappingV2',
  'AWS::ApiGatewayV2::ApiMapping',
];

const mapped = (properties: Readonly<Record<string, unknown>>) => ({
  Resources: {
    Example: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders', ...properties } },
    Mapping: {
      Type: 'AWS::ApiGateway::BasePathMapping',
      Properties: { DomainName: 'api.example.com', RestApiId: { Ref: 'Example' } },
    },
  },
});

export const api10: Rule = {
  id: 'API10',
  title: 'The default endpoint is open beside a domain',
  severity: 'error',
  why: 'Whatever stands before the domain, such as mutual TLS, a content network or a firewall of its own, is passed by: everybody who knows the id of the API calls the address that API Gateway made up.',
  fix: 'Close the default endpoint: `DisableExecuteApiEndpoint: true`; in CDK, `disableExecuteApiEndpoint: true`.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html',
  controls: ['NIST 800-53 r5 SC-7', 'NIST 800-53 r5 CM-7'],
  types: ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'],
  check(api, snapshot) {
    const [domain] = domainsOf(api, snapshot);
    if (domain === undefined) return [];
    const closed = closedBy(api);
    return violationOf(
      judge(closed, isTrue),
      `found \`DisableExecuteApiEndpoint\` ${show(closed)} beside the domain \`${show(domain)}\`; expected true`,
    );
  },
  examples: { bad: mapped({}), good: mapped({ DisableExecuteApiEndpoint: true }) },
};

function domainsOf(api: Resource, snapshot: Snapshot): readonly (Value | undefined)[] {
  return snapshot
    .referencing(api.key)
    .filter(({ type }) => MAPPINGS.includes(type))
    .map(({ properties }) => properties['DomainName'] ?? properties['DomainNameArn']);
}

const CONFIGURATION = ['x-amazon-apigateway-endpoint-configuration', 'disableExecuteApiEndpoint'];

/** The property, or what the OpenAPI definition says instead: at its root, or in OpenAPI 3 of a server. */
function closedBy({ properties }: Resource): Value | undefined {
  const given = properties['DisableExecuteApiEndpoint'];
  if (!isAbsent(given)) return given;
  const [body] = alternatives(properties['Body']);
  const places = [body, ...elements(member(body, 'servers'))].map((each) =>
    isOpen(each) ? each : member(each, ...CONFIGURATION),
  );
  return places.find((each) => !isAbsent(each)) ?? places[0];
}
