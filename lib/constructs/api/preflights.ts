import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import { setAnswerHeaders } from './answer-headers';
import type { EndpointName } from './endpoint-name';

/** The answers to preflights of an API, one for each path: mocks, without credentials, since preflights carry none. */
export class Preflights {
  private readonly paths = new Set<string>();

  /** @param cors absent where the API answers none */
  constructor(private readonly cors: apigateway.CorsOptions | undefined) {}

  /** @throws BH1026 for an endpoint that a preflight would be answered by */
  public refuse(at: IConstruct, { method, path }: EndpointName): void {
    if (this.cors !== undefined) refuseOptions(at, { method, path });
  }

  /** Adds the answer for a path, once; `undefined` where there is one, or none is wanted. */
  public answer(
    path: string,
    resource: apigateway.IResource,
  ): { readonly name: EndpointName; readonly method: apigateway.Method } | undefined {
    if (this.cors === undefined || this.paths.has(path)) return undefined;
    this.paths.add(path);
    const method = resource.addCorsPreflight(this.cors);
    setAnswerHeaders(method, [{ statusCode: `${this.cors.statusCode ?? 204}` }]);
    return { name: { method: 'OPTIONS', path }, method };
  }
}

/** @throws BH1026 where a preflight of `cors` and an endpoint are both OPTIONS */
export function refuseOptions(at: IConstruct, { method, path }: EndpointName): void {
  if (method !== 'OPTIONS') return;
  throw misuse(at, {
    code: 'BH1026',
    what: `endpoint \`${method} ${path}\` is declared, and \`cors\` answers OPTIONS on every path`,
    why: 'a browser asks by OPTIONS without credentials: what asks for them would answer none of its preflights',
    mend: 'leave out the endpoint, or `cors`',
  });
}
