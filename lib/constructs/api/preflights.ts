import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { EndpointName } from './endpoint-name';

/** The answers to preflights of an API, one for each path: mocks, without credentials, since preflights carry none. */
export class Preflights {
  private readonly paths = new Set<string>();

  /** @param cors absent where the API answers none */
  constructor(private readonly cors: apigateway.CorsOptions | undefined) {}

  /** Adds the answer for a path, once; `undefined` where there is one, or none is wanted. */
  public answer(
    path: string,
    resource: apigateway.IResource,
  ): { readonly name: EndpointName; readonly method: apigateway.Method } | undefined {
    if (this.cors === undefined || this.paths.has(path)) return undefined;
    this.paths.add(path);
    return { name: { method: 'OPTIONS', path }, method: resource.addCorsPreflight(this.cors) };
  }
}
