import { Stack, Token } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { DeclaredAccess } from './declared-access';
import type { EndpointOptions } from './endpoint-options';
import type { LeastPrivilegeRestApiProps } from './least-privilege-rest-api-props';
import { writtenParameters } from './open-api-parameters';
import { WrittenSchemas } from './open-api-schemas';
import { vpcEndpointName } from './endpoint-sources';

/** An endpoint with all that its document says. */
export interface WrittenEndpoint {
  readonly access: DeclaredAccess;
  readonly options: EndpointOptions;
}

/** The API that a document is of. */
export interface WrittenApi {
  readonly at: IConstruct;
  readonly title: string;
  readonly stage: string;
  readonly throttle: apigateway.ThrottleSettings;
  readonly props: LeastPrivilegeRestApiProps;
  readonly endpoints: readonly WrittenEndpoint[];
}

type Written = Readonly<Record<string, unknown>>;

/**
 * An OpenAPI document of the endpoints: who may call each, from where, how often and with what, in standard fields and in
 * `x-cdk-bulkhead`. No addresses and no integrations. What limits calls but cannot be written is named in `unwritten`, so
 * that whoever reads the document does not take it for all.
 */
export function openApiOf(api: WrittenApi): object {
  const paths: Record<string, Record<string, object>> = {};
  const schemas = new WrittenSchemas();
  for (const endpoint of api.endpoints) {
    const [method, path] = endpoint.access.endpoint.split(' ');
    (paths[path] ??= {})[method.toLowerCase()] = operationOf(api.at, path, endpoint, schemas);
  }
  const named = schemas.named();
  return {
    openapi: '3.1.0',
    info: { title: api.title, version: '1' },
    'x-cdk-bulkhead': settingsOf(api),
    paths,
    components: {
      ...(Object.keys(named).length === 0 ? {} : { schemas: named }),
      securitySchemes: {
        sigv4: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        ...(api.endpoints.some(({ access }) => access.apiKeyRequired === true)
          ? { apiKey: { type: 'apiKey', name: 'x-api-key', in: 'header' } }
          : {}),
      },
    },
  };
}

/** What holds for all endpoints. Of what stands before the API, only that it is there: whoever reads it gives his own. */
function settingsOf({ stage, throttle, props }: WrittenApi): Written {
  const behind = {
    domain: props.domain !== undefined,
    clientCertificates: props.domain?.clientCertificates !== undefined,
    webAcl: props.webAclArn !== undefined || props.managedWebAcl === true,
  };
  const isKnown = Object.values(throttle).every((each) => !Token.isUnresolved(each));
  return present({
    stage,
    throttle: isKnown ? throttle : undefined,
    guardDetail: props.guardDetail,
    callersBy: props.callersBy,
    reviewBy: props.reviewBy,
    vpcEndpoints: props.vpcEndpoints?.map(vpcEndpointName),
    behind: names(behind),
    unwritten: isKnown ? undefined : ['throttle'],
  });
}

function operationOf(
  at: IConstruct,
  path: string,
  { access, options }: WrittenEndpoint,
  schemas: WrittenSchemas,
): object {
  const { operationName, scopes, lastDay, throttle, requestParameters } = access;
  // The rest stands in fields of OpenAPI.
  const { endpoint: _, operationName: _1, requestParameters: _2, requestModel: _3, ...rest } = access;
  const parameters = writtenParameters(path, requestParameters);
  const body = options.requestModel && schemas.write(schemaOf(at, options.requestModel));
  const isKnown = Object.values(throttle ?? {}).every((each) => !Token.isUnresolved(each));
  return {
    ...(operationName === undefined ? {} : { operationId: operationName }),
    ...((parameters ?? []).length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    ...(lastDay === undefined ? {} : { deprecated: true }),
    security: [
      {
        ...(scopes === undefined ? { sigv4: [] } : { token: scopes }),
        ...(access.apiKeyRequired === true ? { apiKey: [] } : {}),
      },
    ],
    responses: { default: { description: 'as the integration answers' } },
    'x-cdk-bulkhead': present({
      ...rest,
      callers: options.callers.map((role) => role.node.path),
      throttle: isKnown ? throttle : undefined,
      unwritten: names({
        throttle: !isKnown,
        requestParameters: parameters === undefined,
        requestModel: options.requestModel !== undefined && body === undefined,
      }),
    }),
  };
}

/** The schema of a model, where it was made here. */
function schemaOf(at: IConstruct, model: apigateway.IModel): unknown {
  const { node } = model as Partial<apigateway.Model>;
  const { schema } = (node?.defaultChild ?? {}) as Partial<apigateway.CfnModel>;
  return Stack.of(at).resolve(schema);
}

function names(given: Readonly<Record<string, boolean>>): readonly string[] | undefined {
  const found = Object.entries(given).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  return found.length === 0 ? undefined : found;
}

function present(members: Written): Written {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
