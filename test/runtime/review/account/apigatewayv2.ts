import type { Answer } from '../../../../lib/runtime/review/call';
import { found } from './raw';
import type { OfType, Raw } from './raw';

/** HTTP and WebSocket APIs. */
export class ApiGatewayV2 {
  public readonly apis = new Map<string, Raw>();

  constructor(ofType: OfType) {
    for (const { id } of ofType('AWS::ApiGatewayV2::Api')) {
      const own: OfType = (type) => ofType(type).filter((each) => each.properties['ApiId'] === id);
      this.apis.set(id, {
        routes: own('AWS::ApiGatewayV2::Route').map(({ properties }) => ({ AuthorizationType: 'NONE', ...properties })),
        authorizers: own('AWS::ApiGatewayV2::Authorizer').map(({ id: AuthorizerId, properties }) => ({
          AuthorizerId,
          ...properties,
        })),
      });
    }
  }

  public GetApi({ ApiId }: Raw): Answer {
    found(this.apis, ApiId, 'NotFoundException');
    return { ApiId };
  }

  public GetRoutes({ ApiId }: Raw): Answer {
    return { Items: this.apis.get(ApiId)?.['routes'] };
  }

  public GetAuthorizers({ ApiId }: Raw): Answer {
    return { Items: this.apis.get(ApiId)?.['authorizers'] };
  }
}
