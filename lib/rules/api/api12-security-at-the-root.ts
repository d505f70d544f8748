import { alternatives, member, show } from '../../model/read';
import { isAbsent } from '../../model/value';
import type { Rule } from '../rule';
import { example } from '../support/examples';
import { isMockOperation, operationsOf } from '../../engine/world/open-api';

const defined = (root: object, operation: object) =>
  example('AWS::ApiGateway::RestApi', {
    Body: { openapi: '3.0.1', ...root, paths: { '/orders': { get: operation } } },
  });

/** The page about what is ignored speaks of REST APIs. */
const OF_HTTP_API = 'what `security` at the root does in an HTTP API, of which no page of AWS speaks';

export const api12: Rule = {
  id: 'API12',
  title: 'Security at the root of an OpenAPI definition has no effect',
  severity: 'error',
  why: 'In OpenAPI it counts for every operation; API Gateway ignores it. The definition reads as if the operations were protected, and they are open.',
  fix: 'Repeat `security` in each operation, or set `x-amazon-apigateway-auth` with the type AWS_IAM there.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 CM-6'],
  types: ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'],
  check({ properties, type }) {
    return alternatives(properties['Body']).flatMap((body) => {
      const security = member(body, 'security');
      if (isAbsent(security)) return [];
      const without = operationsOf(body).operations.filter(
        (each) =>
          !(each.verb === 'OPTIONS' && isMockOperation(each)) &&
          isAbsent(member(each.value, 'security')) &&
          isAbsent(member(each.value, 'x-amazon-apigateway-auth')),
      );
      if (without.length === 0) return [];
      return [
        {
          message: `found \`security\` ${show(security)} at the root and none in ${without.map(({ name }) => `\`${name}\``).join(', ')}; expected one in each operation`,
          detail: 'Body.security',
          ...(type === 'AWS::ApiGateway::RestApi' ? {} : { certainty: 'possible', unknowns: [OF_HTTP_API] }),
        },
      ];
    });
  },
  examples: {
    bad: defined({ security: [{ pool: [] }] }, {}),
    good: defined({ security: [{ pool: [] }] }, { security: [{ pool: [] }] }),
  },
};
