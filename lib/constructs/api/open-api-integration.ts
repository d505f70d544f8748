import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import type { EndpointOptions } from './endpoint-options';
import { FunctionIntegration } from './function-integration';

type Json = Readonly<Record<string, unknown>>;

/** What answers an endpoint, and what the method has to say for it. */
export type ReadIntegration = Pick<EndpointOptions, 'integration' | 'methodResponses' | 'requestParameters'>;

/** Whatever else stands there would be left out in silence, and is refused. */
const READ = new Set(
  'type uri httpMethod credentials requestParameters requestTemplates responses passthroughBehavior timeoutInMillis'.split(
    ' ',
  ),
);
const TYPES: Readonly<Record<string, apigateway.IntegrationType | undefined>> = {
  mock: apigateway.IntegrationType.MOCK,
  http: apigateway.IntegrationType.HTTP,
  http_proxy: apigateway.IntegrationType.HTTP_PROXY,
  aws: apigateway.IntegrationType.AWS,
  aws_proxy: apigateway.IntegrationType.AWS_PROXY,
};
const OF_FUNCTION =
  /^arn:aws[\w-]*:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(arn:aws[\w-]*:lambda:[\w-]+:(\d{12}):function:[\w:$-]+)\/invocations$/;
const ROLE = /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
/** Whoever calls does so as himself. */
const CALLER = /^arn:aws[\w-]*:iam::\*:user\/\*$/;

/**
 * Reads `x-amazon-apigateway-integration`: mocks, HTTP, functions as proxies, services by a role.
 *
 * @param at the API
 * @param whose the operation
 * @throws BH1039 where it has parts that are not read here, or are known only at deployment
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
 */
export function readIntegration(at: Construct, given: unknown, whose: string): ReadIntegration {
  const refuse = (what: string): Error =>
    misuse(at, {
      code: 'BH1039',
      what: `\`x-amazon-apigateway-integration\` of operation \`${whose}\` ${what}`,
      why: 'something else than what the document says would answer',
      mend: 'list an integration for the operation in `integrationByOperation`; for a function `new FunctionIntegration(fn)`',
    });
  const parts = given as Json;
  const isPlain = typeof given === 'object' && given !== null && !Array.isArray(given);
  if (!isPlain || isComputed(given)) throw refuse('is not written out');
  const strange = Object.keys(parts).find((key) => !READ.has(key));
  if (strange !== undefined) throw refuse(`has \`${strange}\`, which is not read here`);
  const type = typeof parts['type'] === 'string' ? TYPES[parts['type'].toLowerCase()] : undefined;
  if (type === undefined) throw refuse('has no `type` that is known: mock, http, http_proxy, aws or aws_proxy');
  const uri = typeof parts['uri'] === 'string' ? parts['uri'] : undefined;
  const [, functionArn, account] = OF_FUNCTION.exec(uri ?? '') ?? [];
  if (type === apigateway.IntegrationType.AWS_PROXY) {
    const more = Object.keys(parts).find((key) => !['type', 'uri', 'httpMethod', 'passthroughBehavior'].includes(key));
    if (functionArn === undefined) throw refuse('is a proxy without the literal ARN of a function');
    if (more !== undefined) throw refuse(`has \`${more}\` beside a function`);
    const own = Stack.of(at).account;
    if (!Token.isUnresolved(own) && own !== account) throw refuse('names a function of another account');
    return { integration: new FunctionIntegration(functionOf(at, functionArn)) };
  }
  if (type !== apigateway.IntegrationType.MOCK && uri === undefined) throw refuse('has no `uri`');
  const method = typeof parts['httpMethod'] === 'string' ? parts['httpMethod'] : undefined;
  const credentials = credentialsOf(at, parts['credentials'], whose);
  if (credentials === undefined) throw refuse('has `credentials` that are neither the ARN of a role nor the caller');
  if (type === apigateway.IntegrationType.AWS && Object.keys(credentials).length === 0) {
    throw refuse('calls a service without `credentials`');
  }
  const passthroughBehavior = passthrough(parts['passthroughBehavior']);
  if (parts['passthroughBehavior'] !== undefined && passthroughBehavior === undefined) {
    throw refuse('has a `passthroughBehavior` that is not known');
  }
  const requestParameters = textsOf(parts['requestParameters']);
  const responses = responsesOf(parts['responses']);
  const integration = new apigateway.Integration({
    type,
    uri,
    integrationHttpMethod: type === apigateway.IntegrationType.MOCK ? undefined : (method ?? 'GET'),
    options: {
      ...credentials,
      requestParameters,
      requestTemplates: textsOf(parts['requestTemplates']),
      passthroughBehavior,
      timeout: typeof parts['timeoutInMillis'] === 'number' ? Duration.millis(parts['timeoutInMillis']) : undefined,
      integrationResponses: responses,
    },
  });
  return { integration, methodResponses: methodResponses(responses), requestParameters: mapped(requestParameters) };
}

function isComputed(value: unknown): boolean {
  return Token.isUnresolved(value) || /"(?:Ref|Fn::\w+)":|\$\{stageVariables\./.test(JSON.stringify(value));
}

/** One for each function, so that it gets one permission. */
function functionOf(at: Construct, functionArn: string): lambda.IFunction {
  const id = `Imported${functionArn.replace(/\W/g, '-')}`;
  const before = at.node.tryFindChild(id) as unknown as lambda.IFunction | undefined;
  return before ?? lambda.Function.fromFunctionAttributes(at, id, { functionArn, sameEnvironment: true });
}

function credentialsOf(at: Construct, given: unknown, whose: string): apigateway.IntegrationOptions | undefined {
  if (given === undefined) return {};
  if (typeof given !== 'string') return undefined;
  if (CALLER.test(given)) return { credentialsPassthrough: true };
  if (!ROLE.test(given)) return undefined;
  return { credentialsRole: iam.Role.fromRoleArn(at, `Credentials${whose}`, given, { mutable: false }) };
}

function passthrough(given: unknown): apigateway.PassthroughBehavior | undefined {
  const name = typeof given === 'string' ? given.toUpperCase() : '';
  return Object.values(apigateway.PassthroughBehavior).find((each: string) => each === name);
}

function responsesOf(given: unknown): apigateway.IntegrationResponse[] {
  return Object.entries((given ?? {}) as Json).map(([pattern, each]) => {
    const { statusCode, responseParameters, responseTemplates } = each as Json;
    return {
      statusCode: String(statusCode),
      ...(pattern === 'default' ? {} : { selectionPattern: pattern }),
      responseParameters: textsOf(responseParameters),
      responseTemplates: textsOf(responseTemplates),
    };
  });
}

/** A method has to list what its integration answers. */
function methodResponses(
  responses: readonly apigateway.IntegrationResponse[],
): apigateway.MethodResponse[] | undefined {
  const codes = [...new Set(responses.map(({ statusCode }) => statusCode))];
  if (codes.length === 0) return undefined;
  return codes.map((statusCode) => {
    const names = responses
      .filter((each) => each.statusCode === statusCode)
      .flatMap(({ responseParameters = {} }) => Object.keys(responseParameters));
    return { statusCode, responseParameters: Object.fromEntries(names.map((name) => [name, false])) };
  });
}

/** A method has to have the parameters that its integration maps. */
function mapped(requestParameters: Readonly<Record<string, string>> = {}): { [name: string]: boolean } | undefined {
  const names = Object.values(requestParameters).filter((each) =>
    /^method\.request\.(path|querystring|header)\./.test(each),
  );
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, name.startsWith('method.request.path.')]));
}

function textsOf(given: unknown): { [name: string]: string } | undefined {
  return given === undefined ? undefined : (given as { [name: string]: string });
}
