import type { Answer } from '../../../../lib/runtime/review/call';
import { ACCOUNT, found, REGION } from './raw';
import type { OfType, Raw } from './raw';

/** REST APIs. */
export class ApiGateway {
  public readonly apis = new Map<string, Raw>();

  constructor(ofType: OfType) {
    for (const { id, properties } of ofType('AWS::ApiGateway::RestApi')) {
      this.apis.set(id, {
        policy: properties['Policy'],
        disableExecuteApiEndpoint: properties['DisableExecuteApiEndpoint'] ?? false,
        ...partsOf((type) => ofType(type).filter((each) => each.properties['RestApiId'] === id)),
      });
    }
  }

  private api(id: string): Raw {
    return found(this.apis, id, 'NotFoundException');
  }

  public GetRestApi({ restApiId }: Raw): Answer {
    const { policy, disableExecuteApiEndpoint } = this.api(restApiId);
    const full = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${restApiId}/`;
    const text = policy && JSON.stringify(policy).replaceAll('execute-api:/', full);
    return {
      disableExecuteApiEndpoint,
      ...(text === undefined ? {} : { policy: JSON.stringify(text).slice(1, -1).replaceAll('/', String.raw`\/`) }),
    };
  }

  public GetResources({ restApiId, position }: Raw): Answer {
    const items = [...this.api(restApiId)['paths']].map(([path, resourceMethods]) => ({ path, resourceMethods }));
    return position === undefined ? { items: items.slice(0, 1), position: 'more' } : { items: items.slice(1) };
  }

  public GetAuthorizers({ restApiId }: Raw): Answer {
    return { items: this.api(restApiId)['authorizers'] };
  }

  public GetStages({ restApiId }: Raw): Answer {
    return { item: this.api(restApiId)['stages'] };
  }
}

/** Paths with methods, authorizers and stages, of the resources of one API. */
function partsOf(own: OfType): Raw {
  const parts = new Map(own('AWS::ApiGateway::Resource').map((each) => [each.id, each.properties]));
  const pathOf = (id: string): string => {
    const part = parts.get(id);
    return part === undefined ? '' : `${pathOf(part['ParentId'])}/${part['PathPart']}`;
  };
  const paths = new Map<string, Record<string, Raw>>([['/', {}]]);
  for (const id of parts.keys()) paths.set(pathOf(id), {});
  for (const { properties: method } of own('AWS::ApiGateway::Method')) {
    (paths.get(pathOf(method['ResourceId']) || '/') as Raw)[method['HttpMethod']] = {
      httpMethod: method['HttpMethod'],
      authorizationType: method['AuthorizationType'] ?? 'NONE',
      apiKeyRequired: method['ApiKeyRequired'] ?? false,
      ...(method['AuthorizerId'] === undefined ? {} : { authorizerId: method['AuthorizerId'] }),
    };
  }
  return {
    paths,
    authorizers: own('AWS::ApiGateway::Authorizer').map(({ id, properties: each }) => ({
      id,
      type: each['Type'],
      authorizerUri: each['AuthorizerUri'],
      identitySource: each['IdentitySource'],
      authorizerResultTtlInSeconds: each['AuthorizerResultTtlInSeconds'] ?? 300,
    })),
    stages: own('AWS::ApiGateway::Stage').map(({ id, properties: each }) => ({
      stageName: id,
      deploymentId: each['DeploymentId'],
      accessLogSettings: { destinationArn: each['AccessLogSetting']?.DestinationArn },
    })),
  };
}
