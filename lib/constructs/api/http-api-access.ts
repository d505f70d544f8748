import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import { KEYLESS } from '../../engine/compile/access-matrix';
import { checkRoutes, checkStackSize } from './api-size';
import { checkCallers, keyOf } from './api-callers';
import { CallerAccess } from './caller-access';
import type { CalledApi } from './caller-access';
import type { EndpointName } from './endpoint-name';

/**
 * Who may call what of one HTTP API. It has no resource policy: what keeps its endpoints apart are the identity policies
 * and boundaries of the callers alone.
 */
export class HttpApiAccess extends CallerAccess {
  constructor(
    scope: Construct,
    api: CalledApi,
    private readonly more: { readonly httpApi: IConstruct; readonly routeLimit?: number },
  ) {
    super(scope, api, 'none');
  }

  /**
   * Declares an endpoint, for roles or for whoever has a token; returns the construct paths of the roles.
   *
   * @throws BH1003, BH1005, BH1008 as `checkCallers`
   */
  public declare({ method, path }: EndpointName, callers: readonly iam.IRole[] | 'tokens'): string[] {
    if (callers === 'tokens') {
      this.endpoints.push({ method, path, callers: [KEYLESS] });
      return [];
    }
    const all = checkCallers(this.scope, `${method} ${path}`, { callers }, { takesPartners: false });
    for (const role of all) this.admit(role);
    this.endpoints.push({ method, path, callers: all.map(keyOf) });
    return all.map((role) => role.node.path);
  }

  protected override validateGuard(): string[] {
    return [
      ...checkRoutes(this.scope, this.endpoints.length, this.more.routeLimit),
      ...checkStackSize(this.scope, this.more.httpApi),
    ];
  }
}
