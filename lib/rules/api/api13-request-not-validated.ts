import { alternatives, member, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent, isUnknown } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { isMockMethod, nameOfMethod } from '../support/api-parts';
import { example } from '../support/examples';
import { resourcesNamed } from '../support/lookup';
import { definedOperations, isMockOperation } from '../../engine/world/open-api';
import type { Answer } from '../support/property';
import { isTrue, judge, violationOf } from '../support/property';

const VALIDATOR = 'x-amazon-apigateway-request-validator';
const PARAMETERS = 'ValidateRequestParameters';
const BODY = 'ValidateRequestBody';

const method = (properties: Readonly<Record<string, unknown>>) =>
  example('AWS::ApiGateway::Method', {
    RestApiId: 'a1b2c3',
    ResourceId: 'd4e5f6',
    HttpMethod: 'POST',
    AuthorizationType: 'AWS_IAM',
    ...properties,
  });

/** REST APIs only: an HTTP API validates nothing. A method that API Gateway answers itself has nobody behind it, and
 * OPTIONS carries nothing. */
export const api13: Rule = {
  id: 'API13',
  title: 'Requests are not validated before they reach the backend',
  severity: 'warning',
  why: 'Whatever is sent comes to the function: parameters that are missing, bodies of any form and size. Injection begins with input that nobody looked at.',
  fix: 'Give the method a request validator, required parameters and a model of its body: in CDK, `requestValidator`, `requestParameters` and `requestModels`. `LeastPrivilegeRestApi` has a validator on each endpoint.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html',
  controls: ['NIST 800-53 r5 SI-10'],
  types: ['AWS::ApiGateway::Method', 'AWS::ApiGateway::RestApi'],
  check(resource, snapshot) {
    return resource.type === 'AWS::ApiGateway::Method' ? ofMethod(resource, snapshot) : ofDefinition(resource);
  },
  examples: { bad: method({}), good: method({ RequestValidatorId: 'v1' }) },
};

function ofMethod(resource: Resource, snapshot: Snapshot): readonly Violation[] {
  if (isMockMethod(resource) || resource.properties['HttpMethod'] === 'OPTIONS') return [];
  const validator = resource.properties['RequestValidatorId'];
  const name = nameOfMethod(resource, snapshot);
  return [
    ...violationOf(judge(validator, isThere), `found \`${name}\` without a request validator; expected one`),
    ...(validator === undefined
      ? []
      : resourcesNamed(validator, 'AWS::ApiGateway::RequestValidator', resource, snapshot).flatMap((each) =>
          blind(each, name, resource),
        )),
  ];
}

function ofDefinition({ properties }: Resource): readonly Violation[] {
  const without = definedOperations(properties['Body']).filter(
    (each) =>
      each.verb !== 'OPTIONS' &&
      !isMockOperation(each) &&
      isAbsent(member(each.value, VALIDATOR)) &&
      alternatives(member(each.body, VALIDATOR)).some(isAbsent),
  );
  if (without.length === 0) return [];
  return [
    {
      message: `found ${without.map(({ name }) => `\`${name}\``).join(', ')} of the OpenAPI definition without \`${VALIDATOR}\`; expected one, of each or at the root`,
      detail: 'Body',
    },
  ];
}

/** A name that is known only later is one, and not nothing. */
function isThere(value: Value): Answer {
  if (isUnknown(value)) return 'open';
  return isAbsent(value) || value === '' ? 'fails' : 'holds';
}

/** A validator looks at what it is told to, and it has to look at what the method declares: parameters, a model of the body. */
function blind({ properties, logicalId }: Resource, name: string, method: Resource): readonly Violation[] {
  const declared = [
    ...(isAbsent(method.properties['RequestParameters']) ? [] : [PARAMETERS]),
    ...(isAbsent(method.properties['RequestModels']) ? [] : [BODY]),
  ];
  const looksAtOne = [PARAMETERS, BODY].some((property) => judge(properties[property], isTrue).certainty !== 'certain');
  return (declared.length > 0 || looksAtOne ? declared : [PARAMETERS]).flatMap((property) =>
    violationOf(
      judge(properties[property], isTrue),
      `found \`${name}\` with the validator \`${logicalId}\`, whose \`${property}\` is ${show(properties[property])}; expected true`,
      property,
    ),
  );
}
